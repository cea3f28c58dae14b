"""Symbols as measures of compression read them: one after another, numbered without gaps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import symbols
from hal9lib.errors import ParameterError


@dataclass(frozen=True)
class Sequence:
    """Symbols in the order they are read.

    Attributes
    ----------
    codes : (symbols,) from 0 to alphabet - 1. alphabet : how many different ones occur, at least 2.
    """

    codes: NDArray[np.int64]
    alphabet: int


def sequence(name: str, values: ArrayLike, most: int) -> Sequence:
    """Checked symbols, a raster (times, units) read row by row: all units of a time, then the next.

    >>> sequence("lempel_ziv.symbols", [[7, 5], [5, 9]], 100)
    Sequence(codes=array([1, 0, 0, 2]), alphabet=3)
    """
    values = values if isinstance(values, np.ndarray) else _as_array(values)
    if values.size > most:
        raise ParameterError(
            f"{name} has {values.size:,} symbols, which is not allowed; use {most:,} at most."
        )
    codes = symbols(name, values, dimensions=2 if values.ndim == 2 else 1).ravel()
    if len(codes) < 2:
        raise ParameterError(f"{name} has {len(codes)} symbols; use 2 or more.")
    return numbered(codes)


def numbered(codes: NDArray[np.int64]) -> Sequence:
    """The same symbols as 0, 1, 2, … in the order of their size."""
    small = codes.max() < 2**20  # then counting is faster than sorting
    used = np.flatnonzero(np.bincount(codes)) if small else np.unique(codes)
    if used[-1] >= len(used):
        codes = np.searchsorted(used, codes)
    return Sequence(codes, max(2, len(used)))


def as_series(values: ArrayLike, read: Sequence) -> NDArray[np.int64]:
    """The codes as a series (times, units), which nulls draw surrogates of; a list is one unit."""
    shape = np.shape(values) if np.ndim(values) == 2 else (len(read.codes), 1)
    return read.codes.reshape(shape)


def from_series(measure: str, series: NDArray[Any], alphabet: int) -> NDArray[np.int64]:
    """The codes of a surrogate, refused where a null model makes other symbols than there were."""
    codes = series.ravel().astype(np.int64)
    if (codes != series.ravel()).any() or codes.min() < 0 or codes.max() >= alphabet:
        raise ParameterError(
            f"{measure}.null makes other symbols than it was given; "
            "use one that moves them, such as permuted_times."
        )
    return codes


def _as_array(values: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:  # rows of unequal length; the check of symbols says so
        return np.asarray(values, dtype=object)
