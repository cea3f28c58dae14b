"""Exponent of a scaling law by a line through logarithms (doi:10.1017/S1464793106007007)."""

import numpy as np
from numpy.typing import ArrayLike

from hal9lib.arrays import as_many, numbers
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import t_quantile
from hal9lib.result import Result


def scaling_exponent(x: ArrayLike, y: ArrayLike) -> Result:
    """The b of ``y = a x^b``: least squares of ``log y = log a + b log x`` (Warton et al. 2006).

    The source is doi:10.1017/S1464793106007007. The 95 % interval is
    ``b ± t(n - 2) sqrt(SSE / (n - 2) / Sxx)``, with SSE the squared residuals and Sxx the squared
    spread of log x.

    Parameters
    ----------
    x, y : (points,) above 0, at least 3 points, x not all alike.

    Returns
    -------
    Result without a unit; ``details`` holds ``r_squared``, the ``prefactor`` a and ``points``.

    Raises
    ------
    ParameterError : too few points, x all alike, a value that is not a finite number above 0.

    Notes
    -----
    Known values: the b of points on ``a x^b``, exactly. Cost: one pass over the points.
    For a cost or another quantity with independent errors of a constant ratio, known x, and one
    law over the whole range: a bend shows in the residuals, not in R². Not for the tail of a
    distribution, where this estimate is biased (Clauset et al. 2009, doi:10.1137/070710111).

    Examples
    --------
    >>> scaling_exponent([1, 2, 4, 8], [3, 12, 48, 192])
    scaling_exponent: 2, 2 to 2 (95 % t, 2 degrees of freedom); r_squared 1, prefactor 3, points 4
    """
    across = numbers("scaling_exponent.x", x, above_zero=True)
    up = numbers("scaling_exponent.y", y, above_zero=True)
    as_many("scaling_exponent.y", up, "x", across)
    if len(across) < 3:
        raise ParameterError(
            f"scaling_exponent.x has {len(across)} points; use 3 or more, "
            "since two always lie on a line."
        )
    log_x, log_y = np.log(across), np.log(up)
    spread_x, spread_y = log_x - log_x.mean(), log_y - log_y.mean()
    sxx = float(spread_x @ spread_x)
    if sxx < 1e-20:
        raise ParameterError(
            f"scaling_exponent.x = {across[0]:g} throughout; use at least two different values."
        )
    exponent = float(spread_x @ spread_y) / sxx
    residuals = spread_y - exponent * spread_x
    freedom = len(across) - 2
    half = t_quantile(freedom) * (float(residuals @ residuals) / freedom / sxx) ** 0.5
    syy = float(spread_y @ spread_y)
    # A constant y lies on its line (of slope 0) exactly.
    r_squared = 1.0 - float(residuals @ residuals) / syy if syy > 0.0 else 1.0
    return Result(
        value=exponent,
        unit="1",
        interval=(exponent - half, exponent + half),
        measure="scaling_exponent",
        method=f"95 % t, {freedom} degrees of freedom",
        details={
            "r_squared": r_squared,
            "prefactor": float(np.exp(log_y.mean() - exponent * log_x.mean())),
            "points": len(across),
        },
    )
