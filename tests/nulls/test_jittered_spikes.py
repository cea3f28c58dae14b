"""Counts in windows are kept exactly; where in its window a spike falls is uniform."""

import numpy as np
import pytest
from scipy.stats import kstest

from hal9lib import nulls
from hal9lib.spike_trains import spike_trains

_RANDOM = np.random.default_rng(2)


def trains(times_ms, neurons, **options):
    return spike_trains("x", times_ms, neurons, neurons=20, **options)


DATA = trains(_RANDOM.random(3000) * 1000.0, _RANDOM.integers(20, size=3000), stop_ms=1000.0)
GRID = trains(np.tile(np.arange(1, 1001) * 0.5, 3), np.repeat([0, 4, 9], 1000), stop_ms=500.0)


@pytest.mark.parametrize("data", [DATA, GRID], ids=["anywhere", "on a grid"])
@pytest.mark.parametrize("width", [0.5, 7.0, 10.0, 10_000.0])
def test_counts_in_windows_are_kept(data, width):
    null = nulls.jittered_spikes(width_ms=width, seed=1)
    for draw in range(20):
        found = null.surrogate(data, draw)
        np.testing.assert_array_equal(found.counts(width), data.counts(width))
        np.testing.assert_array_equal(found.neurons, data.neurons)
        assert ((found.times_ms > data.start_ms) & (found.times_ms <= data.stop_ms)).all()
        assert (np.lexsort((found.times_ms, found.neurons)) == np.arange(len(found.neurons))).all()


def test_windows_begin_where_the_data_begin_and_the_last_may_be_shorter():
    data = trains([5.5, 14.9, 15.5], [0, 1, 2], start_ms=5.0, stop_ms=16.0)
    null = nulls.jittered_spikes(width_ms=10.0, seed=1)
    times = np.array([null.surrogate(data, k).times_ms for k in range(300)])
    assert (times > [5.0, 5.0, 15.0]).all()
    assert (times <= [15.0, 15.0, 16.0]).all()
    assert times.min(0) == pytest.approx([5.0, 5.0, 15.0], abs=0.5)
    assert times.max(0) == pytest.approx([15.0, 15.0, 16.0], abs=0.5)


def test_a_spike_is_uniform_in_its_window_and_synchrony_is_gone():
    """All twenty fire at 3 ms of each window of 10; after it they are as uniform as may be."""
    data = trains(np.tile(np.arange(3.0, 1000.0, 10.0), 20), np.repeat(np.arange(20), 100))
    found = nulls.jittered_spikes(width_ms=10.0, seed=1).surrogate(data).times_ms
    assert kstest((found % 10.0) / 10.0, "uniform").pvalue > 0.001
    assert len(np.unique(found)) == len(found)
