"""S-information: the golden values, dit, closed forms, what is refused."""

import re

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.measures import dual_total_correlation, s_information, total_correlation
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


def by_shares(distribution):
    """The sum of what each unit shares with all others, which is how dit can say it."""
    units = range(distribution.outcome_length())
    return sum(
        dit.shannon.mutual_information(distribution, [unit], [u for u in units if u != unit])
        for unit in units
    )


@pytest.mark.parametrize("name", DISCRETE)
def test_the_golden_distributions_have_their_value(name):
    result = s_information(symbols(name), states="discrete")
    assert plug_in(result) == pytest.approx(DISCRETE[name]["S"], abs=1e-12)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_the_golden_covariances_have_their_value(name):
    result = s_information(series_with(GAUSSIAN[name]["cov"]))
    assert plug_in(result) == pytest.approx(GAUSSIAN[name]["S"] * NATS, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_dit_agrees_on_any_symbols(seed, units, alphabet):
    series = np.random.default_rng(seed).integers(0, alphabet, (40, units))
    theirs = of_dit(series, by_shares)
    assert plug_in(s_information(series, states="discrete")) == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(4)))
def test_the_order_and_the_scale_of_units_do_not_matter(seed, order):
    x = np.random.default_rng(seed).normal(size=(50, 4))
    x[:, 0] += x[:, 1]
    other = s_information(3.0 - 2.0 * x[:, order])
    assert other.value == pytest.approx(s_information(x).value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_it_is_the_sum_of_both_correlations(seed):
    x = np.random.default_rng(seed).normal(size=(40, 4))
    both = total_correlation(x).value + dual_total_correlation(x).value
    assert s_information(x).value == pytest.approx(both, abs=1e-12)


@pytest.mark.jit_only
def test_its_surrogates_find_redundancy_and_synergy():
    generator = np.random.default_rng(3)
    coins = generator.integers(0, 2, (200, 2))
    null = permuted_times(seed=1)
    for third in (coins[:, 0], coins.sum(axis=1) % 2):
        x = np.column_stack([coins, third])
        assert s_information(x, states="discrete", null=null).p == 0.001
    assert s_information(generator.integers(0, 2, (200, 3)), states="discrete", null=null).p > 0.01


@pytest.mark.parametrize(("series", "options", "sentence"), REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(series, options, sentence):
    assert re.match("s_information" + sentence, refusal(s_information, series, options))
