"""Revised integrated information: closed forms, every term by direct determinants, what is refused.

No library in the environment has the measure; the references are SciPy's entropies and covariances
of linear systems, and a search over bipartitions written from the definition.
"""

from itertools import combinations

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov
from scipy.special import digamma
from scipy.stats import multivariate_normal

from hal9lib import calibration
from hal9lib.calibration.gaussian_integrated_information import _LINKS
from hal9lib.errors import ParameterError
from hal9lib.measures import gaussian_integrated_information, information_decomposition
from hal9lib.measures._lagged_gaussian import lagged_pairs
from hal9lib.measures._lagged_kernels import information_table, weakest_bipartition
from support.series import linear_system

CHAIN = np.array([[0.5, 0.3, 0, 0], [0.2, 0.4, 0.35, 0], [0, 0.05, 0.5, 0.3], [0, 0, 0.2, 0.5]])
CALL = {
    "arrays": {"series": linear_system(np.random.default_rng(1), CHAIN, 200)},
    "options": {},
}


def exact(a, noise):
    """Covariance of past and future of x' = a x + noise, units of variance 1."""
    now = solve_discrete_lyapunov(a, noise)
    cov = np.block([[now, now @ a.T], [a @ now, now]])
    scale = np.sqrt(np.diag(cov))
    return cov / np.outer(scale, scale)


def by_definition(cov):
    """(phi, part 0) in nats: every bipartition, entropies from SciPy."""
    n = len(cov) // 2

    def h(members):
        return multivariate_normal(cov=cov[np.ix_(members, members)]).entropy()

    def info(past, future):
        later = [n + i for i in future]
        return h(list(past)) + h(later) - h(list(past) + later)

    found = []
    everyone = range(n)
    for size in range(1, n // 2 + 1):
        for part in combinations(everyone, size):
            other = tuple(i for i in everyone if i not in part)
            terms = [info(p, q) for p in (part, other) for q in (part, other)]
            phi = info(everyone, everyone) - terms[0] - terms[3] + min(terms)
            found.append((phi / min(h(list(part)), h(list(other))), phi, set(part)))
    return min(found, key=lambda one: one[0])[1:]


def no_bias(units):
    return np.zeros(2 * units + 1)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9])
