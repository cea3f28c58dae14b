"""Fano factors: the golden counts, a library, Poisson processes and clocks, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import fano_factor
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


def test_counts_by_hand():
    result = fano_factor(*spikes_of(np.array([[1, 2], [3, 2], [2, 2]])), bin_ms=10.0, stop_ms=30.0)
    assert result.arrays["values"].tolist() == [0.5, 0.0]
    assert result.value == 0.25
    assert result.details["bins"] == 3


def test_the_golden_counts_have_their_fano_factor():
    # Five interleaved trains of the golden Poisson one, as the counts of one neuron in five bins.
    # The golden value divides the variance by 5, ours by 4.
    times_ms = np.cumsum(-np.log(uniforms(51, 4_000)) / 0.02)
    counts = np.array([len(times_ms[times_ms < 100_000.0][k::5]) for k in range(5)])
    result = fano_factor(*spikes_of(counts[:, None]), bin_ms=10.0, stop_ms=50.0)
    assert result.value * 4.0 / 5.0 == pytest.approx(GOLDEN["fano_5_interleaved"], rel=1e-12)


def test_a_library_agrees_neuron_by_neuron():
    import neo
    import quantities as pq
    from elephant.statistics import fanofactor

    result = fano_factor(**CALL["arrays"], bin_ms=100.0, stop_ms=5_000.0)
    for neuron, value in enumerate(result.arrays["values"]):
        own = TIMES[neuron == NEURONS]
        parts = [own[(own > k * 100.0) & (own <= k * 100.0 + 100.0)] for k in range(50)]
        trains = [neo.SpikeTrain(np.sort(p), t_stop=5_000.0, units=pq.ms) for p in parts]
        assert value == pytest.approx(fanofactor(trains) * 50.0 / 49.0, rel=1e-12)


def test_a_clock_has_0_and_a_poisson_process_1_however_few_its_spikes():
    clock = fano_factor(np.arange(1, 501) * 2.0 - 0.5, np.zeros(500), bin_ms=20.0, stop_ms=1_000.0)
    assert (clock.value, clock.interval) == (0.0, (0.0, 0.0))
    assert clock.p < 1e-6
    times_ms, neurons = poisson_spikes(np.random.default_rng(2), 5_000, 2.0, 1_000.0)
    few = fano_factor(times_ms, neurons, bin_ms=100.0, stop_ms=1_000.0)
    assert few.value == pytest.approx(1.0, abs=0.02)
    assert few.p > 0.01


def test_intervals_of_shape_k_have_1_over_k_in_long_bins():
    times_ms = np.cumsum(np.random.default_rng(3).gamma(4.0, 5.0, (20, 2_500)), axis=1)
    inside = (times_ms > 500.0) & (times_ms <= 45_500.0)
    neurons = np.broadcast_to(np.arange(20)[:, None], times_ms.shape)
    options = {"bin_ms": 500.0, "start_ms": 500.0, "stop_ms": 45_500.0}
    result = fano_factor(times_ms[inside], neurons[inside], **options)
    assert result.value == pytest.approx(0.25, rel=0.12)


def test_one_spike_a_neuron_has_1_whatever_happens():
    result = fano_factor([3.0, 18.0], [0, 1], bin_ms=10.0, stop_ms=40.0)
    assert (result.value, result.p) == (1.0, 1.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=12))
def test_it_is_the_variance_over_the_mean_whatever_the_order_of_bins_and_neurons(rows):
    # An independent slow reference, from the definition.
    counts = np.array(rows)
    fired = counts[:, counts.sum(axis=0) > 0]
    if fired.shape[1] == 0:
        return
    options = {"bin_ms": 10.0, "stop_ms": len(counts) * 10.0}
    value = fano_factor(*spikes_of(counts), **options).value
    assert value == pytest.approx((fired.var(axis=0, ddof=1) / fired.mean(axis=0)).mean())
    assert fano_factor(*spikes_of(counts[::-1, ::-1]), **options).value == pytest.approx(value)


def test_the_influence_of_a_bin_is_what_leaving_it_out_shows():
    # An independent slow reference for the interval: the jackknife over bins.
    counts = np.random.default_rng(4).poisson(np.tile([1.0, 5.0], 50)[:, None], (100, 3))
    result = fano_factor(*spikes_of(counts), bin_ms=10.0, stop_ms=1_000.0, batches=100)
    left_out = [np.delete(counts, b, axis=0) for b in range(100)]
    values = [(c.var(axis=0, ddof=1) / c.mean(axis=0)).mean() for c in left_out]
    error = np.std(values) * 99**0.5
    half = (result.interval[1] - result.interval[0]) / 2.0
    assert half == pytest.approx(1.984217 * error, rel=0.05)  # t of 99


@pytest.mark.parametrize(
    ("times_ms", "neurons", "options", "sentence"),
    [
        ([], [], {"stop_ms": 100.0}, "fano_factor: no spike lies in a whole bin of the window"),
        ([], [], {}, "fano_factor: no spike and no stop_ms"),
        ([25.0], [0], {"stop_ms": 29.0}, "no spike lies in a whole bin of the window"),
        ([5.0], [0], {"stop_ms": 19.0}, r"bin_ms = 10 is not allowed; use at most 9\.5, so that"),
        ([5.0], [0], {"stop_ms": 1e10}, r"bin_ms = 10 is not allowed; use at least 100, so that"),
        ([5.0], [0], {"bin_ms": 0.0}, r"fano_factor\.bin_ms = 0\.0 is not allowed"),
        ([5.0], [3], {"neurons": 3}, r"fano_factor\.spike_neurons\[0\] = 3 is not allowed"),
        ([5.0, 50.0], [0, 0], {"batches": 1}, r"fano_factor\.batches = 1 is not allowed"),
    ],
)
def test_what_has_no_fano_factor_says_why(times_ms, neurons, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        fano_factor(times_ms, neurons, **({"bin_ms": 10.0} | options))
