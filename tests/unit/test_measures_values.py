"""Measures against values that were not made here: formulas, published numbers, planted truth."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError
from hal9lib.measures import firing_rate, isi_cv, scaling_exponent, spectral_peak

GOLDEN = Path(__file__).parents[1] / "golden"


def poisson_spikes(generator, neurons, rate_hz, duration_ms):
    """(times, neurons) of independent Poisson processes."""
    count = generator.poisson(rate_hz * duration_ms * 1e-3 * neurons)
    return generator.uniform(0.0, duration_ms, count), generator.integers(0, neurons, count)


# firing rate


def test_a_rate_counts_the_spikes_of_a_window_closed_at_its_end():
    result = firing_rate([10.0, 20.0, 30.0, 40.0], neurons=2, start_ms=10.0, stop_ms=30.0)
    assert result.value == pytest.approx(2 / 2 / 0.020)
    assert result.details["spikes"] == 2


def test_a_rate_agrees_with_the_runs_own():
    run = hal9.simulate(hal9.models.brunel(neurons=500, indegree=50), 300.0)
    times_ms, _ = run.spikes_of("E")
    result = firing_rate(times_ms, neurons=400, start_ms=100.0, stop_ms=300.0)
    assert result.value > 1.0
    assert result.value == pytest.approx(run.rate_hz("E", start_ms=100.0))


def test_the_interval_of_a_rate_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(1_000):
        times_ms, _ = poisson_spikes(generator, 5, 40.0, 1_000.0)
        covered += 40.0 in firing_rate(times_ms, neurons=5, stop_ms=1_000.0)
    assert 925 <= covered <= 975, "95 % within 3.6 standard errors"


def test_the_interval_of_a_rate_is_as_wide_as_a_common_rhythm_makes_it():
    # All 100 neurons share a rate that wanders: 100 times the spikes are no 100 times the evidence.
    generator = np.random.default_rng(8)
    covered = 0
    for _ in range(300):
        levels = generator.uniform(0.0, 80.0, 20)
        times_ms = np.concatenate(
            [
                start * 50.0 + poisson_spikes(generator, 100, level, 50.0)[0]
                for start, level in enumerate(levels)
            ]
        )
        covered += 40.0 in firing_rate(times_ms, neurons=100, stop_ms=1_000.0)
    assert covered >= 270, "an interval over neurons would cover 40 Hz in one run of ten"


def test_no_spike_is_a_rate_of_0_with_an_upper_limit():
    result = firing_rate([], neurons=10, stop_ms=1_000.0)
    assert (result.value, result.interval) == (0.0, (0.0, 0.3))
    assert result.method == "95 % upper limit of a Poisson count of 0"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"neurons": 0}, r"firing_rate\.neurons = 0 is not allowed"),
        ({"stop_ms": 0.0}, r"firing_rate\.stop_ms = 0 is not allowed; use more than start_ms = 0"),
        ({"stop_ms": math.nan}, r"firing_rate\.stop_ms = nan is not allowed"),
        ({"batches": 1}, r"firing_rate\.batches = 1 is not allowed; use a whole number from 2"),
    ],
)
def test_a_rate_without_a_window_or_neurons_is_refused(options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        firing_rate([1.0], **({"neurons": 1, "stop_ms": 10.0} | options))


# irregularity


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
    assert result.details == {"neurons": 3, "intervals": 2_997}


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
    assert isi_cv(times_ms, neurons).details == {"neurons": 1, "intervals": 2}
    with pytest.raises(ParameterError, match=r"no neuron has 3 intervals \(4 spikes\) in the win"):
        isi_cv(times_ms, neurons, min_intervals=3)


def test_what_has_no_cv_says_why():
    with pytest.raises(ParameterError, match=r"no neuron has 2 intervals \(3 spikes\)"):
        isi_cv([], [])
    with pytest.raises(ParameterError, match="holds a spike of neuron 7 twice"):
        isi_cv([1.0, 2.0, 2.0], [7, 7, 7])
    with pytest.raises(ParameterError, match="spike_neurons has 1 values and spike_times_ms has 3"):
        isi_cv([1.0, 2.0, 3.0], [0])
    with pytest.raises(ParameterError, match=r"isi_cv\.min_intervals = 1 is not allowed"):
        isi_cv([1.0, 2.0, 3.0], [0, 0, 0], min_intervals=1)


# spectral peak


@pytest.mark.parametrize("planted_hz", [20.0, 41.3, 180.0, 333.0, 612.5])
def test_a_planted_rhythm_is_found_within_the_resolution(planted_hz):
    generator = np.random.default_rng(int(planted_hz))
    time_s = (np.arange(800) + 0.5) * 0.5e-3
    rate_hz = 40.0 * (1.0 + 0.5 * np.sin(2.0 * np.pi * planted_hz * time_s))
    counts = generator.poisson(rate_hz * 0.5e-3 * 2_000)
    result = spectral_peak(counts / 2_000 / 0.5e-3, bin_ms=0.5)
    assert result.details["resolution_hz"] == 2.5
    assert planted_hz in result
    assert result.p < 1e-6


def test_white_noise_raises_no_more_alarms_than_allowed_and_its_p_is_uniform():
    generator = np.random.default_rng(11)
    p = np.array(
        [spectral_peak(generator.normal(0.0, 1.0, 201), bin_ms=1.0).p for _ in range(1_000)]
    )
    assert 35 <= np.count_nonzero(p <= 0.05) <= 65
    assert np.abs(np.sort(p) - np.linspace(0.0, 1.0, 1_000)).max() < 0.06  # Kolmogorov, p 0.001


@pytest.mark.parametrize(
    ("ordinates", "share"), [(5, 0.68377), (10, 0.44495), (20, 0.27040), (50, 0.13135)]
)
def test_fishers_published_5_percent_points(ordinates, share):
    # Table 1 of Fisher 1929, by way of a spectrum that has exactly this share in one ordinate.
    power = np.full(ordinates, (1.0 - share) / (ordinates - 1))
    power[ordinates // 2] = share
    spectrum = np.concatenate([[0.0], np.sqrt(power)])
    rate = np.fft.irfft(spectrum, 2 * ordinates + 1)
    assert spectral_peak(rate, bin_ms=1.0).p == pytest.approx(0.05, abs=2e-4)


def test_a_band_keeps_a_stronger_rhythm_out():
    time_s = np.arange(1_000) * 1e-3
    rate = 3.0 * np.sin(2 * np.pi * 50.0 * time_s) + np.sin(2 * np.pi * 200.0 * time_s)
    assert spectral_peak(rate, bin_ms=1.0).value == pytest.approx(50.0)
    assert spectral_peak(rate, bin_ms=1.0, low_hz=100.0).value == pytest.approx(200.0)


@pytest.mark.parametrize(
    ("rate", "options", "sentence"),
    [
        (np.full(100, 0.3), {}, "rate_hz does not vary, so it has no peak"),
        (np.arange(7.0), {}, "rate_hz has 7 bins; use 8 or more"),
        (np.arange(100.0), {"bin_ms": 0.0}, r"spectral_peak\.bin_ms = 0\.0 is not allowed"),
        (
            np.arange(100.0),
            {"low_hz": 11.0, "high_hz": 19.0},
            "no frequency lies from low_hz = 11 to high_hz = 19; they are multiples of 10 up to",
        ),
    ],
)
def test_what_has_no_peak_says_why(rate, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        spectral_peak(rate, **({"bin_ms": 1.0} | options))


# scaling exponent


@pytest.mark.parametrize("planted", [-1.5, 0.0, 1.0, 2.3])
def test_a_planted_exponent_is_recovered_exactly_without_noise(planted):
    x = np.geomspace(100.0, 1e6, 9)
    result = scaling_exponent(x, 0.02 * x**planted)
    assert result.value == pytest.approx(planted, abs=1e-12)
    assert result.details["prefactor"] == pytest.approx(0.02)
    assert result.interval == pytest.approx((planted, planted), abs=1e-9)


def test_the_interval_of_an_exponent_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(9)
    x = np.geomspace(1e3, 1e5, 7)
    covered, values = 0, []
    for _ in range(1_000):
        result = scaling_exponent(x, 3.0 * x**1.2 * np.exp(generator.normal(0.0, 0.2, 7)))
        covered += 1.2 in result
        values.append(result.value)
    assert 925 <= covered <= 975
    assert np.mean(values) == pytest.approx(1.2, abs=0.006), "no bias"


def test_the_line_agrees_with_a_library():
    from scipy.stats import linregress

    generator = np.random.default_rng(10)
    x = np.geomspace(1.0, 50.0, 12)
    y = x**0.7 * np.exp(generator.normal(0.0, 0.3, 12))
    ours, theirs = scaling_exponent(x, y), linregress(np.log(x), np.log(y))
    assert ours.value == pytest.approx(theirs.slope, rel=1e-12)
    assert ours.details["r_squared"] == pytest.approx(theirs.rvalue**2, rel=1e-12)
    half = (ours.interval[1] - ours.interval[0]) / 2.0
    assert half / theirs.stderr == pytest.approx(2.228139, rel=1e-6)  # t of 10, tables


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([1, 2], [1, 2], "x has 2 points; use 3 or more, since two always lie on a line"),
        ([2, 2, 2], [1, 2, 3], r"scaling_exponent\.x = 2 throughout; use at least two different"),
        ([1, 2, 0], [1, 2, 3], r"scaling_exponent\.x\[2\] = 0 is not allowed; use .* above 0"),
        ([1, 2, 3], [1, -2, 3], r"scaling_exponent\.y\[1\] = -2 is not allowed"),
        ([1, 2, 3], [1, 2], "y has 2 values and x has 3; use as many"),
    ],
)
def test_what_has_no_exponent_says_why(x, y, sentence):
    with pytest.raises(ParameterError, match=sentence):
        scaling_exponent(x, y)


# all of them, on a network that another simulator has run too


def test_a_network_gives_the_numbers_of_the_reference_simulator():
    points = json.loads((GOLDEN / "brunel_nest_seeds.json").read_text())["points"]
    runs = next(p["runs"] for p in points if (p["g"], p["eta"]) == (5.0, 2.0))
    run = hal9.simulate(hal9.models.brunel(g=5.0, eta=2.0), 600.0)
    times_ms, neurons = run.spikes_of("E")
    rate = firing_rate(times_ms, neurons=10_000, start_ms=200.0, stop_ms=600.0)
    irregularity = isi_cv(times_ms, neurons, start_ms=200.0)
    centres_ms, rates_hz = run.population_rate_hz("E", bin_ms=0.5)
    peak = spectral_peak(rates_hz[centres_ms > 200.0], bin_ms=0.5)
    for result, name in (
        (rate, "rate_E_hz"),
        (irregularity, "cv_isi"),
        (peak, "psth_peak_hz"),
    ):
        theirs = np.array([r[name] for r in runs])
        # One more run of the same: within 99.9 % of where it would fall.
        reach = 6.87 * theirs.std(ddof=1) * math.sqrt(1.0 + 1.0 / len(theirs))  # t of 5
        assert abs(result.value - theirs.mean()) < reach, name
