"""Spike trains: checked, cut to a window, in order whatever was given."""

from dataclasses import replace

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.spike_trains import spike_trains


@pytest.mark.parametrize("spikes", [0, 1, 500])
def test_moved_spikes_are_in_order_within_each_neuron_ties_too(spikes):
    generator = np.random.default_rng(1)
    data = spike_trains(
        "x",
        1.0 + generator.random(spikes),
        generator.integers(7, size=spikes),
        neurons=9,
        stop_ms=2.0,
    )
    times = generator.integers(20, size=spikes) / 10.0
    shuffled = replace(data, neurons=generator.permutation(data.neurons))
    for one in (data, shuffled):
        order = np.lexsort((times, one.neurons))
        found = one.moved(times)
        np.testing.assert_array_equal(found.times_ms, times[order])
        np.testing.assert_array_equal(found.neurons, one.neurons[order])
        assert found.neurons.dtype == one.neurons.dtype


def test_spikes_in_any_order_are_cut_to_a_window_that_is_closed_at_its_end():
    found = spike_trains("x", [5.0, 1.0, 3.0, 1.0], [0, 1, 0, 0], neurons=3, start_ms=1.0,
                         stop_ms=5.0)  # fmt: skip
    assert found.times_ms.tolist() == [3.0, 5.0]
    assert found.neurons.tolist() == [0, 0]
    assert found.starts.tolist() == [0, 2, 2, 2]
    assert found.window_ms == 4.0


def test_counts_add_up_to_the_activity_and_a_bin_is_closed_at_its_end():
    found = spike_trains("x", [10.0, 10.1, 20.0, 29.0], [0, 1, 1, 0], neurons=2, stop_ms=35.0)
    assert found.counts(10.0).tolist() == [[1, 0], [0, 2], [1, 0]], "a rest is left out"
    np.testing.assert_array_equal(found.counts(10.0).sum(axis=1), found.activity(10.0))


def test_times_that_binary_cannot_hold_fall_into_their_bins():
    times = np.arange(1, 1_001) * 0.1
    found = spike_trains("x", times, np.zeros(1_000), neurons=1, stop_ms=100.0)
    assert (found.activity(0.5) == 5).all()


@pytest.mark.parametrize(
    ("times", "neurons", "options", "sentence"),
    [
        ([1.0], [0, 1], {}, r"x\.spike_neurons has 2 values and spike_times_ms has 1"),
        ([1.0], [-1], {}, r"x\.spike_neurons\[0\] = -1 is not allowed"),
        ([1.0], [0.5], {}, r"x\.spike_neurons\[0\] = 0\.5 is not allowed; use whole numbers"),
        ([], [], {}, "x: no spike and no stop_ms; say where the window ends"),
        ([1.0], [0], {"start_ms": 1.0}, r"x\.stop_ms = 1 is not allowed; use more than start_ms"),
        ([1.0], [2**31 - 2], {}, r"x\.spike_neurons goes up to 2,147,483,646; number the neurons"),
        ([1.0], [0], {"neurons": 0}, r"x\.neurons = 0 is not allowed"),
    ],
)
def test_what_is_no_train_says_why(times, neurons, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        spike_trains("x", times, neurons, **({"neurons": None} | options))
