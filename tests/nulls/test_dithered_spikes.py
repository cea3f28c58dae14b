"""Counts are kept and no spike leaves the window; moves are uniform and no larger than said."""

import numpy as np
import pytest
from scipy.stats import kstest

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.spike_trains import spike_trains

_RANDOM = np.random.default_rng(2)
DATA = spike_trains(
    "x", 50.0 + _RANDOM.random(4000) * 950.0, _RANDOM.integers(20, size=4000), neurons=21,
    start_ms=50.0, stop_ms=1000.0,
)  # fmt: skip


@pytest.mark.parametrize("of", ["spikes", "trains"])
@pytest.mark.parametrize("dither", [1.0, 300.0, 950.0])
def test_counts_are_kept_and_no_spike_leaves_the_window(of, dither):
    for draw in range(5):
        found = nulls.dithered_spikes(dither_ms=dither, of=of, seed=1).surrogate(DATA, draw)
        np.testing.assert_array_equal(found.neurons, DATA.neurons)
        assert ((found.times_ms > 50.0) & (found.times_ms <= 1000.0)).all()
        assert (np.lexsort((found.times_ms, found.neurons)) == np.arange(4000)).all()
        assert (found.times_ms != DATA.times_ms).all()


def test_moves_are_uniform():
    """Of a neuron of one spike in the middle; and of one at the edge, where half are reflected."""
    null = nulls.dithered_spikes(dither_ms=20.0, seed=1)
    data = spike_trains("x", [50.0, 0.001], [0, 1], neurons=2, stop_ms=100.0)
    times = np.array([null.surrogate(data, k).times_ms for k in range(500)])
    assert kstest((times[:, 0] - 30.0) / 40.0, "uniform").pvalue > 0.001
    assert kstest(times[:, 1] / 20.0, "uniform").pvalue > 0.001


def test_a_constant_rate_stays_constant_to_the_very_end():
    """What leaves comes back: as many spikes in the first and last 5 ms as anywhere."""
    for of in ("spikes", "trains"):
        null = nulls.dithered_spikes(dither_ms=40.0, of=of, seed=1)
        at_ends = 0
        for draw in range(50):
            times = null.surrogate(DATA, draw).times_ms
            at_ends += np.count_nonzero((times <= 55.0) | (times > 995.0))
        expected = 50 * 4000 * 10.0 / 950.0
        assert abs(at_ends - expected) < 4 * np.sqrt(expected) + 0.05 * expected


def test_trains_move_as_a_whole_round_the_end():
    found = nulls.dithered_spikes(dither_ms=30.0, of="trains", seed=1).surrogate(DATA)
    moves = []
    for neuron in range(20):
        now = found.times_ms[found.neurons == neuron]
        old = DATA.times_ms[DATA.neurons == neuron]
        best = min(
            ((np.sort(50.0 + (old + move - 50.0) % 950.0) - now) ** 2).sum()
            for move in ((now[0] - old - 0.0) + 475.0) % 950.0 - 475.0
        )
        assert best < 1e-12
        moves += [m for m in (now[0] - old) if abs(m) <= 30.0][:1]
    assert len(set(np.round(moves, 6))) > 10, "each train by its own"


@pytest.mark.parametrize("of", ["spikes", "trains"])
def test_synchrony_finer_than_the_dither_is_gone(of):
    times = np.repeat(np.sort(np.random.default_rng(4).random(200)) * 1e4, 20)
    data = spike_trains("x", times, np.tile(np.arange(20), 200), neurons=20, stop_ms=1e4)
    before = data.activity(5.0).var()
    found = nulls.dithered_spikes(dither_ms=500.0, of=of, seed=1).surrogate(data).activity(5.0)
    assert before > 30.0
    assert found.var() < 3.0, "a Poisson count of mean 2 has 2"


def test_a_dither_longer_than_the_window_is_refused():
    with pytest.raises(
        ParameterError,
        match=r"^dithered_spikes\.dither_ms = 951 is not allowed; use at most the window's 950 ms",
    ):
        nulls.dithered_spikes(dither_ms=951.0).surrogate(DATA)
