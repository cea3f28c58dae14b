"""Neural complexity: golden values, both definitions by brute force, dit's, what is refused."""

import re
from itertools import combinations

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.measures import neural_complexity, total_correlation
from hal9lib.nulls import permuted_times
from support.multiplets import (
    DISCRETE,
    GAUSSIAN,
    NATS,
    of_dit,
    plug_in,
    refusal,
    series_with,
    symbols,
)

CALL = {
    "arrays": {"series": np.random.default_rng(1).normal(size=(100, 5))},
    "options": {},
}

seeds = st.integers(0, 2**32 - 1)


def mixed(seed, units, times=60):
    """(times, units) Gaussian units of which every pair correlates, each pair differently."""
    generator = np.random.default_rng(seed)
    return generator.normal(size=(times, units)) @ generator.normal(size=(units, units))


def by_definition(entropy, units):
    """(the sum over sizes of <H(X_k)> - k/n H(X), the sum to n/2 of the mean shared with the rest).

    `entropy` takes the numbers of the units of a subset; every subset is asked for.
    """
    everyone, complexity, half_sum = tuple(range(units)), 0.0, 0.0
    for size in range(1, units):
        subsets = list(combinations(everyone, size))
        rests = [tuple(u for u in everyone if u not in subset) for subset in subsets]
        mean = np.mean([entropy(subset) for subset in subsets])
        complexity += mean - size / units * entropy(everyone)
        if size <= units // 2:
            half_sum += mean + np.mean([entropy(rest) for rest in rests]) - entropy(everyone)
    return complexity, half_sum


def gaussian_entropy(series):
    covariance = np.cov(series.T, bias=True)
    return lambda subset: 0.5 * NATS * np.linalg.slogdet(covariance[np.ix_(subset, subset)])[1]


@pytest.mark.parametrize("name", GAUSSIAN)
def test_the_golden_covariances_have_both_values(name):
    details = neural_complexity(series_with(GAUSSIAN[name]["cov"])).details
    assert details["plug_in_bits"] == pytest.approx(GAUSSIAN[name]["TSE_C"] * NATS, abs=1e-9)
    half_sum = GAUSSIAN[name]["TSE_MI_halfsum"] * NATS
    assert details["half_sum_plug_in_bits"] == pytest.approx(half_sum, abs=1e-9)


@pytest.mark.parametrize("name", DISCRETE)
def test_the_definition_that_the_tests_use_is_dits(name):
    """No library has the Gaussian form; dit has the one for symbols."""
    states = symbols(name)
    found, _ = by_definition(
        lambda subset: of_dit(states[:, subset], dit.shannon.entropy), states.shape[1]
    )
    assert found == pytest.approx(of_dit(states, dit.multivariate.tse_complexity), abs=1e-9)
    assert found == pytest.approx(DISCRETE[name]["TSE_dit"], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(2, 7))
def test_it_is_what_the_definition_says_over_all_subsets(seed, units):
    x = mixed(seed, units)
    result = neural_complexity(x)
    complexity, half_sum = by_definition(gaussian_entropy(x), units)
    assert plug_in(result) == pytest.approx(complexity, rel=1e-7, abs=1e-9)
    assert result.details["half_sum_plug_in_bits"] == pytest.approx(half_sum, rel=1e-7, abs=1e-9)
    assert result.arrays["shared_bits"].sum() / 2.0 == pytest.approx(plug_in(result), abs=1e-9)
    assert (result.arrays["shared_bits"] > -1e-9).all()


@settings(max_examples=15, deadline=None)
@given(seeds, st.permutations(range(5)))
def test_the_order_and_the_scale_of_units_do_not_matter(seed, order):
    x = mixed(seed, 5)
    other = neural_complexity(3.0 - 2.0 * x[:, order])
    assert other.value == pytest.approx(neural_complexity(x).value, rel=1e-7, abs=1e-9)


def test_of_two_units_it_is_half_of_what_they_share():
    x = mixed(2, 2)
    both = neural_complexity(x).value, total_correlation(x).value
    assert both[0] == pytest.approx(both[1] / 2.0, abs=1e-12)


