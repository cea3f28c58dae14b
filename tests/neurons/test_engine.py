"""Neuron models in the engine: the same steps, values of their own, both precisions."""

import math

import numpy as np
import pytest
from scipy import stats

import hal9lib as hal9
from hal9lib import neurons
from hal9lib.parts import keyword_of

from .stepping import stepped

#: Model -> parameters under which arrivals of WEIGHTS fire it now and then.
MODELS = {
    "lif": {"refractory_ms": 1.0},
    "lif_exp": {},
    "lif_alpha": {"tau_excitatory_ms": 1.5},
    "lif_cond_exp": {"current_pa": 60.0},
    "adex": {"current_pa": 450.0, "refractory_ms": 1.0},
    "adex_exp": {"current_pa": 450.0},
    "izhikevich": {"preset": "fast_spiking", "current": 8.0},
}
WEIGHTS = {"mv": (4.0, -2.0), "pa": (900.0, -500.0), "ns": (12.0, -8.0)}
DELAY_MS = 1.5


def receptors_of(model):
    """(keyword of the weight, weight, receptor) for an excitatory and an inhibitory input."""
    for sign, place in ((1, 0), (-1, 1)):
        name, kind = next((n, r) for n, r in model.receptors.items() if r.sign in (sign, 0))
        yield keyword_of(kind.unit), WEIGHTS[kind.unit][place], name


def schedule(seed=2):
    """For each of the two inputs the steps of its spikes, of 0.1 ms, in 120 ms."""
    rng = np.random.default_rng(seed)
    return [np.sort(rng.choice(1_000, count, replace=False)) for count in (120, 40)]


def network_of(model, size=1):
    network = hal9.Network(seed=4)
    cells = network.add(model, size, name="cells")
    for (keyword, weight, receptor), steps in zip(receptors_of(model), schedule(), strict=True):
        replay = neurons.spike_replay((steps + 1) * 0.1, np.zeros(len(steps)))
        source = network.add(replay, 1, name=receptor + keyword + str(weight))
        network.connect(
            source, cells, hal9.connectivity.all_to_all(), delay_ms=DELAY_MS, receptor=receptor,
            **{keyword: weight},
        )  # fmt: skip
    return network


@pytest.mark.parametrize("name", MODELS)
def test_the_engine_takes_the_steps_that_the_model_defines(name):
    """The same spikes, and the same state at the end, in float64."""
    model = neurons.load(name)(**MODELS[name])
    arriving: dict[int, dict[str, float]] = {}
    for (_, weight, receptor), steps in zip(receptors_of(model), schedule(), strict=True):
        for number in steps + round(DELAY_MS / 0.1):
            sums = arriving.setdefault(int(number), {})
            sums[receptor] = sums.get(receptor, 0.0) + weight
    expected = stepped(model, 120.0, 0.1, arriving)
    assert len(expected.times_ms) >= 5
    with hal9.Simulation(network_of(model), dt_ms=0.1, precision="float64") as simulation:
        simulation.advance(120.0)
        steps, cells = simulation.take_spikes()
        np.testing.assert_allclose((steps[cells == 0] + 1) * 0.1, expected.times_ms)
        for variable in model.state:
            found = simulation.state(variable, "cells")[0]
            assert found == pytest.approx(expected[variable][-1], rel=1e-8, abs=1e-8), variable


@pytest.mark.jit_only
@pytest.mark.parametrize("name", MODELS)
def test_values_of_their_own_make_neurons_what_they_are_alone(name):
    """Three cells whose parameters differ fire like three networks of one cell each."""
    differing = {
        "lif": {"tau_m_ms": [10.0, 20.0, 40.0], "refractory_ms": [0.0, 1.0, 5.0]},
        "lif_exp": {"capacitance_pf": [150.0, 250.0, 300.0], "tau_excitatory_ms": [0.5, 2.0, 10.0]},
        "lif_alpha": {"tau_m_ms": [5.0, 10.0, 20.0], "tau_excitatory_ms": [1.5, 2.0, 10.0]},
        "lif_cond_exp": {"leak_ns": [6.0, 10.0, 12.0], "threshold_mv": [-50.0, -52.0, -54.0]},
        "adex": {"a_ns": [-2.0, 4.0, 8.0], "b_pa": [0.0, 80.0, 200.0]},
        "adex_exp": {"slope_mv": [1.0, 2.0, 4.0], "reset_mv": [-70.0, -60.0, -52.0]},
        "izhikevich": {"a": [0.02, 0.1, 0.05], "d": [8.0, 2.0, 0.5], "noise": [0.0, 0.0, 0.0]},
    }[name]
    together = hal9.simulate(
        network_of(neurons.load(name)(**MODELS[name] | differing), 3), 120.0, precision="float64"
    )
    times_ms, cells = together.spikes_of("cells")
    counts = []
    for cell in range(3):
        own = {key: values[cell] for key, values in differing.items()}
        network = network_of(neurons.load(name)(**MODELS[name] | own))
        alone = hal9.simulate(network, 120.0, precision="float64").spikes_of("cells")[0]
        np.testing.assert_array_equal(times_ms[cells == cell], alone)
        counts.append(len(alone))
    assert min(counts) >= 1
    assert len(set(counts)) > 1, "they differ"


