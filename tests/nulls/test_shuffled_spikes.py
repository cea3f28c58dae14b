"""Intervals, or all times and every neuron's count, are kept; order and company are destroyed."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.spike_trains import spike_trains

_RANDOM = np.random.default_rng(2)
DATA = spike_trains(
    "x", _RANDOM.random(2000) * 1000.0, _RANDOM.integers(20, size=2000), neurons=23, stop_ms=1000.0
)
#: A raster on a grid: in each of 400 steps each of 20 neurons fires or not.
_RASTER = np.random.default_rng(3).random((400, 20)) < np.linspace(0.02, 0.6, 20)
GRID = spike_trains(
    "x", 0.5 * (1 + np.nonzero(_RASTER)[0]), np.nonzero(_RASTER)[1], neurons=20, stop_ms=200.0
)


def intervals(data, neuron):
    return np.diff(data.times_ms[data.neurons == neuron])


def test_intervals_are_kept_and_so_are_each_neurons_first_and_last_spike():
    found = nulls.shuffled_spikes(of="intervals", seed=1).surrogate(DATA)
    np.testing.assert_array_equal(found.neurons, DATA.neurons)
    changed = 0
    for neuron in range(20):
        now, old = intervals(found, neuron), intervals(DATA, neuron)
        np.testing.assert_allclose(np.sort(now), np.sort(old), atol=1e-10)
        changed += not np.allclose(now, old)
        times, before = (x.times_ms[x.neurons == neuron] for x in (found, DATA))
        assert times[0] == before[0]
        assert times[-1] == before[-1]
    assert changed == 20


def test_every_order_of_intervals_comes_up_as_often():
    data = spike_trains("x", [1.0, 2.0, 4.0, 8.0, 3.0], [0, 0, 0, 0, 1], neurons=2)
    null = nulls.shuffled_spikes(of="intervals", seed=1)
    count = Counter(tuple(intervals(null.surrogate(data, k), 0)) for k in range(6 * 50))
    assert set(count) == set(itertools.permutations([1.0, 2.0, 4.0]))
    assert chi2.sf(sum((one - 50) ** 2 / 50 for one in count.values()), 5) > 0.001


def test_the_order_of_intervals_is_gone():
    """Intervals that grow and shrink slowly, alike in all neurons, and then do not."""
    steps = 10.0 + 8.0 * np.sin(np.arange(2000) / 50.0)
    data = spike_trains("x", np.tile(np.cumsum(steps), 5), np.repeat(range(5), 2000), neurons=5)
    found = nulls.shuffled_spikes(of="intervals", seed=1).surrogate(data)
    bound = 4 / np.sqrt(2000)
    for neuron in range(5):
        now = intervals(found, neuron)
        assert abs(np.corrcoef(now[1:], now[:-1])[0, 1]) < bound
        assert abs(np.corrcoef(now, intervals(found, (neuron + 1) % 5))[0, 1]) < bound


@pytest.mark.parametrize("data", [DATA, GRID], ids=["anywhere", "on a grid"])
def test_times_and_every_neurons_count_are_kept(data):
    found = nulls.shuffled_spikes(of="neurons", seed=1).surrogate(data)
    np.testing.assert_array_equal(np.sort(found.times_ms), np.sort(data.times_ms))
    np.testing.assert_array_equal(found.neurons, data.neurons)
    assert (np.lexsort((found.times_ms, found.neurons)) == np.arange(len(data.neurons))).all()
    twice = (np.diff(found.times_ms) == 0) & (np.diff(found.neurons) == 0)
    assert not twice.any()
    assert np.mean(found.times_ms != data.times_ms) > 0.3


@pytest.mark.parametrize(
    ("times", "owners"),
    [([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 2]), ([1.0, 1.0, 2.0, 2.0, 3.0], [0, 1, 0, 2, 1])],
    ids=["times that differ", "times that are the same"],
)
def test_every_deal_comes_up_as_often(times, owners):
    """Against all deals without a spike twice, gone through one by one."""
    allowed = {
        tuple(sorted(zip(deal, times, strict=True))) for deal in itertools.permutations(owners)
    }
    allowed = {deal for deal in allowed if len(set(deal)) == len(deal)}
    data = spike_trains("x", times, owners, neurons=3)
    null = nulls.shuffled_spikes(of="neurons", seed=1)
    draws = [null.surrogate(data, k) for k in range(60 * len(allowed))]
    count = Counter(tuple(zip(x.neurons.tolist(), x.times_ms.tolist(), strict=True)) for x in draws)
    assert set(count) == allowed
    distance = sum((one - 60) ** 2 / 60 for one in count.values())
    assert chi2.sf(distance, len(allowed) - 1) > 0.001


def test_who_fires_with_whom_is_gone():
    """Two groups that take turns: company within a group is all there is, and then chance."""
    raster = np.zeros((1000, 20), bool)
    raster[::2, :10] = np.random.default_rng(5).random((500, 10)) < 0.3
    raster[1::2, 10:] = np.random.default_rng(6).random((500, 10)) < 0.3
    step, owner = np.nonzero(raster)
    data = spike_trains("x", step + 1.0, owner, neurons=20, stop_ms=1000.0)

    def within(x):
        pairs = np.corrcoef(x.counts(1.0).T)
        return pairs[:10, :10][np.triu_indices(10, 1)].mean() - pairs[:10, 10:].mean()

    assert within(data) > 0.2
    null = nulls.shuffled_spikes(of="neurons", seed=1)
    found = [within(null.surrogate(data, k)) for k in range(20)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(20)
    assert np.max(np.abs(found)) < 0.05


def test_a_spike_that_is_there_twice_is_refused_and_another_word_is():
    data = spike_trains("x", [5.0, 5.0, 7.0], [1, 1, 0], neurons=2)
    with pytest.raises(
        ParameterError,
        match=r"^shuffled_spikes: neuron 1 has the spike at 5 ms twice; use each spike once\.$",
    ):
        nulls.shuffled_spikes(of="neurons").surrogate(data)
    with pytest.raises(ParameterError, match=r"^shuffled_spikes\.of = 'times' is not allowed; use"):
        nulls.shuffled_spikes(of="times")