def test_it_grows_with_a_common_drive_and_linked_modules_hold_more_than_one_drive():
    values = [
        plug_in(neural_complexity(series_with(np.full((6, 6), r) + (1.0 - r) * np.eye(6))))
        for r in (0.0, 0.3, 0.9)
    ]
    assert values[0] == pytest.approx(0.0, abs=1e-9)
    assert values[0] < values[1] < values[2]
    # Modules that are linked share more, over all sizes, than one drive of the same total strength.
    blocks = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    blocks[:3, 3:] = blocks[3:, :3] = 0.3
    one = np.full((6, 6), blocks[~np.eye(6, dtype=bool)].mean())
    np.fill_diagonal(one, 1.0)
    assert plug_in(neural_complexity(series_with(blocks))) > plug_in(
        neural_complexity(series_with(one))
    )


def test_the_correction_is_exact_for_independent_gaussian_times():
    generator = np.random.default_rng(3)
    found = [neural_complexity(generator.normal(size=(15, 5))) for _ in range(300)]
    assert np.mean([plug_in(result) for result in found]) > 0.5
    assert abs(np.mean([result.value for result in found])) < 0.04


def test_orders_drawn_find_the_value_that_a_closed_form_gives():
    """Of 24 units that all correlate alike every subset of a size is like the other."""
    units, r = 24, 0.3
    sizes = np.arange(units + 1.0)
    log_det = (sizes - 1.0) * np.log(1.0 - r) + np.log1p((sizes - 1.0) * r)
    exact = 0.5 * NATS * (log_det[1:-1] - sizes[1:-1] / units * log_det[-1]).sum()
    x = series_with(np.full((units, units), r) + (1.0 - r) * np.eye(units))
    result = neural_complexity(x, orders=5)
    assert plug_in(result) == pytest.approx(exact, rel=1e-9)
    assert result.method.endswith("and orders drawn")


@pytest.mark.jit_only
def test_orders_drawn_agree_with_all_subsets(monkeypatch):
    import sys

    x = mixed(4, 10, times=200)
    exact = neural_complexity(x)
    monkeypatch.setattr(sys.modules["hal9lib.measures.neural_complexity"], "EVERY_SUBSET", 4)
    drawn = [neural_complexity(x, orders=50, seed=seed) for seed in range(30)]
    errors = np.array([result.value - exact.value for result in drawn])
    assert abs(errors.mean()) < 4.0 * errors.std() / 30**0.5
    assert neural_complexity(x, orders=50, seed=1) == drawn[1]
    assert drawn[1].value != drawn[2].value
    width = [np.diff(result.interval)[0] for result in (exact, drawn[0])]
    assert width[0] < width[1] < 3.0 * width[0]


def test_its_surrogates_find_a_weak_common_drive():
    generator = np.random.default_rng(3)
    x = generator.normal(size=(200, 5)) + 0.6 * generator.normal(size=(200, 1))
    assert neural_complexity(x, null=permuted_times(seed=1)).p == 0.001


@pytest.mark.parametrize(
    ("series", "options", "sentence"),
    [
        (np.zeros((4, 1)), {}, r"\.series has shape \(4, 1\), .* at least 4 times and 2 units"),
        (np.zeros((9, 501)), {}, r"\.series has 501 units, which is not allowed; use at most 500"),
        ([[0, 1]] * 3 + [[1, 1]], {}, r"\.series\[:, 1\] = 1 throughout, which is not allowed"),
        (np.eye(4), {}, r"\.series has 4 times for 4 units, which is not allowed; use 6 times"),
        (np.outer([0, 1, 2, 4], [1, 2]), {}, r"\.series: units 0, 1 are linearly dependent, so"),
        (np.eye(9)[:, :4], {"orders": 1}, r"\.orders = 1 is not allowed; use a whole number"),
        (np.eye(9)[:, :4], {"seed": -1}, r"\.seed = -1 is not allowed; use a whole number"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_reason(series, options, sentence):
    assert re.match("neural_complexity" + sentence, refusal(neural_complexity, series, options))
