"""Calibration of `lempel_ziv`: shuffled symbols, and a coin that remembers its last throw."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.lempel_ziv import lempel_ziv as measure
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_FLIP = 0.1
_SYMBOLS = 2_000


def lempel_ziv() -> Calibration:
    """At a finite length it lies above the entropy rate, 0.4690 here, so the truth is a mean."""
    return Calibration(
        noise=_noise,
        noise_as="2,000 independent symbols, one in three a 1",
        planted=_planted,
        truth=0.4877,
        planted_as="2,000 binary symbols, each differs from the last with probability 0.1; the "
        "truth is the mean of 100,000 such sequences (the entropy rate is 0.4690)",
        large=_large,
        large_as="100,000 neurons at 100 times, 1e7 binary symbols",
        not_asked={"uniform": "a count of phrases has ties, which make p too large"},
    )


def _noise(generator: Generator) -> Result:
    return _against_shuffled(generator, (generator.random(_SYMBOLS) < 1.0 / 3.0).astype(int))


def _planted(generator: Generator, with_null: bool) -> Result:
    symbols = _remembering(generator, _SYMBOLS)
    return _against_shuffled(generator, symbols) if with_null else measure(symbols)


def _against_shuffled(generator: Generator, symbols: NDArray[np.int64]) -> Result:
    return measure(symbols, null=permuted_times(seed=int(generator.integers(2**32))))


def _remembering(generator: Generator, length: int) -> NDArray[np.int64]:
    return np.cumsum(generator.random(length) < _FLIP) % 2


def _large(generator: Generator) -> Callable[[], Result]:
    raster = (generator.random((100, 100_000)) < 0.1).astype(np.int8)
    return lambda: measure(raster)
