"""Synchrony chi: identities, the floor of independent units, a slow reference, what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hal9lib.errors import ParameterError
from hal9lib.measures import synchrony_chi
from hal9lib.nulls import permuted_times, shifted_series

NORMAL = np.random.default_rng(1).normal(0.0, 1.0, (200, 6))
CALL = {"arrays": {"series": NORMAL + NORMAL[:, :1]}, "options": {}}


def test_units_that_do_the_same_have_1_whatever_their_offsets():
    common = np.random.default_rng(2).normal(-60.0, 5.0, 100)
    result = synchrony_chi(common[:, None] + [0.0, 3.0, -7.0])
    assert result.value == pytest.approx(1.0, abs=1e-12)
    assert result.interval == pytest.approx((1.0, 1.0), abs=1e-9)
    assert result.details["without_floor"] == pytest.approx(1.0, abs=1e-12)


def test_two_in_opposition_have_0():
    one = np.random.default_rng(3).normal(0.0, 1.0, 50)
    assert synchrony_chi(np.column_stack([one, -one])).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("units", [2, 10, 100, 1_000])
def test_independent_units_lie_at_the_floor(units):
    series = np.random.default_rng(units).normal(0.0, 1.0, (1_000, units))
    result = synchrony_chi(series)
    assert result.details["floor"] == pytest.approx(units**-0.5)
    assert result.value == pytest.approx(units**-0.5, rel=0.1)
    assert result.details["without_floor"] < 0.2


@pytest.mark.parametrize("shared", [0.05, 0.3, 0.8])
def test_units_that_share_a_signal_have_the_closed_form(shared):
    generator = np.random.default_rng(4)
    series = (1.0 - shared) ** 0.5 * generator.normal(size=(20_000, 20))
    series += shared**0.5 * generator.normal(size=(20_000, 1))
    result = synchrony_chi(series)
    assert result.value == pytest.approx(math.sqrt(1 / 20 + 19 / 20 * shared), rel=0.02)
    assert result.details["without_floor"] == pytest.approx(math.sqrt(shared), rel=0.03)


@settings(max_examples=50, deadline=None)
@given(arrays(float, (12, 4), elements=st.floats(-100.0, 100.0)), st.permutations(range(4)))
def test_it_is_its_definition_and_the_mean_covariance_whatever_the_order_of_units(series, order):
    # An independent slow reference: variances and covariances by numpy.
    if series.var(axis=0).mean() < 1e-6:
        return
    result = synchrony_chi(series)
    squared = series.mean(axis=1).var() / series.var(axis=0).mean()
    assert result.value == pytest.approx(math.sqrt(squared), rel=1e-6, abs=1e-7)
    covariance = np.cov(series.T, ddof=0)
    between = covariance[np.triu_indices(4, 1)].mean() / np.diag(covariance).mean()
    without_floor = result.details["without_floor"] ** 2
    assert without_floor == pytest.approx(max(0.0, between), abs=1e-7)
    assert synchrony_chi(series[:, order]).value == pytest.approx(result.value, abs=1e-7)
    assert synchrony_chi(3.0 * series - 7.0).value == pytest.approx(result.value, abs=1e-6)


def test_a_series_too_long_for_one_go_has_the_same_value(monkeypatch):
    import sys

    whole = synchrony_chi(NORMAL)
    monkeypatch.setattr(sys.modules["hal9lib.measures.synchrony_chi"], "_CHUNK", 60)
    pieces = synchrony_chi(NORMAL)
    assert pieces.value == pytest.approx(whole.value, rel=1e-12)
    assert pieces.interval == pytest.approx(whole.interval, rel=1e-12)


def test_a_null_that_keeps_each_unit_tells_what_is_shared():
    result = synchrony_chi(**CALL["arrays"], null=shifted_series(seed=1))
    assert result.p == 0.001
    assert result.details["null_mean"] < result.value
    assert synchrony_chi(NORMAL, null=permuted_times(seed=1)).p > 0.01


@pytest.mark.parametrize(
    ("series", "options", "sentence"),
    [
        (np.ones((10, 3)), {}, "synchrony_chi.series does not vary, so it has no synchrony; use"),
        (np.full((7, 2), 0.1), {}, "does not vary"),
        (np.ones((10, 1)), {}, r"series has shape \(10, 1\), .* 2 times and 2 units"),
        (np.ones((1, 10)), {}, r"series has shape \(1, 10\), .* 2 times and 2 units"),
        (np.ones(10), {}, r"series has shape \(10,\), which is not allowed; use two dimensions"),
        (NORMAL, {"batches": 1}, r"synchrony_chi\.batches = 1 is not allowed; use a whole number"),
    ],
)
def test_what_has_no_synchrony_says_why(series, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        synchrony_chi(series, **options)
