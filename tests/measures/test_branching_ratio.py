"""Branching ratio: closed forms, subsampling, a slow reference, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import _branching_kernels as kernels
from hal9lib.measures import branching_ratio


def branching(seed, m, mean, bins):
    """A branching process with immigration, begun at its mean."""
    generator = np.random.default_rng(seed)
    activity = np.empty(bins, int)
    activity[0] = mean
    for t in range(1, bins):
        activity[t] = generator.poisson(m * activity[t - 1] + mean * (1.0 - m))
    return activity


CALL = {"arrays": {"activity": branching(1, 0.8, 50, 600)}, "options": {"k_max": 15}}


@settings(deadline=None)
@given(m=st.floats(0.05, 1.2), b=st.floats(0.01, 1.0), c=st.floats(-0.2, 0.2), offset=st.booleans())
def test_an_exponential_is_recovered_from_its_slopes(m, b, c, offset):
    k = np.arange(1, 31)
    grid = np.concatenate(
        [np.exp(-1 / np.geomspace(0.2, 600, 40)), np.exp(1 / np.geomspace(600, 1, 15))]
    )
    fitted = kernels.exponential(b * m**k + (c if offset else 0.0), grid, offset)
    if offset and 0.99 < m < 1.01:
        return  # all but a straight line, of which b and c are not told apart
    assert fitted[0] == pytest.approx(m, abs=2e-5)
    assert fitted[1] == pytest.approx(b, rel=2e-3)


@pytest.mark.parametrize("m", [0.5, 0.9, 1.1])
def test_growth_and_decay_without_noise_have_their_ratio(m):
    found = branching_ratio(7.0 * m ** np.arange(30), k_max=3)
    assert found.value == pytest.approx(m, abs=1e-6)
    assert found.details["naive"] == pytest.approx(m, abs=1e-9)
    assert found.details["b"] == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(found.interval, m, atol=1e-6)


def test_scale_does_not_matter_nor_does_a_constant():
    activity = branching(2, 0.7, 20, 1_000)
    found = branching_ratio(activity, k_max=20)
    assert branching_ratio(3.0 * activity + 40.0, k_max=20).value == pytest.approx(
        found.value, abs=1e-7
    )


def test_slopes_and_fit_agree_with_a_slow_reference():
    """No library at hand has the estimator: slopes by polyfit, the fit by curve_fit."""
    from scipy.optimize import curve_fit

    activity = branching(3, 0.8, 30, 2_000)
    k_max, pairs = 20, 2_000 - 20
    r = [np.polyfit(activity[:pairs], activity[k : k + pairs], 1)[0] for k in range(1, k_max + 1)]
    k = np.arange(1, k_max + 1)
    own, products, later = kernels.block_moments(activity - activity.mean(), k_max, 1)
    np.testing.assert_allclose(kernels.slopes(own[0], products[0], later[0]), r, rtol=1e-9)
    (m, b), _ = curve_fit(lambda k, m, b: b * m**k, k, r, p0=(0.7, 1.0), xtol=1e-12)
    grid = np.exp(-1 / np.geomspace(0.2, 400, 40))
    found = kernels.exponential(np.array(r), grid, False)
    assert found[0] == pytest.approx(m, abs=1e-6)
    assert found[1] == pytest.approx(b, abs=1e-5)
    (m, b, c), _ = curve_fit(lambda k, m, b, c: b * m**k + c, k, r, p0=(0.7, 1, 0), xtol=1e-12)
    assert kernels.exponential(np.array(r), grid, True)[:3] == pytest.approx((m, b, c), abs=1e-5)


def test_blocks_add_up():
    x = branching(4, 0.8, 30, 1_000) - 30.0
    for parts, whole in zip(
        kernels.block_moments(x, 7, 20), kernels.block_moments(x, 7, 1), strict=True
    ):
        np.testing.assert_allclose(parts.sum(axis=0), whole[0], rtol=1e-9, atol=1e-6)


@pytest.mark.jit_only
def test_five_per_cent_of_the_spikes_are_enough():
    """Wilting & Priesemann 2018: m 0.98 where the slope over one bin is b m = 0.56."""
    activity = branching(5, 0.98, 1_000, 400_000)
    seen = np.random.default_rng(6).binomial(activity, 0.05)
    found = branching_ratio(seen, bin_ms=4.0)
    assert found.value == pytest.approx(0.98, abs=0.005)
    assert 0.98 in found
    assert found.interval[1] - found.interval[0] < 0.01
    variance = 1.0 / (1.0 - 0.98**2)  # of the whole activity over its mean
    b = 0.05 * variance / (0.05 * variance + 0.95)
    assert b * 0.98 == pytest.approx(0.56, abs=0.002)
    assert found.details["naive"] == pytest.approx(b * 0.98, abs=0.015)
    assert found.details["b"] == pytest.approx(b, abs=0.03)
    assert found.details["tau_ms"] == pytest.approx(-4.0 / np.log(0.98), rel=0.1)


@pytest.mark.jit_only
def test_the_low_slopes_of_a_short_record_are_put_right():
    """An autoregressive series: the slope over one bin is low by (1 + 3 m) / bins."""
    generator, m, bins = np.random.default_rng(7), 0.8, 400
    raw, freed = [], []
    series = generator.normal(size=(bins + 100, 800))
    for t in range(1, len(series)):
        series[t] += m * series[t - 1]
    for x in series[100:].T:
        found = branching_ratio(x, k_max=10)
        raw.append(found.details["naive"])
        freed.append(found.arrays["slopes"][0])
    error = np.std(raw) / 800**0.5
    assert np.mean(raw) == pytest.approx(m - (1 + 3 * m) / (bins - 10), abs=4 * error)
    assert np.mean(freed) == pytest.approx(m, abs=4 * error)


def test_an_offset_takes_up_a_drift_that_is_no_memory():
    activity = branching(8, 0.7, 50, 3_000)
    activity = np.concatenate([activity, activity[::-1] + 20])
    drifting = branching_ratio(activity, k_max=30)
    assert drifting.value > 0.9
    with_offset = branching_ratio(activity, k_max=30, offset=True)
    assert with_offset.value == pytest.approx(0.7, abs=0.05)
    assert with_offset.details["c"] > 0.2


@pytest.mark.jit_only
def test_memory_is_told_from_none_by_p():
    from hal9lib.nulls import permuted_times

    null = permuted_times(seed=1)
    with_memory = branching_ratio(branching(9, 0.6, 30, 300), k_max=10, null=null)
    assert with_memory.p == 0.001
    assert with_memory.null == "permuted_times (999 draws)"
    alone = branching_ratio(np.random.default_rng(10).poisson(30, 300), k_max=10, null=null)
    assert alone.p > 0.01
    assert alone.arrays["null_draws"].shape == (999,)


def test_slopes_that_are_nowhere_positive_give_0():
    found = branching_ratio(np.tile([0, 1], 50), k_max=2, bin_ms=1.0)
    assert found.value < 0.02
    assert found.details["naive"] == pytest.approx(-1.0)
    flip = branching_ratio(np.r_[np.tile([0, 1], 40), np.tile([1, 0], 40)], k_max=2)
    assert flip.value >= 0.0


@pytest.mark.parametrize(
    ("activity", "options", "sentence"),
    [
        (np.zeros(100), {"k_max": 5}, r"branching_ratio\.activity = 0 throughout"),
        (np.full(100, 7), {"k_max": 5}, r"activity = 7 throughout, so there is nothing to carry"),
        (np.arange(10), {}, r"branching_ratio\.activity has 10 bins; use 20 or more"),
        (np.arange(100), {}, r"branching_ratio\.k_max = 100 is not allowed; use at most 10, a ten"),
        (np.arange(100), {"k_max": 1}, r"branching_ratio\.k_max = 1 is not allowed"),
        (np.arange(100), {"k_max": 5, "bin_ms": 0.0}, r"branching_ratio\.bin_ms = 0\.0 is not all"),
        (np.ones((50, 2)), {}, r"branching_ratio\.activity has shape \(50, 2\)"),
        (np.r_[np.zeros(99), 1], {"k_max": 5}, "activity = 0 throughout"),
    ],
)
def test_what_has_no_branching_ratio_says_why(activity, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        branching_ratio(activity, **options)


def test_one_spike_alone_is_defined():
    activity = np.zeros(200)
    activity[50] = 1
    assert branching_ratio(activity, k_max=5).value >= 0.0


def test_slopes_that_are_over_within_a_bin_have_no_m_and_no_interval():
    """Two bins in a row share their input: r_1 is one half and there is nothing after it."""
    generator = np.random.default_rng(6)
    shared = generator.poisson(20.0, 5_001)
    found = branching_ratio(shared[1:] + shared[:-1], k_max=10)
    assert found.details["naive"] == pytest.approx(0.5, abs=0.05)
    assert (found.value, found.interval) == (0.0, None)


def test_a_rhythm_is_no_decay_and_the_share_explained_says_so():
    generator = np.random.default_rng(7)
    wave = 20.0 * (1.0 + 0.8 * np.sin(2.0 * np.pi * np.arange(4_000) / 8.0))
    rhythm = branching_ratio(generator.poisson(wave), k_max=20)
    decay = branching_ratio(branching(8, 0.9, 100, 4_000), k_max=20)
    assert rhythm.details["explained"] < 0.3 < 0.9 < decay.details["explained"]
