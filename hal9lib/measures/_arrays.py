"""What measures share: arrays that are checked once, and an interval for a mean."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.errors import Hal9Error, ParameterError

LEVEL = 0.95


def numbers(name: str, values: ArrayLike, *, above_zero: bool = False) -> NDArray[np.float64]:
    """`values` as a float array of one dimension, finite throughout.

    >>> numbers("isi_cv.spike_times_ms", [1.0, float("nan")])
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: isi_cv.spike_times_ms[1] = nan is not allowed; \
use finite numbers.
    """
    allowed = "finite numbers above 0" if above_zero else "finite numbers"
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError) as problem:
        raise ParameterError(
            f"{name} = {values!r} is not allowed; use a list of {allowed}."
        ) from problem
    if array.ndim != 1:
        raise ParameterError(
            f"{name} has shape {array.shape}, which is not allowed; use one dimension."
        )
    bad = ~np.isfinite(array) | (array <= 0.0 if above_zero else False)
    if bad.any():
        where = int(np.argmax(bad))
        raise ParameterError(f"{name}[{where}] = {array[where]:g} is not allowed; use {allowed}.")
    return array


def as_many(name: str, values: NDArray[Any], other_name: str, others: NDArray[Any]) -> None:
    """Raise ParameterError unless two arrays have the same length."""
    if len(values) != len(others):
        raise ParameterError(
            f"{name} has {len(values)} values and {other_name} has {len(others)}; use as many."
        )


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % t interval of the mean of two or more independent values."""
    mean = float(values.mean())
    half = t_quantile(len(values) - 1) * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean - half, mean + half


def t_quantile(freedom: int) -> float:
    """How many standard errors lie on either side of a 95 % interval, given the freedom left."""
    try:
        from scipy.stats import t
    except ImportError as problem:  # the library alone comes without scipy
        raise Hal9Error("intervals need scipy; type: pip install 'hal9lib[notebook]'") from problem
    return float(t.ppf(0.5 + LEVEL / 2.0, freedom))
