"""`lif_homeostatic` in the engine: the exact account of its spikes, and the rate it reaches."""

import numpy as np
import pytest

import hal9lib as hal9

pytestmark = pytest.mark.jit_only


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-10), ("float32", 2e-4)])
def test_each_neuron_s_threshold_accounts_for_its_spikes(precision, tolerance):
    """Over 20 s at 0.1 ms: 200,000 steps, in each of which the threshold falls by 2.5e-5 mV."""
    network = hal9.Network(seed=3)
    cell = hal9.neurons.lif_homeostatic(target_rate_hz=5.0, adaptation_mv=0.05)
    cells = network.add(cell, 50, name="cells")
    network.drive(cells, rate_hz=9_000.0, weight_mv=0.1)
    with hal9.Simulation(network, precision=precision) as simulation:
        simulation.advance(20_000.0)
        _, neurons = simulation.take_spikes()
        shift_mv = simulation.state("shift_mv", "cells")
    spikes = np.bincount(neurons, minlength=50)
    assert spikes.min() > 50
    np.testing.assert_allclose(shift_mv, 0.05 * (spikes - 5.0 * 20.0), atol=tolerance)


def test_neurons_of_unequal_drive_and_targets_reach_their_targets():
    network = hal9.Network(seed=4)
    targets_hz = [3.0, 8.0, 20.0]
    for index, (target, rest_mv) in enumerate(zip(targets_hz, (0.0, 5.0, 9.0), strict=True)):
        cell = hal9.neurons.lif_homeostatic(
            target_rate_hz=target, adaptation_mv=0.2, rest_mv=rest_mv, lowest_threshold_mv=10.5
        )
        cells = network.add(cell, 40, name=f"cells {index}")
        network.drive(cells, rate_hz=8_000.0, weight_mv=0.1)
    with hal9.Simulation(network, dt_ms=0.5) as simulation:
        simulation.advance(30_000.0)
        simulation.take_spikes()
        simulation.advance(20_000.0)
        _, neurons = simulation.take_spikes()
    found_hz = np.bincount(neurons, minlength=120).reshape(3, 40).mean(axis=1) / 20.0
    np.testing.assert_allclose(found_hz, targets_hz, rtol=0.02)
