"""Total correlation: the golden values, dit, closed forms, what is refused."""

import re

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.measures import total_correlation
from hal9lib.nulls import permuted_times
from support.multiplets import (
    DISCRETE,
    GAUSSIAN,
    NATS,
    REFUSED,
    of_dit,
    plug_in,
    refusal,
    series_with,
    symbols,
)

CALL = {
    "arrays": {"series": np.random.default_rng(1).normal(size=(100, 4))},
    "options": {},
}

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("name", DISCRETE)
def test_the_golden_distributions_have_their_value(name):
    result = total_correlation(symbols(name), states="discrete")
    assert plug_in(result) == pytest.approx(DISCRETE[name]["TC"], abs=1e-12)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_the_golden_covariances_have_their_value(name):
    result = total_correlation(series_with(GAUSSIAN[name]["cov"]))
    assert plug_in(result) == pytest.approx(GAUSSIAN[name]["TC"] * NATS, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_dit_agrees_on_any_symbols(seed, units, alphabet):
    series = np.random.default_rng(seed).integers(0, alphabet, (40, units))
    theirs = of_dit(series, dit.multivariate.total_correlation)
    assert plug_in(total_correlation(series, states="discrete")) == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(4)))
def test_the_order_and_the_scale_of_units_do_not_matter(seed, order):
    x = np.random.default_rng(seed).normal(size=(50, 4))
    x[:, 0] += x[:, 1]
    other = total_correlation(3.0 - 2.0 * x[:, order])
    assert other.value == pytest.approx(total_correlation(x).value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_it_is_never_below_0_and_grows_with_every_unit(seed):
    x = np.random.default_rng(seed).integers(0, 3, (30, 4))
    values = [plug_in(total_correlation(x[:, :units], states="discrete")) for units in (2, 3, 4)]
    assert -1e-12 < values[0] <= values[1] + 1e-12 <= values[2] + 2e-12


def test_of_two_units_it_is_the_mutual_information_of_their_correlation():
    result = total_correlation(series_with([[1.0, 0.6], [0.6, 1.0]]))
    assert plug_in(result) == pytest.approx(-0.5 * np.log2(1.0 - 0.6**2), abs=1e-9)


def test_the_correction_is_exact_for_independent_gaussian_times():
    """Of 12 times and 4 units the plug-in estimate is 0.5 bits too high."""
    generator = np.random.default_rng(2)
    found = [total_correlation(generator.normal(size=(12, 4))) for _ in range(400)]
    raw = np.mean([plug_in(result) for result in found])
    assert raw > 0.4
    assert abs(np.mean([result.value for result in found])) < 0.05


def test_its_surrogates_find_a_weak_common_drive():
    generator = np.random.default_rng(3)
    x = generator.normal(size=(200, 4)) + 0.6 * generator.normal(size=(200, 1))
    assert total_correlation(x, null=permuted_times(seed=1)).p == 0.001


@pytest.mark.parametrize(("series", "options", "sentence"), REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(series, options, sentence):
    assert re.match("total_correlation" + sentence, refusal(total_correlation, series, options))
