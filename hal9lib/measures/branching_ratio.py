"""Branching ratio from subsampled activity, by multistep regression.

Source: Wilting & Priesemann 2018, doi:10.1038/s41467-018-04725-4.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError
from hal9lib.measures import _branching_kernels as kernels
from hal9lib.measures._against import against
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_BLOCKS = 20
#: An m this small is over within a bin: slopes after the first do not tell it from others.
_LEAST = 0.05

Floats = NDArray[np.float64]


def branching_ratio(
    activity: ArrayLike,
    *,
    k_max: int = 100,
    offset: bool = False,
    bin_ms: float | None = None,
    null: Null | None = None,
) -> Result:
    """The m of ``r_k = b m^k``, how many spikes a spike brings about in the next bin.

    Wilting & Priesemann 2018 (doi:10.1038/s41467-018-04725-4). r_k is the least-squares slope of
    activity k bins later on activity now, fitted over k = 1 … k_max by least squares. Of activity
    seen in part, the slope over one bin is too low by the factor b; the decay over k is not.

    Parameters
    ----------
    activity : (bins,) spikes of all neurons that are seen, in each bin.
    k_max : the longest distance fitted, in bins; several times ``-1 / log m``, and at most a
        tenth of the bins.
    offset : fit ``r_k = b m^k + c``, for activity whose mean drifts.
    bin_ms : the bins' width, for the timescale.
    null : a null model of a series, such as ``permuted_times``, which leaves no memory.

    Returns
    -------
    Result without a unit; above 1 only where some slope is. 0, without an interval, where nothing
    decays: no b > 0 fits better than none, or all is over within a bin. ``details`` holds
    ``naive`` (r_1, what seeing all neurons would justify), ``b``, ``c`` with an offset,
    ``explained``, the share of the slopes' squares that ``b m^k`` makes up, ``bins`` and, given
    `bin_ms`, the timescale ``tau_ms = -bin / log m`` (infinite for m >= 1);
    ``arrays["slopes"]`` is r_k, freed of its bias. p compares the length of the r_k
    along the best exponential, ``sum r_k m^k / sqrt(sum m^2k)``, with that of surrogates (side:
    greater), since m itself is anything where b is 0.

    Raises
    ------
    ParameterError : activity that does not vary, k_max above a tenth of the bins, a value that is
        not allowed.

    Notes
    -----
    Known values: m of an autoregressive series, where ``r_k = m^k``; the growth rate above 1 of
    activity that grows; m 0.98 within 0.005 of a branching process seen by 5 %, where r_1 is 0.56.
    Slopes of a finite record are too low: by ``(1 + 3 m) / bins`` for k = 1 and b = 1. The bias to
    first order in 1 / bins, that of a Gaussian process with these r_k (Marriott & Pope 1954,
    doi:10.1093/biomet/41.3-4.390), is taken off, as long as m < 1 and the record is longer than 20
    timescales. The interval: jackknife over 20 blocks in time, each refitted; it is too short where
    a block is not many timescales long (coverage 90 % at 10 timescales a block, 93 % at 20).
    Cost: bins times k_max multiplications; 0.3 s for 1e6 bins and k_max 100, however many neurons.
    Common input that fluctuates is memory, too: it raises m as recurrent activity does. Slopes of
    a network with a rhythm swing and are no exponential: `explained` is then far below 1.

    Examples
    --------
    Activity that halves again and again, without noise:

    >>> import numpy as np
    >>> found = branching_ratio(1024 * 0.5 ** np.arange(30), k_max=3, bin_ms=4)
    >>> round(found.value, 6), round(found.details["tau_ms"], 3)
    (0.5, 5.771)
    """
    x = numbers("branching_ratio.activity", activity)
    if bin_ms is not None:
        bin_ms = checks.number("branching_ratio.bin_ms", bin_ms, low=0.0, open_low=True)
    k_max = _lags(x, k_max)
    fit = _Fit(x, k_max, bool(offset))
    m, b, c, r = fit.all_bins()
    decays = m > _LEAST
    comparison = against(
        "branching_ratio", null, "series", x[:, None], fit.length, fit.length(x), "greater"
    )
    details = {"naive": float(fit.raw[0]), "b": b} | ({"c": c} if offset else {})
    details["explained"] = fit.explained(m, b, c, r)
    if bin_ms is not None:
        details["tau_ms"] = bin_ms * _timescale(m if decays else 0.0)
    return Result(
        value=m if decays else 0.0,
        unit="1",
        interval=clipped(t_interval(m, fit.error(), _BLOCKS - 1), m, low=0.0) if decays else None,
        null=comparison.null,
        p=comparison.p,
        measure="branching_ratio",
        method=f"95 %, jackknife over {_BLOCKS} blocks in time",
        details=details | {"bins": len(x)} | dict(comparison.details),
        arrays={"slopes": r, **comparison.arrays},
    )


class _Fit:
    """Slopes of one record and their exponential, of all its bins and without one block each."""

    def __init__(self, x: Floats, k_max: int, offset: bool) -> None:
        self.offset = offset
        self.decays = np.exp(-1.0 / np.geomspace(0.2, 20.0 * k_max, 40))
        self.all = np.append(self.decays, np.exp(1.0 / np.geomspace(20.0 * k_max, 1.0, 15)))
        self.k = np.arange(1.0, k_max + 1.0)
        self.moments = kernels.block_moments(x - x.mean(), k_max, _BLOCKS)
        self.totals = [moment.sum(axis=0) for moment in self.moments]
        self.raw = kernels.slopes(*self.totals)

    def all_bins(self) -> tuple[float, float, float, Floats]:
        """m, b, c and the slopes freed of their bias."""
        return self._fitted(self.raw, self.totals[0][0])

    def explained(self, m: float, b: float, c: float, r: Floats) -> float:
        """The share of the sum of squares of r (around c) that the exponential makes up."""
        rest, total = r - c - b * m**self.k, r - c
        return max(0.0, 1.0 - float(rest @ rest) / max(float(total @ total), 1e-300))

    def error(self) -> float:
        """Jackknife standard error of m over blocks."""
        left_out = []
        for block in range(_BLOCKS):
            rest = [
                total - part[block] for total, part in zip(self.totals, self.moments, strict=True)
            ]
            left_out.append(self._fitted(kernels.slopes(*rest), rest[0][0])[0])
        return float(np.var(left_out) * (_BLOCKS - 1)) ** 0.5

    def length(self, series: Floats) -> float:
        """Length of a series' slopes, bias and all, along the best exponential; may be negative."""
        x = series.ravel()
        own, products, later = kernels.block_moments(x - x.mean(), len(self.k), 1)
        r = kernels.slopes(own[0], products[0], later[0])
        return float(self._exponential(r)[3])

    def _exponential(self, r: Floats) -> tuple[float, float, float, float]:
        # Of activity that does not grow, no slope is above 1, and what m > 1 fits is noise.
        grid = self.all if r.max() > 1.0 else self.decays
        found: tuple[float, float, float, float] = kernels.exponential(r, grid, self.offset)
        return found

    def _fitted(self, raw: Floats, bins: float) -> tuple[float, float, float, Floats]:
        r = raw
        m, b, c, _ = self._exponential(r)
        for _ in range(3):  # the bias depends on m and b, but weakly
            if 0.0 < m < 1.0 and 20.0 * _timescale(m) < bins:
                r = raw + _shortfall(m, b, self.k, bins)
                m, b, c, _ = self._exponential(r)
        return m, b, c, r


