"""Distributions and given values: what is refused, and the JSON form, exact to the bit."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hal9lib as hal9
from hal9lib.distributions import Distribution, Values, number_or_distribution
from hal9lib.errors import ParameterError

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ALL = (
    hal9.uniform(-1.0, 2.5),
    hal9.normal(1.5, 0.75),
    hal9.normal(1.5, 0.75, low=0.1),
    hal9.normal(1.5, 0.75, high=3.0),
    hal9.normal(0.0, 1.0, low=-2.0, high=2.0),
    hal9.lognormal(0.5, 0.9),
    hal9.lognormal(-0.5, 0.9, low=-10.0),
    hal9.exponential(2.0),
    hal9.exponential(-2.0, high=-0.5),
)


def through_json(value):
    return number_or_distribution("x", json.loads(json.dumps(value.description(), sort_keys=True)))


@pytest.mark.parametrize("distribution", ALL, ids=repr)
def test_a_distribution_goes_through_its_description(distribution):
    assert through_json(distribution) == distribution
    assert pickle.loads(pickle.dumps(distribution)) == distribution  # noqa: S301
    assert hash(through_json(distribution)) == hash(distribution)


@pytest.mark.parametrize("distribution", ALL, ids=repr)
def test_the_probabilities_of_the_bounds_are_those_of_scipy(distribution):
    from scipy import stats

    first, second = distribution.parameters[:2]
    frozen = {
        "uniform": lambda: stats.uniform(first, second - first),
        "normal": lambda: stats.norm(first, second),
        "lognormal": lambda: stats.lognorm(second, scale=abs(first)),
        "exponential": lambda: stats.expon(scale=abs(first)),
    }[distribution.kind]()
    _, _, _, low, high, below, between = distribution.numbers
    assert low < high
    mirrored = distribution.kind in ("lognormal", "exponential") and first < 0.0
    edges = (frozen.sf(-low), frozen.sf(-high)) if mirrored else (frozen.cdf(low), frozen.cdf(high))
    assert (below, below + between) == pytest.approx(edges, abs=2.0**-47)


@pytest.mark.parametrize("size", [0, 1, 100, 101, 5_000])
@pytest.mark.parametrize("exact_in_32_bits", [True, False])
def test_values_come_back_bit_for_bit(size, exact_in_32_bits):
    array = np.random.default_rng(3).normal(size=size)
    array = array.astype(np.float32) if exact_in_32_bits else array
    values = Values(array)
    text = json.dumps(values.description())
    again = number_or_distribution("x", json.loads(text))
    assert again.array.tobytes() == np.asarray(array, np.float64).tobytes()
    assert again == values
    assert hash(again) == hash(values)
    assert pickle.loads(pickle.dumps(values)) == values  # noqa: S301
    if size == 5_000:
        assert len(text) / size < (5.4 if exact_in_32_bits else 10.8)


@given(st.lists(NUMBERS, max_size=130))
def test_any_numbers_come_back_bit_for_bit(numbers):
    again = through_json(Values(numbers or np.zeros(0)))
    assert again.array.tobytes() == np.array(numbers, np.float64).tobytes()


def test_values_cannot_be_changed_from_outside():
    given_array = np.array([1.0, 2.0])
    values = Values(given_array)
    given_array[0] = 9.0
    assert values.array[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        values.array[0] = 9.0


def test_a_list_or_an_array_stands_for_values():
    for given_values in ([1, 2], (1.0, 2.0), np.array([1, 2]), Values([1.0, 2.0])):
        assert number_or_distribution("x", given_values) == Values([1.0, 2.0])
    assert number_or_distribution("x", np.float32(0.5)) == 0.5
    assert isinstance(number_or_distribution("x", 3), float)


def test_bounds_that_values_may_not_leave():
    inside = number_or_distribution("x", hal9.normal(1.0, 1.0, low=0.0), low=0.0, open_low=True)
    assert isinstance(inside, Distribution)
    assert number_or_distribution("x", hal9.exponential(1.0), low=0.0, open_low=True)
    assert number_or_distribution("x", hal9.lognormal(-1.0, 1.0), high=0.0)
    assert number_or_distribution("x", hal9.uniform(0.0, 1.0), low=0.0, high=1.0)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: hal9.uniform(1.0, 1.0), r"uniform.high = 1 is not allowed; use more than low = 1"),
        (lambda: hal9.uniform(math.nan, 1.0), "uniform.low = nan is not allowed; use a finite"),
        (
            lambda: hal9.normal(0.0, 0.0),
            "normal.sd = 0.0 is not allowed; use a finite number above",
        ),
        (lambda: hal9.normal(0, 1, low=2, high=1), "normal.high = 1 is not allowed; use more than"),
        (lambda: hal9.normal(0.0, 1.0, low=6.0), r"normal\(0, 1, low=6\) has less than 1e-06"),
        (lambda: hal9.lognormal(0.0, 1.0), "lognormal.median = 0.0 is not allowed; use a finite"),
        (lambda: hal9.lognormal(1.0, -1.0), "lognormal.sigma = -1.0 is not allowed; use a finite"),
        (lambda: hal9.exponential(math.inf), "exponential.mean = inf is not allowed; use a finite"),
        (lambda: hal9.exponential(-1.0, low=1.0), "has less than 1e-06 of its values within"),
        (lambda: Values([1.0, math.inf]), r"values\[1\] = inf is not allowed; use finite numbers"),
        (
            lambda: Values([True]),
            r"values, bool of shape \(1,\), is not allowed; use a list of num",
        ),
        (lambda: Values(["1"]), "is not allowed; use a list of numbers"),
        (lambda: Values([[1.0]]), r"values, float64 of shape \(1, 1\), is not allowed"),
        (lambda: Values([[1.0], [1.0, 2.0]]), "values is not allowed; use a list of numbers"),
        (lambda: Values(3.0), r"float64 of shape \(\), is not allowed; use a list of numbers"),
    ],
)
def test_what_no_distribution_is(make, text):
    with pytest.raises(ParameterError, match=text):
        make()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "x = nan is not allowed; use a finite number above 0 up to 9"),
        (0.0, "x = 0.0 is not allowed; use a finite number above 0 up to 9"),
        ([1.0, 0.0], r"x\[1\] = 0.0 is not allowed; use a finite number above 0 up to 9"),
        ([1.0, 2.0, 9.5], r"x\[2\] = 9.5 is not allowed; use a finite number above 0 up to 9"),
        ([1.0, math.nan], r"x\[1\] = nan is not allowed; use finite numbers"),
        (hal9.uniform(-1.0, 1.0), r"x = uniform\(-1, 1\) is not allowed, some of its values are "
         "too low; use low=0 or more"),
        (hal9.normal(1.0, 1.0, low=0.1), "too high; use high=9 or less"),
        (hal9.exponential(-1.0), r"x = exponential\(-1\) is not allowed, some .* too low"),
        ({"uniform": [5.0, 10.0]}, r"x = uniform\(5, 10\) is not allowed, some .* too high"),
        ({"uniform": [5.0]}, r"x = {'uniform': \[5.0\]} is not allowed: uniform\(\) missing"),
        ({"gamma": [5.0]}, r"x = {'gamma': \[5.0\]} is not allowed; use a number, an array of"),
        ({"values": [1.0, None]}, "is not allowed; use a list of numbers"),
        ({"values": "AAAA", "dtype": "<f8"}, "x is not allowed, its text is not base64 of <f8"),
        ({"values": "A", "dtype": "<f8"}, "x is not allowed, its text is not base64 of <f8"),
        ({"values": "é", "dtype": "<f4"}, "x is not allowed, its text is not base64 of <f4"),
        ({"values": "AAAA", "dtype": "O"}, "x is not allowed; use {'values': .*'dtype' of <f4 or"),
        ("1.0", "x = '1.0' is not allowed; use a finite number above 0 up to 9"),
        (None, "x = None is not allowed; use a finite number above 0 up to 9"),
        ({}, "x = {} is not allowed; use a number, an array of numbers, or one of uniform"),
    ],
)  # fmt: skip
def test_what_no_parameter_within_bounds_is(value, text):
    with pytest.raises(ParameterError, match=text):
        number_or_distribution("x", value, low=0.0, high=9.0, open_low=True)
