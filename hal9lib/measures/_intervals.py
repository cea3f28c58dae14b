"""Intervals: of a mean, over blocks in time, by the jackknife. The level is 95 % throughout."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.extras import needs

LEVEL = 0.95
#: Standard errors on either side of a 95 % interval of a normal estimate.
NORMAL_QUANTILE = 1.959963984540054


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % t interval of the mean of two or more independent values."""
    return t_interval(float(values.mean()), standard_error(values), len(values) - 1)


def standard_error(values: NDArray[np.float64]) -> float:
    """Standard error of the mean of independent values."""
    return float(values.std(ddof=1)) / len(values) ** 0.5


def t_interval(value: float, error: float, freedom: int) -> tuple[float, float]:
    """`value` ± the 95 % quantile of t times its standard error."""
    half = t_quantile(freedom) * error
    return value - half, value + half


def t_quantile(freedom: int) -> float:
    """How many standard errors lie on either side of a 95 % interval, given the freedom left."""
    return float(needs("scipy.stats", "an interval").t.ppf(0.5 + LEVEL / 2.0, freedom))


def jackknife(
    estimate: Callable[[NDArray[np.intp]], float], samples: int
) -> tuple[float, float, float]:
    """(value, value less its bias, standard error) by leaving out one sample at a time.

    `estimate` takes the numbers of the samples kept. Source: Efron & Stein 1981,
    doi:10.1214/aos/1176345462. For smooth statistics of independent samples only.
    """
    everyone = np.arange(samples)
    value = estimate(everyone)
    left_out = np.array([estimate(np.delete(everyone, k)) for k in everyone])
    spread = left_out - left_out.mean()
    error = float((samples - 1) / samples * (spread @ spread)) ** 0.5
    corrected = samples * value - (samples - 1) * float(left_out.mean())
    return value, corrected, error


def wilson(share: float, count: float, quantile: float = NORMAL_QUANTILE) -> tuple[float, float]:
    """The 95 % interval of a share of `count` independent trials, also at 0 and 1.

    `quantile` is that of t where the count is itself an estimate.
    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    q = quantile**2 / count
    middle = (share + q / 2.0) / (1.0 + q)
    half = (q * share * (1.0 - share) + q * q / 4.0) ** 0.5 / (1.0 + q)
    return clipped((middle - half, middle + half), share, 0.0, 1.0)


def clipped(
    interval: tuple[float, float], value: float, low: float = -np.inf, high: float = np.inf
) -> tuple[float, float]:
    """An interval cut to the values that are possible, and still around `value`."""
    return min(value, max(low, interval[0])), max(value, min(high, interval[1]))