def test_the_test_system_has_0_511_nats_whatever_the_correlation_of_its_noise(correlation):
    noise = np.array([[1.0, correlation], [correlation, 1.0]])
    cov = exact(np.full((2, 2), 0.4), noise)
    table = information_table(cov, np.array([0, 1]), no_bias(2))
    assert table[2, 2] == pytest.approx(np.log(5 / 3), rel=1e-12)
    # x1 + x2 alone is carried on, so all four terms between single units are the same.
    r = cov[0, 2]
    np.testing.assert_allclose(table[:2, :2], -0.5 * np.log(1.0 - r * r), rtol=1e-12)
    phi = weakest_bipartition(cov, no_bias(2))[1]
    assert phi == pytest.approx(np.log(5 / 3) + 0.5 * np.log(1.0 - r * r), rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_parts_and_value_are_those_of_the_definition(seed):
    generator = np.random.default_rng(seed)
    units = int(generator.integers(2, 6))
    a = generator.normal(0.0, 0.3, (units, units))
    a *= 0.8 / max(0.8, np.abs(np.linalg.eigvals(a)).max())
    mixed = generator.normal(size=(units, units))
    cov = exact(a, mixed @ mixed.T + np.eye(units))
    phi, first = by_definition(cov)
    part, found, scale = weakest_bipartition(cov, no_bias(units))
    assert found == pytest.approx(phi, rel=1e-9, abs=1e-12)
    assert scale > 0.0
    assert set(np.flatnonzero(part == part[min(first)])) == first


def test_the_measure_of_a_long_run_is_the_value_of_the_system():
    phi, first = by_definition(exact(CHAIN, np.eye(4)))
    assert first == {0, 1}
    result = gaussian_integrated_information(linear_system(np.random.default_rng(2), CHAIN, 50_000))
    assert result.value == pytest.approx(phi / np.log(2.0), rel=0.05)
    part = result.arrays["part"]
    assert part[0] == part[1] != part[2] == part[3]


def test_two_units_that_swap_their_values_are_wholly_integrated():
    cov = exact(np.array([[0.0, 0.8], [0.8, 0.0]]), np.eye(2))
    phi = weakest_bipartition(cov, no_bias(2))[1]
    assert phi == pytest.approx(-np.log(1.0 - 0.64), rel=1e-9)


def test_units_that_run_independently_have_none():
    cov = exact(np.diag([0.9, 0.5, 0.2]), np.eye(3))
    assert weakest_bipartition(cov, no_bias(3))[1] == pytest.approx(0.0, abs=1e-12)


def test_redundancy_makes_whole_minus_sum_negative_and_leaves_phi_at_0():
    generator = np.random.default_rng(3)
    shared = linear_system(generator, np.array([[0.9]]), 20_000)
    result = gaussian_integrated_information(shared + generator.normal(0.0, 0.05, (20_000, 2)))
    whole = result.details["time_delayed_mi_bits"]
    assert whole > 1.0
    assert result.details["whole_minus_sum_bits"] == pytest.approx(-whole, rel=0.05)
    assert result.value == pytest.approx(0.0, abs=0.03 * whole)


def test_phi_is_the_sum_of_the_atoms_that_no_part_holds_alone():
    series = linear_system(np.random.default_rng(4), np.array([[0.6, 0.4], [-0.6, 0.3]]), 2_000)
    atoms = information_decomposition(series).arrays["atoms_bits"]
    phi = gaussian_integrated_information(series).value
    assert phi == pytest.approx(atoms[3].sum() + atoms[:3, 3].sum() + atoms[1, 2] + atoms[2, 1])


def test_neither_order_nor_scale_of_units_matters():
    series = linear_system(np.random.default_rng(5), CHAIN, 1_000)
    result = gaussian_integrated_information(series)
    order = np.array([2, 0, 3, 1])
    other = gaussian_integrated_information(series[:, order] * [3.0, -0.1, 1e6, 2.0] + 7.0)
    assert other.value == pytest.approx(result.value, rel=1e-9)
    assert other.interval == pytest.approx(result.interval, rel=1e-9)
    same = result.arrays["part"][order] == other.arrays["part"]
    assert same.all() or not same.any()


def test_the_bias_taken_off_is_that_of_the_entropy_of_independent_pairs():
    """E ln det of a sample covariance (divided by N) of N samples and k columns, N - 1 free."""
    pairs = lagged_pairs("x", np.random.default_rng(6).normal(size=(101, 2)), 1, 5, 16, "")
    expected = [sum(digamma((100 - i) / 2) for i in range(1, k + 1)) + k * np.log(0.02)
                for k in range(5)]  # fmt: skip
    np.testing.assert_allclose(pairs.shift(), expected, rtol=1e-12)
    generator = np.random.default_rng(7)
    found = [np.linalg.slogdet(np.cov(generator.normal(size=(4, 100)), bias=True))[1]
             for _ in range(4_000)]  # fmt: skip
    assert np.mean(found) == pytest.approx(pairs.shift()[4], abs=4 * np.std(found) / 4_000**0.5)


def test_shifting_a_unit_round_changes_nothing_within_it():
    pairs = lagged_pairs("x", CALL["arrays"]["series"], 2, 7, 16, "")
    cov = pairs.wrapped_covariance(pairs.series)
    turned = pairs.series.copy()
    turned[:, 1] = np.roll(turned[:, 1], 50)
    within = [1, 5]
    np.testing.assert_allclose(
        pairs.wrapped_covariance(turned)[np.ix_(within, within)], cov[np.ix_(within, within)]
    )
    ends = np.vstack((pairs.series, pairs.series[:2]))  # the pairs, with those across the seam
    direct = np.cov(np.hstack((ends[:-2], ends[2:])).T, bias=True)
    np.testing.assert_allclose(cov, direct, atol=1e-12)


def test_leaving_a_block_out_leaves_the_pairs_of_the_others():
    pairs = lagged_pairs("x", CALL["arrays"]["series"], 2, 7, 16, "")
    joined = np.hstack((pairs.series[:-2], pairs.series[2:]))
    for left, rows in zip(pairs.left_out(), np.array_split(np.arange(198), 7), strict=True):
        kept = np.delete(joined, rows, axis=0)
        np.testing.assert_allclose(left, np.cov(kept.T, bias=True), atol=1e-12)


def test_what_cannot_be_measured_is_refused():
    generator = np.random.default_rng(8)
    many = generator.normal(size=(400, 17))
    with pytest.raises(
        ParameterError, match=r"series has 17 units, which is not allowed; use 16 a"
    ):
        gaussian_integrated_information(many)
    with pytest.raises(ParameterError, match=r"use at least 81 times for 2 units at lag 1"):
        gaussian_integrated_information(many[:80, :2])
    with pytest.raises(ParameterError, match=r"at least 1 times and 2 units"):
        gaussian_integrated_information(many[:, :1])
    silent = many[:, :3].copy()
    silent[:, 1] = 0.0
    with pytest.raises(ParameterError, match="unit 1 does not vary, so it carries no information"):
        gaussian_integrated_information(silent)
    silent[:, 1] = silent[:, 0] - 2.0 * silent[:, 2]
    with pytest.raises(ParameterError, match="that the others and the past determine wholly"):
        gaussian_integrated_information(silent)
    silent[:, 1] = silent[:, 0] + 1e-4 * many[:, 5]
    with pytest.raises(ParameterError, match=r"entropy of a part.* bits; leave one of them out"):
        gaussian_integrated_information(silent)
    with pytest.raises(ParameterError, match=r"information\.lag = 0 is not allowed"):
        gaussian_integrated_information(many[:, :2], lag=0)
    with pytest.raises(ParameterError, match=r"information\.blocks = 2 is not allowed"):
        gaussian_integrated_information(many[:, :2], blocks=2)


def test_the_value_planted_in_its_calibration_is_that_of_the_system():
    np.testing.assert_array_equal(_LINKS, CHAIN)
    phi = by_definition(exact(CHAIN, np.eye(4)))[0]
    truth = calibration.load("gaussian_integrated_information")().truth
    assert truth == pytest.approx(phi / np.log(2.0), rel=1e-9)
