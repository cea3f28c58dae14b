"""Effective dimension: golden closed forms, its estimator read literally, another library."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from hal9lib.errors import ParameterError
from hal9lib.measures import effective_dimension
from hal9lib.measures._dimension import block_sums, dimension, traces
from hal9lib.nulls import permuted_times, shifted_series

PATH = Path(__file__).parents[1] / "golden" / "participation_ratio.json"
FIVE, IDENTITY, RANK_1, EQUAL = json.loads(PATH.read_text())["cases"]
_MIXED = [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
CALL = {
    "arrays": {"series": np.random.default_rng(1).normal(size=(60, 3)) @ _MIXED},
    "options": {},
}


def with_covariance(seed, times, covariance):
    """A series whose sample covariance is as given, exactly."""
    x = np.random.default_rng(seed).normal(size=(times, len(covariance)))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(x.T @ x / times)).T
    return x @ np.linalg.cholesky(covariance).T


def equally_correlated(units, r):
    return np.full((units, units), r) + (1.0 - r) * np.eye(units)


@pytest.mark.parametrize(
    ("covariance", "expected"),
    [
        (np.diag(FIVE["eigs"]), FIVE["PR"]),
        (np.eye(10), IDENTITY["PR"]),
        (equally_correlated(EQUAL["n"], EQUAL["rho"]), EQUAL["PR"]),
    ],
    ids=["five eigenvalues", "identity", "equal correlations"],
)
def test_the_golden_covariances_have_their_ratio(covariance, expected):
    assert effective_dimension(with_covariance(1, 50, covariance)).details[
        "plug_in"
    ] == pytest.approx(expected, rel=1e-12)
    drawn = np.random.default_rng(2).normal(size=(20_000, len(covariance)))
    result = effective_dimension(drawn @ np.linalg.cholesky(covariance).T + 3.0)
    assert result.value == pytest.approx(expected, rel=0.03)
    assert expected in result


@given(st.integers(0, 2**32), st.integers(6, 30), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_one_signal_is_one_dimension_whatever_the_sample(seed, times, units):
    generator = np.random.default_rng(seed)
    series = np.outer(generator.normal(size=times), generator.uniform(0.5, 2.0, units)) + 7.0
    result = effective_dimension(series)
    assert result.value == pytest.approx(RANK_1["PR"], abs=1e-9)
    assert result.details["plug_in"] == pytest.approx(RANK_1["PR"], abs=1e-9)


def traces_by_definition(x, blocks):
    """Means over all i, j, k, l of different blocks, of differences that need no mean."""
    owner = np.concatenate([np.full(len(part), k)
                            for k, part in enumerate(np.array_split(x, blocks))])  # fmt: skip
    squared, square = [], []
    for i, j, k, m in permutations(range(len(x)), 4):
        if len({owner[i], owner[j], owner[k], owner[m]}) == 4:
            one, other = x[i] - x[j], x[k] - x[m]
            squared.append((one @ one) * (other @ other) / 4.0)
            square.append((one @ other) ** 2 / 4.0)
    return np.mean(squared), np.mean(square)


@pytest.mark.parametrize(("times", "blocks"), [(8, 8), (12, 6), (15, 5)])
def test_it_is_the_mean_over_all_quadruples_of_blocks(times, blocks):
    x = np.random.default_rng(3).normal(size=(times, 3)) + np.array([5.0, 0.0, -2.0])
    expected = traces_by_definition(x, blocks)
    for units in (x, np.hstack([x, np.zeros((times, 20))])):  # by units, and by times
        found = traces(block_sums(units, blocks), np.arange(blocks))
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    kept = np.arange(1, blocks) if blocks > 5 else np.arange(blocks)
    left = traces(block_sums(x, blocks), kept)
    again = traces(block_sums(x[times // blocks :], blocks - 1), np.arange(blocks - 1))
    if blocks > 5:
        np.testing.assert_allclose(left, again, rtol=1e-9)


def test_it_is_unbiased_where_the_plug_in_is_not():
    generator = np.random.default_rng(4)
    series = [generator.normal(size=(20, 200)) for _ in range(300)]
    results = [traces(block_sums(x, 10), np.arange(10)) for x in series]
    np.testing.assert_allclose(np.mean(results, axis=0), [200.0**2, 200.0], rtol=0.01)
    assert np.median([dimension(block_sums(x, 10)) for x in series]) == pytest.approx(200, rel=0.03)
    assert max(block_sums(x, 10).plug_in for x in series) < 20.0


def test_times_that_remember_do_not_make_it_small():
    generator = np.random.default_rng(5)
    noise = generator.normal(size=(4_000, 30))
    series = np.zeros_like(noise)
    for t in range(1, len(series)):
        series[t] = 0.95 * series[t - 1] + noise[t]
    result = effective_dimension(series)
    assert result.details["plug_in"] < 27.0
    assert 30.0 in result
    assert result.value == pytest.approx(30.0, rel=0.1)


def test_the_plug_in_is_that_of_principal_components():
    series = np.random.default_rng(6).normal(size=(80, 6)) @ np.diag([3, 2, 1, 1, 0.5, 0.1])
    spectrum = PCA().fit(series).explained_variance_
    expected = spectrum.sum() ** 2 / (spectrum**2).sum()
    assert effective_dimension(series).details["plug_in"] == pytest.approx(expected, rel=1e-12)


@given(st.integers(0, 2**32), st.floats(0.1, 10.0), st.floats(-100.0, 100.0))
@settings(max_examples=30, deadline=None)
def test_order_of_units_rotation_scale_and_mean_do_not_matter(seed, scale, shift):
    generator = np.random.default_rng(seed)
    series = generator.normal(size=(40, 5)) * [3, 2, 1, 1, 1]
    rotation = np.linalg.qr(generator.normal(size=(5, 5)))[0]
    value = effective_dimension(series).value
    for same in (series[:, ::-1], series @ rotation, scale * series + shift):
        assert effective_dimension(same).value == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("variances", [np.ones(12), np.arange(1.0, 13.0)])
def test_its_interval_holds_also_where_all_variances_are_equal(variances):
    """There single times have no effect to first order, and a plain jackknife covers 99 %."""
    generator = np.random.default_rng(10)
    truth = variances.sum() ** 2 / (variances**2).sum()
    series = [generator.normal(size=(100, 12)) * variances**0.5 for _ in range(300)]
    covered = np.mean([truth in effective_dimension(x, blocks=10) for x in series])
    assert 0.92 <= covered <= 0.975


def test_by_times_or_by_units_is_the_same():
    series = np.random.default_rng(7).normal(size=(50, 40))
    narrow, wide = block_sums(series, 7), block_sums(np.hstack([series, 0.0 * series]), 7)
    for one, other in zip(narrow, wide, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.jit_only
def test_shared_signals_are_found_and_slow_noise_is_not():
    generator = np.random.default_rng(8)
    shared = generator.normal(size=(100, 10)) + 0.7 * generator.normal(size=(100, 1))
    assert effective_dimension(shared, blocks=10, null=permuted_times(seed=1)).p == 0.001
    slow = np.cumsum(generator.normal(size=(200, 10)), axis=0)
    slow = slow[1:] - 0.9 * slow[:-1]
    assert effective_dimension(slow, blocks=10, null=shifted_series(seed=1)).p > 0.05


def test_what_has_no_dimension_says_why():
    with pytest.raises(ParameterError, match=r"series does not vary, so it has no dimension"):
        effective_dimension(np.full((30, 4), 0.1))
    with pytest.raises(ParameterError, match=r"with at least 6 times and 1 units"):
        effective_dimension(np.zeros((5, 3)))
    with pytest.raises(ParameterError, match=r"effective_dimension\.blocks = 5 is not allowed"):
        effective_dimension(np.eye(30), blocks=5)
    two_events = np.zeros((40, 3))
    two_events[[7, 30]] = [[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]
    with pytest.raises(ParameterError, match=r"varies in fewer than 4 of 20 blocks in time"):
        effective_dimension(two_events)
    huge = np.broadcast_to(1.0, (17_000, 4_000))
    with pytest.raises(ParameterError, match=r"use at most 16,384 times or 3,663 units\."):
        effective_dimension(huge)
    assert effective_dimension(np.random.default_rng(1).normal(size=(30, 1))).value == (
        pytest.approx(1.0, abs=1e-12)
    )
