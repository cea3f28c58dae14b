"""Shape collapse: exact parabolas, critical branching, a slow reference, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.avalanche import avalanches
from hal9lib.errors import ParameterError
from hal9lib.measures import _shape_kernels as kernels
from hal9lib.measures import shape_collapse
from hal9lib.measures._size_of_duration import growth_exponent, lengths_with
from hal9lib.nulls import permuted_times


def parabolas(lengths, gamma, height, generator=None):
    """One avalanche of each duration: height T^(gamma - 1) 4 u (1 - u) at the bins' middles."""
    parts = [np.zeros(1, np.int64)]
    for length in lengths:
        u = (np.arange(length) + 0.5) / length
        mean = height * length ** (gamma - 1.0) * 4.0 * u * (1.0 - u)
        counts = np.rint(mean) if generator is None else generator.poisson(mean)
        parts += [np.maximum(counts, 1).astype(np.int64), parts[0]]
    return np.concatenate(parts)


def critical(seed, bins):
    """Critical avalanches: one spike at first, Poisson as many in the next bin as in the last."""
    generator = np.random.default_rng(seed)
    activity, active = np.zeros(bins, np.int64), 0
    for t in range(1, bins):
        active = generator.poisson(active) if active else int(activity[t - 1] == 0)
        activity[t] = active
    return activity


CALL = {
    "arrays": {
        "activity": parabolas(np.tile(np.arange(5, 12), 25), 1.5, 9.0, np.random.default_rng(1))
    },
    "options": {"least": 5},
}


@settings(deadline=None, max_examples=20)
@given(gamma=st.floats(0.5, 3.0), first=st.integers(4, 9), step=st.integers(1, 5))
def test_parabolas_have_their_exponent_exactly_at_any_durations(gamma, first, step):
    lengths = first + step * np.arange(4)
    found = shape_collapse(parabolas(np.repeat(lengths, 20), gamma, 1e6), least=20)
    assert found.value == pytest.approx(gamma, abs=1e-5)
    np.testing.assert_allclose(found.interval, gamma, atol=1e-5)
    assert found.details["error"] < 1e-10
    assert found.details["asymmetry"] == pytest.approx(0.0, abs=1e-6)
    u = found.arrays["position"]
    profile = found.arrays["profiles"][0]
    np.testing.assert_allclose(
        profile / profile.max(), u * (1 - u) / (u * (1 - u)).max(), atol=1e-4
    )


def test_the_profile_that_leans_has_its_sign():
    leaning = [np.zeros(1, np.int64)]
    for length in np.tile([6, 8, 10, 12], 20):
        leaning += [2 * np.arange(length) + 1, leaning[0]]
    found = shape_collapse(np.concatenate(leaning))
    assert found.value == pytest.approx(2.0, abs=1e-6), "a ramp t is T u"
    assert found.details["asymmetry"] == pytest.approx(0.5, abs=1e-6), "(3 - 1) / 4"
    back = shape_collapse(np.concatenate(leaning)[::-1])
    assert back.details["asymmetry"] == pytest.approx(-found.details["asymmetry"], abs=1e-9)
    assert back.value == pytest.approx(found.value, abs=1e-6)


def test_scale_does_not_matter():
    activity = CALL["arrays"]["activity"]
    once, more = shape_collapse(activity, least=5), shape_collapse(3 * activity, least=5)
    assert more.value == pytest.approx(once.value, abs=1e-7)
    assert more.details["error"] == pytest.approx(once.details["error"], rel=1e-6)


@pytest.mark.jit_only
def test_critical_branching_nears_2_and_a_parabola():
    activity = critical(2, 2_000_000)
    values = []
    for low, high, stated in ((4, 50, 1.74), (10, 100, 1.86), (20, 200, 1.90)):
        found = shape_collapse(activity, low=low, high=high, least=20)
        assert found.value == pytest.approx(stated, abs=0.03)
        values.append(found.value)
    assert values[0] < values[1] < values[2] < 2.0
    profile = (found.arrays["many"] @ found.arrays["profiles"]) / found.arrays["many"].sum()
    u = found.arrays["position"]
    np.testing.assert_allclose(profile / profile.mean(), 6 * u * (1 - u), atol=0.2)


@pytest.mark.jit_only
def test_independent_bins_have_1_and_differ_from_parabolas_by_p():
    noise = np.random.default_rng(3).poisson(1.2, 4_000)
    alone = shape_collapse(noise, null=permuted_times(seed=1))
    assert alone.p > 0.01
    assert alone.details["null_mean"] == pytest.approx(1.0, abs=0.1)
    generator = np.random.default_rng(4)
    grown = parabolas(generator.integers(5, 15, 200), 1.8, 5.0, generator)
    assert shape_collapse(grown, least=3, null=permuted_times(seed=1)).p == 0.001


