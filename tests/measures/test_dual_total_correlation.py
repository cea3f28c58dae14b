"""Dual total correlation: the golden values, dit, closed forms, what is refused."""

import re

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.measures import dual_total_correlation, total_correlation
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
    result = dual_total_correlation(symbols(name), states="discrete")
    assert plug_in(result) == pytest.approx(DISCRETE[name]["DTC"], abs=1e-12)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_the_golden_covariances_have_their_value(name):
    result = dual_total_correlation(series_with(GAUSSIAN[name]["cov"]))
    assert plug_in(result) == pytest.approx(GAUSSIAN[name]["DTC"] * NATS, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_dit_agrees_on_any_symbols(seed, units, alphabet):
    series = np.random.default_rng(seed).integers(0, alphabet, (40, units))
    theirs = of_dit(series, dit.multivariate.dual_total_correlation)
    assert plug_in(dual_total_correlation(series, states="discrete")) == pytest.approx(
        theirs, abs=1e-9
    )


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(4)))
def test_the_order_and_the_scale_of_units_do_not_matter(seed, order):
    x = np.random.default_rng(seed).normal(size=(50, 4))
    x[:, 0] += x[:, 1]
    other = dual_total_correlation(3.0 - 2.0 * x[:, order])
    assert other.value == pytest.approx(dual_total_correlation(x).value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_it_lies_between_0_and_the_entropy_of_all(seed):
    x = np.random.default_rng(seed).integers(0, 3, (30, 4))
    value = plug_in(dual_total_correlation(x, states="discrete"))
    assert -1e-12 < value <= of_dit(x, dit.shannon.entropy) + 1e-12


def test_of_two_units_it_is_their_mutual_information_too():
    x = np.random.default_rng(2).normal(size=(80, 2))
    x[:, 1] += x[:, 0]
    both = dual_total_correlation(x), total_correlation(x)
    assert both[0].value == pytest.approx(both[1].value, abs=1e-12)


def test_the_correction_is_exact_for_independent_gaussian_times():
    generator = np.random.default_rng(3)
    found = [dual_total_correlation(generator.normal(size=(12, 4))) for _ in range(400)]
    assert np.mean([plug_in(result) for result in found]) > 0.4
    assert abs(np.mean([result.value for result in found])) < 0.05


@pytest.mark.jit_only
def test_its_surrogates_find_a_parity_that_no_pair_shows():
    coins = np.random.default_rng(4).integers(0, 2, (200, 3))
    parity = np.column_stack([coins, coins.sum(axis=1) % 2])
    null = permuted_times(seed=1)
    assert dual_total_correlation(parity, states="discrete", null=null).p == 0.001
    pairs = dual_total_correlation(parity, states="discrete", order=2, null=null)
    assert pairs.p > 0.05


@pytest.mark.parametrize(("series", "options", "sentence"), REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(series, options, sentence):
    assert re.match(
        "dual_total_correlation" + sentence, refusal(dual_total_correlation, series, options)
    )
