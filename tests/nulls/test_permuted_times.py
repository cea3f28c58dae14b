"""Each unit's values are kept; order and relations are destroyed, exactly so."""

from collections import Counter

import numpy as np
from scipy.stats import chi2

from hal9lib import nulls


def test_each_units_values_are_kept_whole_numbers_too():
    series = np.random.default_rng(1).integers(9, size=(200, 4))
    for together in (False, True):
        found = nulls.permuted_times(together=together, seed=1).surrogate(series)
        assert found.dtype == series.dtype
        np.testing.assert_array_equal(np.sort(found, 0), np.sort(series, 0))
        rows = np.array_equal(found[np.lexsort(found.T)], series[np.lexsort(series.T)])
        assert rows == together, "what units did at the same time"


def test_every_order_comes_up_as_often_and_each_unit_has_its_own():
    null, series = nulls.permuted_times(seed=2), np.array([[0, 5], [1, 6], [2, 7]])
    count = Counter(null.surrogate(series, k).tobytes() for k in range(36 * 50))
    assert len(count) == 36
    assert chi2.sf(sum((one - 50) ** 2 / 50 for one in count.values()), 35) > 0.001


def test_order_and_relations_are_gone():
    walk = np.cumsum(np.random.default_rng(3).normal(size=2000))
    found = nulls.permuted_times(seed=2).surrogate(np.column_stack([walk, walk]))
    assert np.corrcoef(walk[1:], walk[:-1])[0, 1] > 0.99
    bound = 4 / np.sqrt(2000)
    assert abs(np.corrcoef(found[1:, 0], found[:-1, 0])[0, 1]) < bound
    assert abs(np.corrcoef(found.T)[0, 1]) < bound
