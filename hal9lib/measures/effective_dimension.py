"""Effective dimension: the participation ratio of a covariance's eigenvalues.

Source: Gao et al. 2017, doi:10.1101/214262; Litwin-Kumar et al. 2017,
doi:10.1016/j.neuron.2017.01.030.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import matrix
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._dimension import block_sums, dimension, largest
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._second_order import second_order_error
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Four blocks are what the estimate takes, and two are left out.
_LEAST_BLOCKS = 6
_MOST_BLOCKS = 50


def effective_dimension(series: ArrayLike, *, blocks: int = 20, null: Null | None = None) -> Result:
    """Participation ratio ``(tr C)^2 / tr C^2`` of the units' covariance C (doi:10.1101/214262).

    1 where all units follow one signal, the number of units where they are independent and of equal
    variance. Numerator and denominator are unbiased, from times of different blocks in time, with
    the mean of each unit unknown: neither few times nor times that depend on their neighbours make
    them small, as they do the plug-in ratio, which is never above the number of times.

    Parameters
    ----------
    series : (times, units) rates, counts or voltages.
    blocks : how many blocks of consecutive times, 6 to 50; each should be longer than what the
        units remember. With fewer times than blocks, each time is one.
    null : a null model of series; p is the chance of as small a dimension under it.
        ``permuted_times`` for times that are independent, ``shifted_series`` for others.

    Returns
    -------
    Result without a unit. The interval leaves out one or two blocks at a time (jackknife).
    ``details`` holds the ``plug_in`` ratio of the sample covariance, ``times`` and ``units``.

    Raises
    ------
    ParameterError : fewer than 6 times, a series that does not vary or does in fewer than 4 blocks,
        or more than 16,384 times of more than some 3,600 units.

    Notes
    -----
    Known values: ``n^2 / (n + n (n - 1) r^2)`` for n units with equal correlations r, and 1 for one
    signal, exactly, whatever the sample. Cost: ``times units min(times, units)`` multiplications:
    100,000 units at 200 times in 1 s, at 2,000 times in 1 min; three times the memory of the
    series. Units without end, or times, but not both: take a random part of one.
    It may come out above the number of units by chance. A unit of large variance counts for
    more: divide by the standard deviations where it should not. A trend is a dimension.

    Examples
    --------
    Two units that mirror each other are one dimension:

    >>> import numpy as np
    >>> signal = np.array([0.0, 1.0, 3.0, 1.0, 4.0, 2.0])
    >>> effective_dimension(np.column_stack([signal, 5.0 - 2.0 * signal]))
    effective_dimension: 1, 1 to 1 (95 % t, 6 blocks in time); plug_in 1, times 6, units 2
    """
    name, least = "effective_dimension.series", (_LEAST_BLOCKS, 1)
    data = matrix(name, series, rows="times", columns="units", least=least)
    times, units = data.shape
    low, high = _LEAST_BLOCKS, _MOST_BLOCKS
    many = min(checks.whole("effective_dimension.blocks", blocks, low=low, high=high), times)
    _check(data, many)
    sums = block_sums(data, many)
    value = dimension(sums)
    error = float(second_order_error(lambda kept: np.array(dimension(sums, kept)), many))
    if not np.isfinite(value + error):
        raise ParameterError(
            f"effective_dimension.series varies in fewer than 4 of {many} blocks in time, too few "
            "to tell its dimension; use a longer series."
        )

    def statistic(surrogate: NDArray[np.float64]) -> float:
        return dimension(block_sums(surrogate, many))

    beside = against("effective_dimension", null, "series", data, statistic, value, "less")
    return Result(
        value=value,
        unit="1",
        interval=clipped(t_interval(value, error, many - 1), value, low=1.0),
        null=beside.null,
        p=beside.p,
        measure="effective_dimension",
        method=f"95 % t, {many} blocks in time",
        details={"plug_in": sums.plug_in, "times": times, "units": units} | dict(beside.details),
        arrays=beside.arrays,
    )


def _check(data: NDArray[np.float64], blocks: int) -> None:
    """Refuse what has no dimension, and what would take too long."""
    instead = largest(data.shape[0], data.shape[1], blocks)
    if instead:
        raise ParameterError(
            f"effective_dimension.series has shape {data.shape}, which is not allowed; "
            f"use {instead}."
        )
    # What rounding leaves of a constant series is no variation.
    if np.ptp(data, axis=0).max() <= 1e-12 * np.abs(data).max():
        raise ParameterError(
            "effective_dimension.series does not vary, so it has no dimension; use units that do."
        )