def _shortfall(m: float, b: float, k: Floats, bins: float) -> Floats:
    """(k_max,) by how much slopes over a finite record fall short of r_k = b m^k.

    The first part is that of the mean, estimated from the same bins; the second that of a ratio,
    of the covariance with lag k to the variance.
    """
    r, rest = b * m**k, b * b * m * m / (1.0 - m * m)
    mean = (1.0 + 2.0 * b * m / (1.0 - m)) * (1.0 - r)
    crossed = 2.0 * r + 2.0 * rest * m**k + (k - 1.0) * b * r
    return (mean + 2.0 * crossed - 2.0 * r * (1.0 + 2.0 * rest)) / bins


def _timescale(m: float) -> float:
    """Bins in which activity falls to 1 / e."""
    if m <= 0.0:
        return 0.0
    return -1.0 / math.log(m) if m < 1.0 else math.inf


def _lags(x: Floats, k_max: int) -> int:
    """k_max, given that the record varies and is long enough for it."""
    name = "branching_ratio.activity"
    if len(x) < 20:
        raise ParameterError(f"{name} has {len(x)} bins; use 20 or more, and better thousands.")
    k_max = checks.whole("branching_ratio.k_max", k_max, low=2, high=2**31 - 1)
    if 10 * k_max > len(x):
        raise ParameterError(
            f"branching_ratio.k_max = {k_max} is not allowed; use at most {len(x) // 10}, a tenth "
            f"of the {len(x)} bins."
        )
    used = x[: len(x) - k_max]
    if np.ptp(used) <= 1e-12 * np.abs(used).max():
        what = "0" if used[0] == 0.0 else f"{used[0]:g}"
        raise ParameterError(
            f"{name} = {what} throughout, so there is nothing to carry over from bin to bin; use "
            "activity that varies."
        )
    return k_max
