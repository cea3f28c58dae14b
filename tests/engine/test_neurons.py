"""Neuron models against closed forms."""

import math

import numpy as np
import pytest

import hal9lib as hal9

pytestmark = pytest.mark.jit_only


def test_lif_above_threshold_fires_at_the_analytic_period():
    """Rest above threshold: period = refractory + tau ln((rest - reset) / (rest - threshold))."""
    network = hal9.Network()
    cell = hal9.neurons.lif(rest_mv=30.0, initial_v_mv=10.0)
    network.add(cell, 1, name="cell")
    run = hal9.simulate(network, 2_000.0, dt_ms=0.01, precision="float64")
    intervals_ms = np.diff(run.spike_times_ms)
    period_ms = 2.0 + 20.0 * math.log((30.0 - 10.0) / (30.0 - 20.0))
    assert len(intervals_ms) > 100
    np.testing.assert_allclose(intervals_ms, period_ms, atol=0.011)


def test_lif_below_threshold_has_the_mean_and_variance_of_shot_noise():
    """mean = rest + rate tau w; variance = rate tau w^2 / 2 (Campbell), at small steps."""
    network = hal9.Network(seed=2)
    cells = network.add(hal9.neurons.lif(threshold_mv=1e6), 4_000, name="cells")
    network.drive(cells, rate_hz=5_000.0, weight_mv=0.1)
    with hal9.Simulation(network, precision="float64") as simulation:
        simulation.advance(300.0)
        v_mv = simulation.state("v_mv", "cells")
    mean, variance = 5.0 * 20.0 * 0.1, 5.0 * 20.0 * 0.1**2 / 2.0
    assert v_mv.mean() == pytest.approx(mean, abs=4.0 * math.sqrt(variance / 4_000) + 0.03)
    assert v_mv.var() == pytest.approx(variance, rel=4.0 * math.sqrt(2.0 / 4_000) + 0.01)


@pytest.mark.parametrize("rate_hz", [0.0, 10.0, 20_000.0, 900_000.0])
def test_poisson_drive_has_the_mean_and_variance_of_poisson_counts(rate_hz):
    """One step from rest: v is the count times the weight."""
    network = hal9.Network(seed=3)
    cells = network.add(hal9.neurons.lif(threshold_mv=1e9), 50_000, name="cells")
    network.drive(cells, rate_hz=rate_hz, weight_mv=1.0)
    with hal9.Simulation(network) as simulation:
        simulation.advance(0.1)
        counts = simulation.state("v_mv", "cells").astype(float)
    mean = rate_hz * 1e-4
    assert counts.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(max(mean, 1e-9) / 50_000))
    assert counts.var() == pytest.approx(mean, abs=0.1 * mean + 1e-9)


def test_izhikevich_regular_and_fast_spiking_cells_differ_as_published():
    """The paper's figure 2: with the same input an FS cell fires faster and does not adapt."""
    intervals = {}
    for name, parameters in {"RS": {}, "FS": {"a": 0.1, "d": 2.0}}.items():
        network = hal9.Network()
        network.add(hal9.neurons.izhikevich(current=10.0, **parameters), 1, name=name)
        run = hal9.simulate(network, 1_000.0, dt_ms=0.5)
        intervals[name] = np.diff(run.spike_times_ms)
        assert len(intervals[name]) > 10
    assert intervals["FS"][-1] < 0.5 * intervals["RS"][-1]
    assert intervals["RS"][-1] > 1.3 * intervals["RS"][0], "a regular-spiking cell adapts"


def test_a_spike_takes_its_delay_to_arrive():
    network = hal9.Network()
    source = network.add(hal9.neurons.lif(rest_mv=1e3, refractory_ms=1e3), 1, name="source")
    target = network.add(hal9.neurons.lif(), 1, name="target")
    network.connect(
        source, target, hal9.connectivity.fixed_indegree(1), weight_mv=50.0, delay_ms=2.7
    )
    run = hal9.simulate(network, 50.0)
    sent, arrived = run.spikes_of("source")[0], run.spikes_of("target")[0]
    assert arrived[0] - sent[0] == pytest.approx(2.7)