#: Model and step -> Poisson input (Hz, weight) that fires it irregularly at some 5 to 50 Hz.
DRIVEN = {
    "lif": (0.1, {}, [(10_000.0, 0.1)]),
    "lif_exp": (0.1, {}, [(13_000.0, 87.8), (1_200.0, -351.0)]),
    "lif_alpha": (0.1, {}, [(14_000.0, 50.0), (2_000.0, -100.0)]),
    "lif_cond_exp": (0.1, {}, [(600.0, 2.0), (200.0, -6.0)]),
    "adex": (0.1, {}, [(4_000.0, 1.0), (600.0, -3.0)]),
    "adex_exp": (0.1, {}, [(4_000.0, 60.0), (800.0, -60.0)]),
    "izhikevich": (0.5, {"noise": 5.0, "current": 3.0}, [(500.0, 2.0)]),
}


@pytest.mark.jit_only
@pytest.mark.parametrize("name", DRIVEN)
def test_rates_in_float32_are_those_in_float64(name):
    """1,000 cells for 1 s under the same Poisson input, which random numbers decide alike.

    Rates agree to 0.1 %, a tenth of what another seed changes, and 98 % of the spikes are the
    same to the step: that is why float32 is what a simulation uses unless told otherwise.
    """
    dt_ms, parameters, inputs = DRIVEN[name]
    model = neurons.load(name)(**parameters)
    unit = next(iter(model.receptors.values())).unit
    runs = []
    for precision in ("float32", "float64"):
        network = hal9.Network(seed=11)
        cells = network.add(model, 1_000, name="cells")
        for rate_hz, weight in inputs:
            network.drive(cells, rate_hz=rate_hz, **{keyword_of(unit): weight})
        runs.append(hal9.simulate(network, 1_000.0, dt_ms=dt_ms, precision=precision))
    rates_hz = [run.rate_hz("cells") for run in runs]
    assert 2.0 < rates_hz[1] < 80.0
    assert rates_hz[0] == pytest.approx(rates_hz[1], rel=1e-3)
    spikes = [run.spike_steps * 1_000 + run.spike_neurons for run in runs]
    assert len(np.intersect1d(*spikes)) > 0.98 * len(spikes[1])


@pytest.mark.jit_only
def test_noise_in_the_engine_is_normal_with_the_sd_given():
    """One step from rest: the potential moves by the noise times a known slope."""
    model = neurons.izhikevich(noise=3.0)
    network = hal9.Network(seed=6)
    network.add(model, 40_000, name="cells")
    with hal9.Simulation(network, dt_ms=0.5, precision="float64") as simulation:
        simulation.advance(0.5)
        v_mv = simulation.state("v_mv", "cells")
    still, pushed = (
        stepped(neurons.izhikevich(), 0.5, 0.5, {0: {"input_mv": push}})["v_mv"][-1]
        for push in (0.0, 1e-3)
    )
    slope = (pushed - still) / 1e-3
    standardised = (v_mv - still) / (3.0 * slope)
    # The quadratic bends the potential a little: 0.01 of its standard deviation.
    assert standardised.mean() == pytest.approx(0.0, abs=4.0 / math.sqrt(40_000) + 0.01)
    assert standardised.std() == pytest.approx(1.0, abs=4.0 / math.sqrt(80_000) + 0.01)
    assert stats.kstest(standardised, "norm").statistic < 0.02
