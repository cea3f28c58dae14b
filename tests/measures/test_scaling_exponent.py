"""Exponents: planted, covered as often as stated, against a library."""

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import scaling_exponent

X = np.array([1.0, 2.0, 4.0, 8.0])
CALL = {"arrays": {"x": X, "y": 3.0 * X**1.5 * (1.0, 1.1, 0.9, 1.0)}, "options": {}}


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
