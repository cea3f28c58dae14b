"""Susceptibility: exactly solvable magnets, identities, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from hal9lib.errors import ParameterError
from hal9lib.measures import susceptibility

CALL = {
    "arrays": {"order_parameter": np.random.default_rng(1).normal(0.5, 0.1, 200)},
    "options": {"units": 50},
}


def magnet(units, coupling):
    """(m, share): Curie and Weiss's magnet by enumeration of its magnetisation."""
    up = np.arange(units + 1)
    m = 2.0 * up / units - 1.0
    log_share = -gammaln(up + 1) - gammaln(units - up + 1) + coupling * units * m**2 / 2.0
    share = np.exp(log_share - log_share.max())
    return m, share / share.sum()


@pytest.mark.parametrize(("coupling", "known"), [(0.0, 1.0), (0.5, 2.0), (0.75, 4.0)])
def test_a_magnet_above_its_critical_point_has_1_over_1_less_its_coupling(coupling, known):
    """By enumeration, and by 20,000 of its states."""
    m, share = magnet(4_000, coupling)
    exact = 4_000 * (share @ m**2)
    assert exact == pytest.approx(known, rel=0.01)
    states = np.random.default_rng(2).choice(m, 20_000, p=share)
    found = susceptibility(states, units=4_000)
    assert found.value == pytest.approx(exact, rel=0.05)
    assert exact in found


@given(scale=st.floats(0.01, 100.0), shift=st.floats(-10.0, 10.0), units=st.integers(1, 10**6))
def test_it_grows_with_units_and_with_the_square_of_the_scale(scale, shift, units):
    series = CALL["arrays"]["order_parameter"]
    once = susceptibility(series, units=1).value
    more = susceptibility(scale * series + shift, units=units).value
    assert more == pytest.approx(units * scale**2 * once, rel=1e-6)
    assert more >= 0.0


def test_it_is_numpys_variance_and_that_of_the_mean():
    series = np.cumsum(np.random.default_rng(3).normal(size=400)) * 0.01
    blocks = series.reshape(20, 20).mean(axis=1)
    by_hand = series.var() + blocks.var(ddof=1) / 20
    found = susceptibility(series, units=7)
    assert found.value == pytest.approx(7 * by_hand, rel=1e-12)
    assert found.details["variance"] == pytest.approx(by_hand)
    assert found.details["mean"] == pytest.approx(series.mean())


def test_a_short_record_with_a_memory_is_not_too_low_in_the_mean():
    generator = np.random.default_rng(4)
    series = generator.normal(0.0, 0.6, (500, 1_000))
    for t in range(1, len(series)):
        series[t] += 0.8 * series[t - 1]
    found = [susceptibility(x, units=1).value for x in series[100:].T]
    error = np.std(found) / 1_000**0.5
    assert np.mean(found) == pytest.approx(1.0, abs=0.01 + 3 * error)
    assert np.mean(series[100:].var(axis=0)) < 0.985, "without the variance of the mean it would be"


def test_what_does_not_move_has_none():
    found = susceptibility(np.full(100, 0.1), units=10)
    assert (found.value, found.interval) == (0.0, (0.0, 0.0))
    assert susceptibility([0.0] * 40, units=10).value == 0.0


@pytest.mark.parametrize(
    ("series", "units", "sentence"),
    [
        ([], 5, r"susceptibility\.order_parameter has 0 times; use 40 or more"),
        ([0.5] * 39, 5, r"susceptibility\.order_parameter has 39 times"),
        ([0.5] * 40, 0, r"susceptibility\.units = 0 is not allowed; use a whole number from 1"),
        ([0.5] * 40, 2.5, r"susceptibility\.units = 2\.5 is not allowed"),
        ([[0.5] * 40], 5, r"susceptibility\.order_parameter has shape \(1, 40\)"),
        ([0.5] * 39 + [np.nan], 5, r"susceptibility\.order_parameter\[39\] = nan is not allowed"),
    ],
)
def test_what_has_no_susceptibility_says_why(series, units, sentence):
    with pytest.raises(ParameterError, match=sentence):
        susceptibility(series, units=units)
