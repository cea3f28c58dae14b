"""Finite-size scaling: the exponent with which an order parameter or its susceptibility grows.

Source: Fisher & Barber 1972, doi:10.1103/PhysRevLett.28.1516; the cumulant: Binder 1981,
doi:10.1007/BF01293604.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import as_many, numbers, one_of, symbols
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.measures._against import against
from hal9lib.measures._intervals import NORMAL_QUANTILE
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_NAME = "finite_size_scaling"
_LEAST_SAMPLES = 10

Floats = NDArray[np.float64]


def finite_size_scaling(
    sizes: ArrayLike,
    order_parameter: ArrayLike,
    *,
    of: str = "order_parameter",
    null: Null | None = None,
) -> Result:
    """The b of ``y ~ N^b`` at a critical point, y the order parameter or its susceptibility.

    With ``of="order_parameter"`` y is ``<|m|>`` and b is ``-beta / (nu d)``; with
    ``of="susceptibility"`` y is ``N (<m^2> - <|m|>^2)`` and b is ``gamma / (nu d)`` (Fisher &
    Barber 1972, doi:10.1103/PhysRevLett.28.1516). d turns units N into a length, N = L^d: times d,
    b is the exponent in L. Least squares of log y on log N, each size with the inverse of its
    variance.

    Parameters
    ----------
    sizes : (samples,) how many units each sample's network has; at least 3 different sizes with at
        least 10 samples each.
    order_parameter : (samples,) m of each sample, independent of one another: of a series, times
        further apart than its memory.
    of : "order_parameter" or "susceptibility".
    null : a null model of labels, such as ``layer_permutation``, which deals the sizes out anew.

    Returns
    -------
    Result without a unit. ``details``: ``prefactor``; ``misfit``, the squared residuals over their
    variances and the degrees of freedom, about 1 for one law, and ``misfit_p``, their chance under
    it (small: no one law); ``binder``, the largest size's ``1 - <m^4> / (3 <m^2>^2)``. ``arrays``:
    by size, ``sizes``, ``samples``, ``means`` (of y), ``errors`` and ``binder``. p is two-sided,
    against sizes that do not matter: then the order parameter has b 0 and the susceptibility 1.

    Raises
    ------
    ParameterError : fewer than 3 sizes or 10 samples of one, a size whose y is 0 or does not vary,
        a value that is not allowed.

    Notes
    -----
    Known values: Curie and Weiss's magnet at its critical point has -1/4 and 1/2, and the cumulant
    0.27052 in the limit; above that point -1/2, 0 and a cumulant of 0. Small networks are off by
    parts of about N^(-1/2): the magnet's exact values for 1,000 to 64,000 units are -0.2498, 0.504
    and 0.2719.
    The critical point is where the cumulants of all sizes are one: call it at several couplings
    and look at ``arrays["binder"]``. Away from it there is no one law, and `misfit` says so. The
    interval is normal, from the samples' spread within each size, and knows nothing of a misfit.
    Cost: a sort of the samples and their powers; 0.3 s for 1e6.

    Examples
    --------
    Ten-fold size, an order parameter (of either sign) half as large:

    >>> found = finite_size_scaling(
    ...     [10] * 20 + [100] * 20 + [1000] * 20,
    ...     [0.8, -0.4] * 10 + [0.4, -0.2] * 10 + [0.2, -0.1] * 10,
    ... )
    >>> round(found.value, 6), round(found.details["misfit"], 6)
    (-0.30103, 0.0)
    """
    one_of(f"{_NAME}.of", of, ("order_parameter", "susceptibility"))
    by_size, which = _dealt(sizes, order_parameter, of == "susceptibility")
    y, relative = by_size.means(which)
    bad = (y <= 0.0) | (relative <= 1e-12)
    if bad.any():
        raise ParameterError(
            f"{_NAME}.order_parameter of size {by_size.sizes[np.argmax(bad)]:,}: {of} is 0 or does "
            "not vary; use samples of a network that fluctuates."
        )
    exponent, error, squares, prefactor = _line(by_size.sizes, y, relative)
    comparison = against(_NAME, null, "labels", which, by_size.exponent, exponent, "both")
    half, freedom = NORMAL_QUANTILE * error, len(y) - 2
    binder = by_size.binder(which)
    details = {
        "prefactor": prefactor,
        "misfit": squares / freedom,
        "misfit_p": float(needs("scipy.stats", "a misfit").chi2.sf(squares, freedom)),
        "binder": float(binder[-1]),
    }
    arrays = {"sizes": by_size.sizes, "samples": by_size.samples, "means": y, "binder": binder}
    return Result(
        value=exponent,
        unit="1",
        interval=(exponent - half, exponent + half),
        null=comparison.null,
        p=comparison.p,
        measure=_NAME,
        method="95 %, normal, from the spread within sizes",
        details={**details, **comparison.details},
        arrays={**arrays, "errors": y * relative, **comparison.arrays},
    )


def _dealt(
    sizes: ArrayLike, order_parameter: ArrayLike, fluctuation: bool
) -> tuple["_BySize", NDArray[np.int64]]:
    """Checked samples, and the number of the size of each."""
    units = symbols(f"{_NAME}.sizes", sizes, low=1, high=2**53)
    m = numbers(f"{_NAME}.order_parameter", order_parameter)
    as_many(f"{_NAME}.order_parameter", m, "sizes", units)
    different, which, samples = np.unique(units, return_inverse=True, return_counts=True)
    least = int(samples.min()) if len(samples) else 0
    if len(different) < 3 or least < _LEAST_SAMPLES:
        raise ParameterError(
            f"{_NAME}.sizes has {len(different)} different sizes with at least {least} samples; "
            f"use 3 or more, with {_LEAST_SAMPLES} or more each."
        )
    return _BySize(different, samples, np.abs(m), fluctuation), which


class _BySize:
    """Moments of |m| for each size, however the samples are dealt out among the sizes."""

    def __init__(
        self, sizes: NDArray[np.int64], samples: NDArray[np.int64], m: Floats, fluctuation: bool
    ) -> None:
        self.sizes, self.samples, self.fluctuation = sizes, samples, fluctuation
        self.m, self.squares = m, m * m

    def means(self, which: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """y of each size and its standard error over itself; `which` is the size of each sample."""
        n = self.samples
        mean = np.bincount(which, self.m) / n
        apart = (self.m - mean[which]) ** 2
        variance = np.bincount(which, apart) / (n - 1)
        if not self.fluctuation:
            return mean, np.sqrt(variance / n) / np.where(mean > 0.0, mean, 1.0)
        fourth = np.bincount(which, apart**2) / n
        error = np.sqrt(np.maximum(fourth - variance**2, 0.0) / n)
        return self.sizes * variance, error / np.where(variance > 0.0, variance, 1.0)

    def exponent(self, which: NDArray[np.int64]) -> float:
        """The exponent alone, for samples that are dealt out anew."""
        return _line(self.sizes, *self.means(which))[0]

    def binder(self, which: NDArray[np.int64]) -> Floats:
        """(sizes,) Binder's cumulant."""
        second = np.bincount(which, self.squares) / self.samples
        fourth = np.bincount(which, self.squares**2) / self.samples
        return 1.0 - fourth / (3.0 * second**2)


def _line(
    sizes: NDArray[np.int64], y: Floats, relative: Floats
) -> tuple[float, float, float, float]:
    """(slope, its standard error, squared residuals over their variances, prefactor) of log y."""
    weights = 1.0 / relative**2
    log_n, log_y = np.log(sizes), np.log(y)
    mean_n, mean_y = np.average(log_n, weights=weights), np.average(log_y, weights=weights)
    across = log_n - mean_n
    spread = float(weights @ across**2)
    slope = float(weights @ (across * log_y)) / spread
    residuals = log_y - mean_y - slope * across
    prefactor = math.exp(float(mean_y - slope * mean_n))
    return slope, spread**-0.5, float(weights @ residuals**2), prefactor
