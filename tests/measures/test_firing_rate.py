"""Rates: counted, covered as often as stated, refused without a window."""

import math

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError
from hal9lib.measures import firing_rate
from support.spikes import poisson_spikes

CALL = {
    "arrays": {"spike_times_ms": np.cumsum(np.random.default_rng(1).exponential(25.0, 400))},
    "options": {"neurons": 4, "stop_ms": 10_000.0},
}


def test_a_rate_counts_the_spikes_of_a_window_closed_at_its_end():
    result = firing_rate([10.0, 20.0, 30.0, 40.0], neurons=2, start_ms=10.0, stop_ms=30.0)
    assert result.value == pytest.approx(2 / 2 / 0.020)
    assert result.details["spikes"] == 2


def test_a_rate_agrees_with_a_library():
    from elephant.statistics import mean_firing_rate

    times_ms, neurons = poisson_spikes(np.random.default_rng(6), 3, 40.0, 1_000.0)
    theirs = [mean_firing_rate(times_ms[neurons == n], 0.0, 1_000.0) * 1e3 for n in range(3)]
    result = firing_rate(times_ms, neurons=3, stop_ms=1_000.0)
    assert result.value == pytest.approx(np.mean(theirs), rel=1e-12)


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
