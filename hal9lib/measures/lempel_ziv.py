"""Lempel-Ziv complexity: how many phrases a sequence falls into (doi:10.1109/TIT.1976.1055501).

Counted as Kaspar & Schuster 1987 do (doi:10.1103/PhysRevA.36.842).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.measures._against import against
from hal9lib.measures._intervals import clipped, standard_error, t_interval
from hal9lib.measures._lempel_ziv_kernels import parse_large, parse_small
from hal9lib.measures._symbol_sequences import as_series, from_series, sequence
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: The most symbols: beyond, the automaton takes more than 3 GB.
_MOST = 50_000_000
#: Up to this alphabet a state holds a transition for each symbol, which is faster.
_SMALL_ALPHABET = 8
_BATCHES = 20


def lempel_ziv(symbols: ArrayLike, *, null: Null | None = None) -> Result:
    """Normalised phrase count ``c log_b(n) / n`` of n symbols (doi:10.1109/TIT.1976.1055501).

    From left to right, each phrase is the shortest piece that has not occurred before, where
    "before" may overlap the piece itself; a rest at the end counts. b is the number of different
    symbols, at least 2.

    Parameters
    ----------
    symbols : (symbols,) whole numbers from 0, or a raster (times, units), which is read row by row:
        all units of the first time, then of the next.
    null : a null model of series; p is the chance of as small a complexity under it.
        ``permuted_times`` of one sequence keeps how often each symbol occurs, and no order.

    Returns
    -------
    Result without a unit. The interval is for sequences of the same length from the same source:
    20 runs of consecutive phrases, each phrase measured against the logarithm of its place. None
    below 40 phrases. ``details`` holds ``phrases`` (c), ``symbols`` (n) and ``alphabet`` (b);
    ``arrays["phrase_ends"]`` where each phrase ends.

    Raises
    ------
    ParameterError : fewer than 2 or more than 50,000,000 symbols, or one that is no whole number
        from 0.

    Notes
    -----
    Known values: 0001101001000101 is 0·001·10·100·1000·101, 6 phrases (Lempel & Ziv's example);
    n equal symbols are 2 phrases. Cost: linear; at 1e7 symbols (100,000 neurons at 100 times) 2 s
    and 0.6 GB where binary, 4 s and 0.8 GB for 4 symbols; 8 (b + 2) bytes a symbol up to b = 8,
    60 bytes beyond, where a symbol takes longer the larger the alphabet (1e6 of 256: 5 s).
    For a stationary source it tends to the entropy rate over ``log2 b``, but slowly: fair coins
    give 1.06 at n = 1,000, 1.037 at 4,096, 1.012 at 1e6; 256 equally likely symbols 0.73, 0.77 and
    0.84. Compare equal lengths and alphabets only.
    An order of the units that means nothing makes a raster's value mean less.

    Examples
    --------
    0·001·10·100·1000·101, and ``6 log2(16) / 16 = 1.5``:

    >>> lempel_ziv([int(symbol) for symbol in "0001101001000101"])
    lempel_ziv: 1.5; phrases 6, symbols 16, alphabet 2
    """
    read = sequence("lempel_ziv.symbols", symbols, _MOST)
    n, b = len(read.codes), read.alphabet
    ends = _phrase_ends(read.codes, b)
    scale = math.log(n) / math.log(b) / n
    value = len(ends) * scale

    def statistic(series: NDArray[Any]) -> float:
        return len(_phrase_ends(from_series("lempel_ziv", series, b), b)) * scale

    data = as_series(symbols, read)
    beside = against("lempel_ziv", null, "series", data, statistic, value, "less")
    return Result(
        value=value,
        unit="1",
        interval=_interval(ends, value),
        null=beside.null,
        p=beside.p,
        measure="lempel_ziv",
        method=f"95 % t, {_BATCHES} runs of phrases",
        details={"phrases": len(ends), "symbols": n, "alphabet": b} | dict(beside.details),
        arrays={"phrase_ends": ends} | dict(beside.arrays),
    )


def _phrase_ends(codes: NDArray[np.int64], alphabet: int) -> NDArray[np.int64]:
    """(phrases,) how many symbols are read when each phrase ends."""
    ends = np.empty(len(codes), np.int64)
    small = alphabet <= _SMALL_ALPHABET
    phrases = parse_small(codes, alphabet, ends) if small else parse_large(codes, ends)
    return ends[:phrases].copy()


def _interval(ends: NDArray[np.int64], value: float) -> tuple[float, float] | None:
    """Phrases grow with the logarithm of what is known; around that their lengths vary."""
    if len(ends) < 2 * _BATCHES:
        return None
    lengths = np.diff(ends, prepend=0)
    expected = np.log(ends - lengths + 2.0)
    first = np.linspace(0, len(ends), _BATCHES, endpoint=False).astype(int)
    batches = np.add.reduceat(lengths, first) / np.add.reduceat(expected, first)
    error = value * standard_error(batches) / float(batches.mean())
    return clipped(t_interval(value, error, _BATCHES - 1), value, low=0.0)
