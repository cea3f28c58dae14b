"""Phases from spikes: by hand, of clocks, of neurons that stop."""

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import kuramoto_order
from hal9lib.phases import phases_from_spikes
from hal9lib.spike_trains import spike_trains


def trains(times_ms, neurons, **options):
    return spike_trains("test", times_ms, neurons, **({"neurons": None} | options))


def test_a_phase_grows_by_a_turn_from_spike_to_spike():
    phases, neurons = phases_from_spikes(trains([10, 20, 40], [0, 0, 0]), 5.0)
    assert neurons.tolist() == [0]
    turns = phases[:, 0] / (2.0 * np.pi)
    assert turns.tolist() == [0.0, 0.5, 1.0, 1.25, 1.5, 1.75, 2.0]


@pytest.mark.parametrize(("shift_ms", "order"), [(0.0, 1.0), (5.0, 0.0)])
def test_clocks_in_step_have_order_1_and_in_opposition_0(shift_ms, order):
    ticks = np.arange(1, 51) * 10.0
    both = trains(np.concatenate([ticks, ticks + shift_ms]), np.repeat([0, 1], 50))
    phases, _ = phases_from_spikes(both, 1.0)
    assert len(phases) > 400
    assert kuramoto_order(phases).value == pytest.approx(order, abs=1e-9)


def test_neurons_with_fewer_than_2_spikes_are_left_out_and_the_window_begins_where_it_begins():
    phases, neurons = phases_from_spikes(
        trains([103, 113, 111, 106, 119], [0, 0, 1, 2, 2], start_ms=100.0), 2.0
    )
    assert neurons.tolist() == [0, 2]
    # Both have fired and will fire again from 106 to 113: at 106, 108, 110, 112.
    assert phases.shape == (4, 2)
    np.testing.assert_allclose(phases[:, 0], 2 * np.pi * np.array([0.3, 0.5, 0.7, 0.9]))


def test_what_has_no_phase_says_why():
    with pytest.raises(ParameterError, match="no neuron has 2 spikes in the window"):
        phases_from_spikes(trains([1.0, 2.0], [0, 1]), 1.0)
    with pytest.raises(ParameterError, match="at no time of the window has each of 2 neurons"):
        phases_from_spikes(trains([1.0, 2.0, 8.0, 9.0], [0, 0, 1, 1]), 1.0)
    for step in (0.0, -1.0, float("nan")):
        with pytest.raises(ParameterError, match=r"phases_from_spikes\.step_ms = .* not allowed"):
            phases_from_spikes(trains([1.0, 2.0], [0, 0]), step)
