"""Comparisons with a null: ties, sides, surrogates that cannot be measured."""

import numpy as np
import pytest

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.measures import total_correlation
from hal9lib.measures._against import against, p_value


@pytest.mark.parametrize(("side", "p"), [("greater", 0.997), ("less", 0.004), ("both", 0.008)])
def test_the_value_itself_counts_and_so_do_ties(side, p):
    assert p_value(2.0, np.arange(999.0), side) == pytest.approx(p + (0.001 if p > 0.5 else 0.0))


def test_a_surrogate_that_has_no_such_measure_is_named():
    def broken(_):
        raise np.linalg.LinAlgError("Singular matrix")

    null = nulls.permuted_times(seed=1, progress=False)
    with pytest.raises(ParameterError, match=r"x\.null = permuted_times: draw 0 has no finite x"):
        against("x", null, "series", np.ones((3, 2)), broken, 1.0, "greater")


def test_units_that_coincide_in_a_surrogate_are_an_error_of_our_own():
    sparse = np.eye(60)[:, :3]
    with pytest.raises(ParameterError, match="total_correlation"):
        total_correlation(sparse, null=nulls.shifted_series(progress=False))
