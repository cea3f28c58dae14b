"""Deviation from the scaling relation: identities, critical branching, other fits, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.avalanche import avalanches
from hal9lib.errors import ParameterError
from hal9lib.measures import avalanche_exponent, criticality_deviation, shape_collapse
from hal9lib.measures.criticality_deviation import _folded

_DURATIONS = np.random.default_rng(1).zipf(2.0, 400)
CALL = {
    "arrays": {
        "sizes": np.random.default_rng(2).poisson(2.0 * _DURATIONS**1.3) + _DURATIONS,
        "durations": _DURATIONS,
    },
    "options": {},
}


def critical(seed, bins):
    """Critical avalanches: one spike at first, Poisson as many in the next bin as in the last."""
    generator = np.random.default_rng(seed)
    activity, active = np.zeros(bins, np.int64), 0
    for t in range(1, bins):
        active = generator.poisson(active) if active else int(activity[t - 1] == 0)
        activity[t] = active
    return activity


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), exponent=st.floats(1.7, 2.2))
def test_sizes_that_are_durations_deviate_by_nothing(seed, exponent):
    durations = np.random.default_rng(seed).zipf(exponent, 500)
    durations = durations[durations < 2**31]
    found = criticality_deviation(durations, durations)
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert found.interval == pytest.approx((0.0, 0.0), abs=1e-6)
    assert found.p == pytest.approx(1.0, abs=1e-3)
    assert found.details["gamma_predicted"] == pytest.approx(1.0)
    assert found.details["gamma_fit"] == pytest.approx(1.0)


def test_it_is_the_difference_of_what_the_measures_of_its_parts_find():
    sizes, durations = CALL["arrays"]["sizes"], CALL["arrays"]["durations"]
    found = criticality_deviation(
        sizes, durations, size_cuts=(4, 500), duration_cuts=(2, 40)
    ).details
    assert found["tau"] == avalanche_exponent(sizes, low=4, high=500).value
    assert found["alpha"] == avalanche_exponent(durations, low=2, high=40).value
    predicted = (found["alpha"] - 1.0) / (found["tau"] - 1.0)
    assert found["gamma_predicted"] == pytest.approx(predicted)
    lengths, many = np.unique(durations, return_counts=True)
    used = (lengths >= 2) & (lengths <= 40) & (many >= 10)
    mean = [sizes[durations == length].mean() for length in lengths[used]]
    slope = np.polyfit(np.log(lengths[used]), np.log(mean), 1, w=many[used] ** 0.5)[0]
    assert found["gamma_fit"] == pytest.approx(slope, abs=1e-9)
    assert found["difference"] == pytest.approx(predicted - slope, abs=1e-9)


@pytest.mark.jit_only
def test_critical_branching_keeps_the_relation_far_from_the_shortest_avalanches():
    activity = critical(2, 2_000_000)
    found = avalanches(activity)
    near = criticality_deviation(found.sizes, found.durations, size_cuts=(10, None),
                                 duration_cuts=(5, None))  # fmt: skip
    assert near.value == pytest.approx(0.067, abs=0.03)
    far = criticality_deviation(found.sizes, found.durations, size_cuts=(100, None),
                                duration_cuts=(20, None))  # fmt: skip
    assert 0.0 in far
    assert far.value < 0.04
    assert far.p > 0.01
    assert far.details["tau"] == pytest.approx(1.5, abs=0.02)
    assert far.details["alpha"] == pytest.approx(2.0, abs=0.1)
    assert far.details["gamma_fit"] == pytest.approx(
        shape_collapse(activity, low=20).value, abs=0.05
    )


@pytest.mark.jit_only
def test_the_same_bins_in_another_order_break_it():
    activity = critical(3, 50_000)
    for order, least, most in (("as it is", 0.0, 0.2), ("shuffled", 1.0, 4.0)):
        if order == "shuffled":
            activity = np.random.default_rng(4).permutation(activity)
        found = avalanches(activity)
        deviation = criticality_deviation(
            found.sizes, found.durations, size_cuts=(5, None), duration_cuts=(2, None)
        )
        assert least <= deviation.value < most, order


@pytest.mark.jit_only
def test_the_interval_is_that_of_a_bootstrap_over_avalanches():
    """An independent way to the same interval: 400 samples with replacement."""
    generator = np.random.default_rng(5)
    length = 1.0 / generator.random(3_000)
    sizes = np.rint(100 * length**1.5 * generator.lognormal(0, 0.5, 3_000))
    durations = np.rint(20 * length)
    usable = (sizes < 2**50) & (durations < 2**30)
    sizes, durations = sizes[usable], durations[usable]
    cuts = {"size_cuts": (300, None), "duration_cuts": (30, 60)}
    found = criticality_deviation(sizes, durations, **cuts)
    differences = []
    for _ in range(400):
        picked = generator.integers(0, len(sizes), len(sizes))
        again = criticality_deviation(sizes[picked], durations[picked], **cuts)
        differences.append(again.details["difference"])
    low, high = found.interval
    value = found.value
    error = (high - value) / 1.96
    assert low == pytest.approx(max(0.0, value - 1.96 * error), abs=1e-3)
    assert error == pytest.approx(np.std(differences), rel=0.15)


@pytest.mark.parametrize(
    ("difference", "half", "interval"),
    [
        (0.5, 0.2, (0.3, 0.7)),
        (-0.5, 0.2, (0.3, 0.7)),
        (0.1, 0.2, (0.0, 0.3)),
        (-0.1, 0.2, (0.0, 0.3)),
    ],
)
def test_the_interval_of_an_absolute_value(difference, half, interval):
    assert _folded(difference, half) == pytest.approx(interval)


@pytest.mark.parametrize(
    ("sizes", "durations", "options", "sentence"),
    [
        ([], [], {}, r"criticality_deviation\.sizes has 0 numbers from 1 up; use 10 or more"),
        ([1, 2], [1], {}, r"criticality_deviation\.durations has 1 values and sizes has 2; use as"),
        ([0], [1], {}, r"criticality_deviation\.sizes\[0\] = 0 is not allowed; use whole numbers"),
        ([1.5], [1], {}, r"criticality_deviation\.sizes\[0\] = 1\.5 is not allowed"),
        ([1] * 30, [1, 2, 3] * 10, {}, r"sizes = 1 throughout from 1 up"),
        ([1, 2, 3] * 9, [1, 2, 3] * 9, {}, r"has 0 durations between the cuts with 10"),
        (
            [1, 2, 3] * 9,
            [1, 2, 3] * 9,
            {"size_cuts": 3},
            r"size_cuts = 3 is not allowed; use \(low",
        ),
        ([1, 2] * 9, [1, 2] * 9, {"duration_cuts": (0, None)}, r"duration_cuts\.low = 0 is not al"),
        (
            [1] * 12 + [2] * 12 + [3] * 11,
            [1] * 12 + [2] * 12 + [3] * 11,
            {"size_cuts": (1, 4)},
            r"sizes has exponent 0\.\d+ between the cuts; the relation asks for more than 1",
        ),
    ],
)
def test_what_has_no_deviation_says_why(sizes, durations, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        criticality_deviation(sizes, durations, **options)
