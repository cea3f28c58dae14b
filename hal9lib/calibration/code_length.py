"""Calibration of `code_length`: shuffled symbols, and a coin that remembers its last throw."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.code_length import code_length as measure
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_FLIP = 0.1
_DEPTH = 3


def code_length() -> Calibration:
    """The truth is the entropy rate; a code is longer by some 13 bits of 2,000 symbols."""
    return Calibration(
        noise=_noise,
        noise_as="500 independent symbols, one in three a 1; depth 3",
        planted=_planted,
        truth=float(-_FLIP * np.log2(_FLIP) - (1.0 - _FLIP) * np.log2(1.0 - _FLIP)),
        planted_as="2,000 binary symbols, each differs from the last with probability 0.1; depth 3",
        large=_large,
        large_as="100,000 neurons at 100 times, 1e7 binary symbols; depth 8",
    )


def _noise(generator: Generator) -> Result:
    return _against_shuffled(generator, (generator.random(500) < 1.0 / 3.0).astype(int))


def _planted(generator: Generator, with_null: bool) -> Result:
    symbols = np.cumsum(generator.random(2_000) < _FLIP) % 2
    if with_null:
        return _against_shuffled(generator, symbols)
    return measure(symbols, depth=_DEPTH)


def _against_shuffled(generator: Generator, symbols: NDArray[np.int64]) -> Result:
    null = permuted_times(seed=int(generator.integers(2**32)))
    return measure(symbols, depth=_DEPTH, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    raster = (generator.random((100, 100_000)) < 0.1).astype(np.int8)
    return lambda: measure(raster)
