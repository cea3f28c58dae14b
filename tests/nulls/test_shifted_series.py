"""Each unit is kept but for its beginning; relations between units are destroyed."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2

from hal9lib import nulls
from hal9lib.errors import ParameterError


def lags_of(null, times, units, draw):
    """How far each unit was moved."""
    clock = np.tile(np.arange(times)[:, None], units)
    return (-null.surrogate(clock, draw)[0]) % times


def test_each_unit_is_itself_moved_round():
    series = np.random.default_rng(1).integers(9, size=(50, 4))
    null = nulls.shifted_series(seed=3)
    found, lags = null.surrogate(series), lags_of(null, 50, 4, 0)
    assert found.dtype == series.dtype
    for unit, lag in enumerate(lags):
        np.testing.assert_array_equal(found[:, unit], np.roll(series[:, unit], lag))
    assert len(set(lags.tolist())) > 1


def test_without_a_least_lag_every_choice_comes_up_as_often():
    null = nulls.shifted_series(seed=3)
    count = Counter(tuple(lags_of(null, 5, 2, k).tolist()) for k in range(25 * 50))
    assert len(count) == 25
    assert chi2.sf(sum((one - 50) ** 2 / 50 for one in count.values()), 24) > 0.001


@pytest.mark.parametrize(("times", "units", "least"), [(7, 3, 2), (6, 3, 2), (6, 2, 1), (5, 1, 5)])
def test_with_a_least_lag_every_allowed_choice_comes_up_as_often(times, units, least):
    """Against all choices, gone through one by one."""
    allowed = set()
    for lags in np.ndindex(*[times] * units):
        apart = [(a - b) % times for i, a in enumerate(lags) for b in lags[:i]]
        if all(min(one, times - one) >= least for one in apart):
            allowed.add(lags)
    null = nulls.shifted_series(seed=3, min_lag=least)
    count = Counter(
        tuple(lags_of(null, times, units, k).tolist()) for k in range(40 * len(allowed))
    )
    assert set(count) == allowed
    distance = sum((one - 40) ** 2 / 40 for one in count.values())
    assert chi2.sf(distance, len(allowed) - 1) > 0.001


def test_a_least_lag_that_leaves_no_room_is_refused():
    with pytest.raises(
        ParameterError,
        match=r"^shifted_series\.min_lag = 4 is not allowed for 3 units of 10 times; "
        r"use at most 3\.$",
    ):
        nulls.shifted_series(min_lag=4).surrogate(np.ones((10, 3)))


def test_relations_between_units_are_gone_and_those_in_time_are_not():
    noise = np.random.default_rng(5).normal(size=4003)
    smooth = noise[3:] + noise[2:-1] + noise[1:-2] + noise[:-3]
    found = nulls.shifted_series(seed=4, min_lag=100).surrogate(np.column_stack([smooth, smooth]))
    # 4 sd of the correlation of two such series: the sum of the squared autocorrelation is 2.75.
    assert abs(np.corrcoef(found.T)[0, 1]) < 4 * np.sqrt(2.75 / 4000)
    for unit in (0, 1):
        kept = np.corrcoef(found[1:, unit], found[:-1, unit])[0, 1]
        assert abs(kept - np.corrcoef(smooth[1:], smooth[:-1])[0, 1]) < 0.01
