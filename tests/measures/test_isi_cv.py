"""Irregularity of intervals: closed forms, the golden list, what is refused."""

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import isi_cv
from support.spikes import poisson_spikes

CALL = {
    "arrays": {
        "spike_times_ms": np.cumsum(np.random.default_rng(1).exponential(25.0, 400)),
        "spike_neurons": np.arange(400) % 4,
    },
    "options": {},
}


@pytest.mark.jit_only
def test_a_poisson_process_has_a_cv_of_1():
    times_ms, neurons = poisson_spikes(np.random.default_rng(3), 400, 50.0, 100_000.0)
    result = isi_cv(times_ms, neurons)
    assert result.details["neurons"] == 400
    assert result.value == pytest.approx(1.0, abs=0.003)
    assert 1.0 in result
    low, high = result.interval
    assert high - low < 0.005


def test_a_clock_has_a_cv_of_0_also_at_times_that_binary_cannot_hold():
    times_ms = np.repeat(np.arange(1, 1_001) * 0.1, 3)
    result = isi_cv(times_ms, np.tile([0, 1, 2], 1_000))
    assert result.value == pytest.approx(0.0, abs=1e-9)
    assert (result.details["neurons"], result.details["intervals"]) == (3, 2_997)
    assert result.details["without_bias"] == pytest.approx(0.0, abs=1e-9)


def test_the_golden_list_of_intervals_has_its_cv():
    # Elephant 1.2.1 on this list, in the reference values' file spike_stats.
    intervals_ms = [28, 29, 31, 23, 29, 34, 22, 31, 40, 19, 24, 30]
    times_ms = np.concatenate([[5.0], 5.0 + np.cumsum(intervals_ms)])
    result = isi_cv(times_ms, np.zeros(13))
    assert result.value == pytest.approx(0.19349275533410032, rel=1e-12)
    assert result.interval is None, "one neuron has no spread over neurons"


def test_a_gamma_process_has_the_cv_of_its_shape():
    generator = np.random.default_rng(4)
    intervals_ms = generator.gamma(4.0, 5.0, (200, 1_000))
    times_ms = np.cumsum(intervals_ms, axis=1).ravel()
    result = isi_cv(times_ms, np.repeat(np.arange(200), 1_000))
    assert result.value == pytest.approx(0.5, abs=0.003)  # 1 / sqrt(shape)


def test_few_intervals_give_the_low_value_that_is_stated():
    times_ms = np.cumsum(np.random.default_rng(5).exponential(20.0, (30_000, 3)), axis=1)
    neurons = np.repeat(np.arange(30_000), 3)
    assert isi_cv(times_ms.ravel(), neurons).value == pytest.approx(0.5, abs=0.01)


def test_the_jackknife_takes_the_bias_of_few_intervals_out_and_the_interval_is_about_the_rest():
    generator = np.random.default_rng(8)
    times_ms = np.cumsum(generator.exponential(20.0, (2_000, 11)), axis=1).ravel()
    result = isi_cv(times_ms, np.repeat(np.arange(2_000), 11))
    assert result.value < 0.89, "the plain definition, with 10 intervals each"
    assert result.details["without_bias"] == pytest.approx(0.985, abs=0.02)
    low, high = result.interval
    assert low == result.value, "an interval holds its value"
    assert result.details["without_bias"] < high < 1.02


def test_the_jackknife_is_the_one_that_leaves_out_each_interval():
    # An independent slow reference, from the definition.
    intervals = np.random.default_rng(9).gamma(2.0, 10.0, 12)
    cv = intervals.std() / intervals.mean()
    left_out = [np.delete(intervals, k) for k in range(12)]
    mean_left_out = np.mean([some.std() / some.mean() for some in left_out])
    result = isi_cv(5.0 + np.concatenate([[0.0], np.cumsum(intervals)]), np.zeros(13))
    assert result.value == pytest.approx(cv, rel=1e-12)
    assert result.details["without_bias"] == pytest.approx(12 * cv - 11 * mean_left_out, rel=1e-10)


def test_a_library_agrees_neuron_by_neuron():
    from elephant.statistics import cv

    intervals = np.random.default_rng(10).gamma(2.0, 10.0, (3, 30))
    result = isi_cv(np.cumsum(intervals, axis=1).ravel(), np.repeat(np.arange(3), 30))
    np.testing.assert_allclose(result.arrays["values"], [cv(i[1:]) for i in intervals], rtol=1e-12)


def test_order_does_not_matter_and_the_window_does():
    times_ms, neurons = poisson_spikes(np.random.default_rng(6), 20, 50.0, 1_000.0)
    shuffled = np.random.default_rng(7).permutation(len(times_ms))
    assert isi_cv(times_ms, neurons) == isi_cv(times_ms[shuffled], neurons[shuffled])
    inside = (times_ms > 200.0) & (times_ms <= 700.0)
    windowed = isi_cv(times_ms, neurons, start_ms=200.0, stop_ms=700.0)
    assert windowed == isi_cv(times_ms[inside], neurons[inside])


def test_only_neurons_with_enough_intervals_are_used():
    times_ms = [1.0, 2.0, 5.0, 1.0, 2.0]
    neurons = [0, 0, 0, 1, 1]
    result = isi_cv(times_ms, neurons)
    assert (result.details["neurons"], result.details["intervals"]) == (1, 2)
    assert result.arrays["neurons"].tolist() == [0]
    with pytest.raises(ParameterError, match=r"no neuron has 3 intervals \(4 spikes\) in the win"):
        isi_cv(times_ms, neurons, min_intervals=3)


def test_what_has_no_cv_says_why():
    with pytest.raises(ParameterError, match=r"no neuron has 2 intervals \(3 spikes\)"):
        isi_cv([], [], stop_ms=100.0)
    with pytest.raises(ParameterError, match="no spike and no stop_ms; say where the window ends"):
        isi_cv([], [])
    with pytest.raises(ParameterError, match="holds a spike of neuron 7 twice"):
        isi_cv([1.0, 2.0, 2.0], [7, 7, 7])
    with pytest.raises(ParameterError, match="spike_neurons has 1 values and spike_times_ms has 3"):
        isi_cv([1.0, 2.0, 3.0], [0])
    with pytest.raises(ParameterError, match=r"isi_cv\.min_intervals = 1 is not allowed"):
        isi_cv([1.0, 2.0, 3.0], [0, 0, 0], min_intervals=1)
