"""Checks of whole arrays, so that every refusal names the array, the place and what is allowed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.errors import ParameterError


def numbers(name: str, values: ArrayLike, *, above_zero: bool = False) -> NDArray[np.float64]:
    """`values` as a float array of one dimension, finite throughout.

    >>> numbers("isi_cv.spike_times_ms", [1.0, float("nan")])
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: isi_cv.spike_times_ms[1] = nan is not allowed; \
use finite numbers.
    """
    return _finite(name, values, 1, "a list of", above_zero)


def matrix(
    name: str, values: ArrayLike, *, rows: str, columns: str, least: tuple[int, int] = (1, 1)
) -> NDArray[np.float64]:
    """`values` as a finite float array of two dimensions with at least `least` rows and columns.

    >>> matrix("x.series", [[1.0, 2.0]], rows="times", columns="units", least=(2, 1))
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: x.series has shape (1, 2), which is not allowed; \
use (times, units) with at least 2 times and 1 units.
    """
    array = _finite(name, values, 2, f"an array ({rows}, {columns}) of", False)
    if array.shape[0] < least[0] or array.shape[1] < least[1]:
        raise ParameterError(
            f"{name} has shape {array.shape}, which is not allowed; use ({rows}, {columns}) "
            f"with at least {least[0]:,} {rows} and {least[1]:,} {columns}."
        )
    return array


def block(
    name: str, values: ArrayLike, *, axes: tuple[str, str, str], least: tuple[int, int, int]
) -> NDArray[np.float64]:
    """`values` as a finite float array of three dimensions with at least `least` along each.

    >>> block("x.response", [[[1.0]]], axes=("trials", "times", "units"), least=(2, 1, 1))
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: x.response has shape (1, 1, 1), which is not allowed; \
use (trials, times, units) with at least 2 trials, 1 times and 1 units.
    """
    array = _finite(name, values, 3, f"an array ({', '.join(axes)}) of", False)
    if any(size < low for size, low in zip(array.shape, least, strict=True)):
        sizes = [f"{low:,} {axis}" for low, axis in zip(least, axes, strict=True)]
        raise ParameterError(
            f"{name} has shape {array.shape}, which is not allowed; use ({', '.join(axes)}) "
            f"with at least {sizes[0]}, {sizes[1]} and {sizes[2]}."
        )
    return array


def symbols(
    name: str, values: ArrayLike, *, dimensions: int = 1, low: int = 0, high: int = 2**31 - 1
) -> NDArray[np.int64]:
    """`values` as whole numbers from `low` to `high`; 3.0 and True pass, 3.5 does not.

    >>> symbols("lempel_ziv.symbols", [0, 1, 1.5])
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: lempel_ziv.symbols[2] = 1.5 is not allowed; \
use whole numbers from 0 to 2,147,483,647.
    """
    array = _finite(name, values, dimensions, "a list of", False)
    bad = (array != np.floor(array)) | (array < low) | (array > high)
    if bad.any():
        raise _refusal(name, array, bad, f"whole numbers from {low:,} to {high:,}")
    return array.astype(np.int64)


def as_many(name: str, values: NDArray[Any], other_name: str, others: NDArray[Any]) -> None:
    """Raise ParameterError unless two arrays have the same length."""
    if len(values) != len(others):
        raise ParameterError(
            f"{name} has {len(values)} values and {other_name} has {len(others)}; use as many."
        )


def one_of(name: str, value: Any, allowed: Mapping[str, Any] | tuple[str, ...]) -> str:
    """`value` if it is one of the words allowed.

    >>> one_of("shuffled_spikes.of", "neuron", ("intervals", "neurons"))
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: shuffled_spikes.of = 'neuron' is not allowed; \
use 'intervals' or 'neurons'.
    """
    if not isinstance(value, str) or value not in allowed:
        words = [repr(word) for word in allowed]
        text = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
        raise ParameterError(f"{name} = {value!r} is not allowed; use {text}.")
    return value


def _finite(
    name: str, values: ArrayLike, dimensions: int, kind: str, above_zero: bool
) -> NDArray[np.float64]:
    allowed = "finite numbers above 0" if above_zero else "finite numbers"
    try:
        raw = np.asarray(values)
        if np.iscomplexobj(raw):
            raise TypeError("complex numbers")
        array = raw.astype(np.float64, copy=False)
    except (TypeError, ValueError) as problem:
        raise ParameterError(f"{name} = {values!r} is not allowed; use {kind} {allowed}.") from (
            problem
        )
    if array.ndim != dimensions:
        many = ("one dimension", "two dimensions", "three dimensions")[dimensions - 1]
        raise ParameterError(f"{name} has shape {array.shape}, which is not allowed; use {many}.")
    bad = ~np.isfinite(array) | (array <= 0.0 if above_zero else False)
    if bad.any():
        raise _refusal(name, array, bad, allowed)
    return array


def _refusal(
    name: str, array: NDArray[Any], bad: NDArray[np.bool_], allowed: str
) -> ParameterError:
    """What to raise for the first place where `bad` is true."""
    where = tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), bad.shape))
    place = ", ".join(str(index) for index in where)
    return ParameterError(f"{name}[{place}] = {array[where]:g} is not allowed; use {allowed}.")