def test_the_collapse_agrees_with_a_slow_reference():
    """No library at hand has it: profiles by loops, cubics by polyfit, the least by scipy."""
    from scipy.optimize import minimize_scalar

    generator = np.random.default_rng(5)
    activity = parabolas(np.tile(np.arange(5, 10), 8), 1.4, 4.0, generator)
    runs, u = {}, (np.arange(20) + 0.5) / 20
    for run in "".join("x" if n else " " for n in activity).split():
        runs.setdefault(len(run), [])
    found, first = avalanches(activity), 0
    for length in found.durations:
        runs[length].append(found.shapes[first : first + length])
        first += length
    lengths = np.array(sorted(runs))
    many = np.array([len(runs[length]) for length in lengths])
    profiles = []
    for length in lengths:
        mean = np.mean(runs[length], axis=0)
        at = u * length - 0.5
        begin = np.clip(np.floor(at).astype(int) - 1, 0, length - 4)
        profiles.append(
            [
                np.polyval(np.polyfit(range(4), mean[b : b + 4], 3), x - b)
                for b, x in zip(begin, at, strict=True)
            ]
        )

    def error(gamma):
        rescaled = lengths[:, None] ** (1.0 - gamma) * np.array(profiles)
        mean = np.average(rescaled, axis=0, weights=many)
        variance = np.average((rescaled - mean) ** 2, axis=0, weights=many)
        return variance.sum() / (mean**2).sum()

    place = np.full(lengths[-1] + 1, -1)
    place[lengths] = np.arange(len(lengths))
    sums, counted = kernels.profile_sums(found.shapes, found.durations, place, lengths, 1)
    resampled = kernels.resampled(sums[0], counted[0], lengths, 20)
    np.testing.assert_allclose(resampled, profiles, rtol=1e-9)
    assert counted[0].tolist() == many.tolist()
    best = minimize_scalar(error, bounds=(0, 3), method="bounded", options={"xatol": 1e-9})
    gamma = kernels.best_collapse(resampled, counted[0], lengths)
    assert gamma == pytest.approx(best.x, abs=1e-5)
    assert kernels.collapse_error(resampled, counted[0], lengths, gamma)[0] == pytest.approx(
        best.fun
    )
    result = shape_collapse(activity, least=2)
    mean_size = [np.sum(runs[length]) / len(runs[length]) for length in lengths]
    slope = np.polyfit(np.log(lengths), np.log(mean_size), 1, w=many**0.5)[0]
    assert result.details["gamma_fit"] == pytest.approx(slope, abs=1e-9)


def test_the_growth_of_size_says_how_wrong_it_is():
    """The influences' squares against the spread of many samples."""
    generator = np.random.default_rng(6)
    slopes, variances = [], []
    for _ in range(400):
        durations = generator.integers(3, 12, 300)
        sizes = generator.poisson(5.0 * durations**1.5)
        slope, influence = growth_exponent(sizes, durations, lengths_with(durations, 3, 0, 2))
        slopes.append(slope)
        variances.append(influence @ influence)
    assert np.mean(slopes) == pytest.approx(1.5, abs=0.01)
    assert np.mean(variances) == pytest.approx(np.var(slopes), rel=0.25)


@pytest.mark.parametrize(
    ("activity", "options", "sentence"),
    [
        ([], {}, r"shape_collapse\.activity: 0 avalanches, and 0 durations from 4 bins with 20"),
        (np.zeros(50), {}, "0 avalanches"),
        (np.ones(50), {}, "0 avalanches"),
        (np.tile([0, 1, 2, 1, 1], 90), {}, r"89 avalanches, and 1 durations from 4 bins"),
        ([0, -1, 0], {}, r"shape_collapse\.activity\[1\] = -1 is not allowed; use whole numbers"),
        ([0, 1.5, 0], {}, r"shape_collapse\.activity\[1\] = 1\.5 is not allowed"),
        ([0, 1], {"low": 3}, r"shape_collapse\.low = 3 is not allowed; use a whole number from 4"),
        (
            [0, 1],
            {"high": 4},
            r"shape_collapse\.high = 4 is not allowed; use a whole number from 5",
        ),
        ([0, 1], {"least": 1}, r"shape_collapse\.least = 1 is not allowed"),
    ],
)
def test_what_has_no_shape_says_why(activity, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        shape_collapse(activity, **options)
