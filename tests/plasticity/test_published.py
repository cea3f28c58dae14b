"""Two published networks through the engine: what they show, as found."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.neurons import lif_cond_exp, poisson_source

pytestmark = pytest.mark.jit_only


def test_song_miller_abbott_2000_has_two_peaks_of_weights():
    """1000 inputs at 15 Hz, A+ 0.01, A-/A+ 1.05, tau 20 ms (doi:10.1038/78829), in 100 s."""
    network = hal9.Network(seed=1)
    inputs = network.add(poisson_source(15.0), 1_000, name="inputs")
    membrane = lif_cond_exp(
        capacitance_pf=100.0, leak_ns=10.0, threshold_mv=-54.0, rest_mv=-74.0, refractory_ms=0.0,
        initial_v_mv=-60.0,
    )  # fmt: skip
    cell = network.add(membrane, 1, name="cell")
    network.connect(
        inputs, cell, hal9.connectivity.all_to_all(), weight_ns=hal9.uniform(0.0, 0.1),
        delay_ms=0.1, rule=hal9.plasticity.stdp(0.1),
    )  # fmt: skip
    with hal9.Simulation(network, precision="float64") as simulation:
        simulation.advance(100_000.0)
        weights = simulation.weights("inputs->cell").weights
    tenths = np.histogram(weights / 0.1, 10, (0.0, 1.0))[0]
    assert tenths[[0, -1]].min() > 1.5 * tenths[1:-1].max()


def test_vogels_2011_comes_to_the_rule_s_fixed_point():
    """8000 + 2000 cells, target 3 Hz (doi:10.1126/science.1211095). At rest an arrival sees traces
    of alpha = 0.12 before and after it together. E fires at 3.8 Hz, not 3: an inhibitory spike
    keeps its target from firing for a while, so that what comes after it is less than chance."""
    network = hal9.Network(seed=1)
    e, i = (
        network.add(
            lif_cond_exp(current_pa=200.0, initial_v_mv=hal9.uniform(-60.0, -50.0)), size, name=name
        )
        for name, size in (("E", 8_000), ("I", 2_000))
    )
    some = hal9.connectivity.pairwise_probability(0.02)
    network.connect(e, e, some, weight_ns=0.3, delay_ms=0.1)
    network.connect(e, i, some, weight_ns=0.3, delay_ms=0.1)
    network.connect(i, i, some, weight_ns=-3.0, delay_ms=0.1)
    rule = hal9.plasticity.stdp_inhibitory(0.1, largest_weight=100.0)
    network.connect(i, e, some, weight_ns=-1e-10, delay_ms=0.1, rule=rule)
    with hal9.Simulation(network) as simulation:
        simulation.advance(60_000.0)
        simulation.take_spikes()
        simulation.advance(20_000.0)
        steps, neurons = simulation.take_spikes()
        table = simulation.weights("I->E")
    rates_hz = np.bincount(neurons, minlength=10_000)[:8_000] / 20.0
    assert 3.0 < rates_hz.mean() < 4.2
    assert np.quantile(rates_hz, 0.95) - np.quantile(rates_hz, 0.05) < 1.5, "all much alike"
    order = np.argsort(neurons, kind="stable")
    trains = np.split(steps[order], np.cumsum(np.bincount(neurons, minlength=10_000))[:-1])
    before = after = arrivals = 0.0
    for k in np.random.default_rng(0).integers(0, len(table.sources), 4_000):
        lags = trains[table.targets[k]][None, :] - (trains[table.sources[k]][:, None] + 1)
        weighed = np.exp(-np.abs(lags) * 0.1 / 20.0)
        after += weighed[lags >= 0].sum()
        before += weighed[lags < 0].sum()
        arrivals += len(lags)
    assert (before + after) / arrivals == pytest.approx(0.12, rel=0.05)
    assert after < 0.7 * before
