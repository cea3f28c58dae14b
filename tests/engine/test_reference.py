"""The engine's spikes are those of a plain NumPy simulator."""

import numpy as np
import pytest

import hal9lib as hal9

from . import reference
from .networks import NETWORKS


@pytest.mark.parametrize("name", NETWORKS)
def test_engine_agrees_with_plain_numpy(name):
    network = NETWORKS[name]()
    dt_ms = 0.5 if name == "mixed" else 0.1
    run = hal9.simulate(network, 200.0, dt_ms=dt_ms, precision="float64")
    steps, neurons = reference.simulate(network, round(200.0 / dt_ms), dt_ms)
    for population in network.populations:
        assert run.rate_hz(population.name) > 1.0, f"{population.name} must fire to be compared"
    np.testing.assert_array_equal(run.spike_steps, steps)
    np.testing.assert_array_equal(run.spike_neurons, neurons)


@pytest.mark.jit_only
def test_float32_gives_the_same_rate_as_float64():
    """Chaotic networks part within 100 ms; what must agree is the rate, over a few seeds."""
    rates = {
        precision: np.mean(
            [
                hal9.simulate(hal9.models.brunel(seed=seed), 400.0, precision=precision).rate_hz(
                    start_ms=100.0
                )
                for seed in (1, 2, 3)
            ]
        )
        for precision in ("float32", "float64")
    }
    assert rates["float64"] > 30.0
    # One seed's rate over 300 ms scatters by about 1 %.
    assert rates["float32"] == pytest.approx(rates["float64"], rel=0.03)
