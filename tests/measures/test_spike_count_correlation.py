"""Count correlations: the golden matrix, numpy and a library pair by pair, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import spike_count_correlation
from hal9lib.nulls import jittered_spikes
from support.spikes import poisson_spikes
from support.splitmix64 import uniforms

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "spike_stats.json").read_text())
TIMES, NEURONS = poisson_spikes(np.random.default_rng(1), 4, 20.0, 5_000.0)
CALL = {
    "arrays": {"spike_times_ms": TIMES, "spike_neurons": NEURONS},
    "options": {"bin_ms": 50.0, "stop_ms": 5_000.0},
}


def spikes_of(counts, bin_ms=10.0):
    """(times, neurons) of counts (bins, neurons), at the middle of their bins."""
    bins, neurons = np.nonzero(counts)
    many = counts[bins, neurons]
    return np.repeat((bins + 0.5) * bin_ms, many), np.repeat(neurons, many)


def mean_of_pairs(counts):
    return np.corrcoef(counts.T)[np.triu_indices(counts.shape[1], 1)].mean()


def golden_trains():
    times_ms = np.cumsum(-np.log(uniforms(51, 4_000)) / 0.02)
    times_ms = times_ms[times_ms < 100_000.0]
    return times_ms, np.arange(len(times_ms)) % 5


def test_the_golden_trains_have_the_mean_of_their_matrix():
    result = spike_count_correlation(*golden_trains(), bin_ms=100.0, stop_ms=100_000.0)
    matrix = np.array(GOLDEN["corrcoef_100ms"])
    assert result.value == pytest.approx(matrix[np.triu_indices(5, 1)].mean(), rel=1e-12)
    np.testing.assert_allclose(
        result.arrays["values"], (matrix.sum(axis=0) - 1.0) / 4.0, atol=1e-12
    )


@pytest.mark.filterwarnings("ignore:The 'copy' argument")  # inside the library
def test_a_library_agrees_on_the_mean_of_pairs():
    import neo
    import quantities as pq
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import correlation_coefficient

    trains = [
        neo.SpikeTrain(np.sort(TIMES[n == NEURONS]), t_stop=5_000.0, units=pq.ms) for n in range(4)
    ]
    theirs = correlation_coefficient(BinnedSpikeTrain(trains, bin_size=50.0 * pq.ms))
    ours = spike_count_correlation(**CALL["arrays"], **CALL["options"])
    assert ours.value == pytest.approx(theirs[np.triu_indices(4, 1)].mean(), rel=1e-9)


def test_equal_trains_have_1_and_opposite_ones_minus_1():
    counts = np.random.default_rng(2).poisson(2.0, (30, 1))
    equal = spike_count_correlation(*spikes_of(np.repeat(counts, 3, axis=1)), bin_ms=10.0)
    assert equal.value == pytest.approx(1.0, abs=1e-12)
    opposite = np.column_stack([np.tile([1, 0], 10), np.tile([0, 1], 10)])
    result = spike_count_correlation(*spikes_of(opposite), bin_ms=10.0, stop_ms=200.0)
    assert result.value == pytest.approx(-1.0, abs=1e-12)


def test_a_shared_poisson_part_has_the_closed_form():
    generator = np.random.default_rng(3)
    counts = generator.poisson(2.0, (4_000, 5)) + generator.poisson(1.0, (4_000, 1))
    result = spike_count_correlation(*spikes_of(counts), bin_ms=10.0, stop_ms=40_000.0)
    assert result.value == pytest.approx(1.0 / 3.0, abs=0.02)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=3, max_size=15))
def test_it_is_the_mean_over_pairs_whatever_the_order_of_neurons(rows):
    # An independent slow reference: the matrix of pairs by numpy.
    counts = np.array(rows)
    varying = counts[:, counts.std(axis=0) > 0]
    if varying.shape[1] < 2:
        return
    options = {"bin_ms": 10.0, "stop_ms": len(counts) * 10.0}
    result = spike_count_correlation(*spikes_of(counts), **options)
    assert result.value == pytest.approx(mean_of_pairs(varying), abs=1e-9)
    assert result.details["neurons"] == varying.shape[1]
    turned = spike_count_correlation(*spikes_of(counts[:, ::-1]), **options)
    assert turned.value == pytest.approx(result.value, abs=1e-9)
    assert result.arrays["values"].mean() == pytest.approx(result.value, abs=1e-9)


def test_the_influence_of_a_bin_is_what_leaving_it_out_shows():
    # An independent slow reference for the interval: the jackknife over bins.
    generator = np.random.default_rng(4)
    counts = generator.poisson(2.0, (150, 4)) + generator.poisson(1.0, (150, 1))
    options = {"bin_ms": 10.0, "stop_ms": 1_500.0, "batches": 150}
    result = spike_count_correlation(*spikes_of(counts), **options)
    values = [mean_of_pairs(np.delete(counts, b, axis=0)) for b in range(150)]
    half = (result.interval[1] - result.interval[0]) / 2.0
    assert half == pytest.approx(1.976013 * np.std(values) * 149**0.5, rel=0.05)  # t of 149


def test_a_slow_shared_rate_is_told_from_spikes_that_are_shared():
    generator = np.random.default_rng(5)
    slow = generator.poisson(np.repeat([1.0, 8.0] * 5, 10)[:, None], (100, 5))
    null = jittered_spikes(width_ms=100.0, seed=1)
    options = {"bin_ms": 10.0, "stop_ms": 1_000.0}
    result = spike_count_correlation(*spikes_of(slow), **options, null=null)
    assert result.value > 0.3
    assert result.p > 0.01
    shared = slow + generator.poisson(2.0, (100, 1))
    assert spike_count_correlation(*spikes_of(shared), **options, null=null).p == 0.002


@pytest.mark.parametrize(
    ("times_ms", "neurons", "options", "sentence"),
    [
        ([], [], {"stop_ms": 100.0}, "correlation: the counts of 0 neurons vary from bin to bin"),
        ([5.0, 6.0], [0, 0], {"stop_ms": 100.0}, "the counts of 1 neurons vary from bin to bin"),
        ([5, 15, 25, 5], [0, 0, 0, 1], {"stop_ms": 30.0}, "the counts of 1 neurons vary"),
        ([5.0], [0], {"stop_ms": 29.0}, r"bin_ms = 10 is not allowed; use at most 9\.66667, so"),
        ([5.0], [0], {"bin_ms": -1.0}, r"spike_count_correlation\.bin_ms = -1\.0 is not allowed"),
    ],
)
def test_what_has_no_correlation_says_why(times_ms, neurons, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        spike_count_correlation(times_ms, neurons, **({"bin_ms": 10.0} | options))
