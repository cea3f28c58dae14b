"""The quick way to put moved spikes in order gives what SpikeTrains.moved gives."""

from dataclasses import replace

import numpy as np
import pytest

from hal9lib.nulls._moved import moved
from hal9lib.spike_trains import spike_trains


@pytest.mark.parametrize("spikes", [0, 1, 500])
def test_times_are_in_order_within_each_neuron_ties_too(spikes):
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
        expected, found = one.moved(times), moved(one, times)
        np.testing.assert_array_equal(found.times_ms, expected.times_ms)
        np.testing.assert_array_equal(found.neurons, expected.neurons)
        assert found.neurons.dtype == expected.neurons.dtype
