"""Calibration of `synchrony_chi`: units that remember, each for itself, and a signal they share."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.extras import needs
from hal9lib.measures.synchrony_chi import synchrony_chi as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_MEMORY, _SHARED, _UNITS = 0.7, 0.1, 10


def synchrony_chi() -> Calibration:
    """Units with a memory of their own must not look synchronous for it."""
    return Calibration(
        noise=_noise,
        noise_as="5 independent units, 100 times, autocorrelation 0.7 from one to the next",
        planted=_planted,
        truth=(1.0 / _UNITS + (1.0 - 1.0 / _UNITS) * _SHARED) ** 0.5,
        planted_as="10 units, 1,000 times; a shared signal of autocorrelation 0.7 is 10 % of each "
        "one's variance, white noise the rest",
        large=_large,
        large_as="100,000 units, 200 times",
    )


def _remembering(generator: Generator, times: int, units: int) -> NDArray[np.float64]:
    """(times, units) of unit variance, each with the memory, started long before."""
    steps = generator.normal(0.0, (1.0 - _MEMORY**2) ** 0.5, (times + 50, units))
    lfilter = needs("scipy.signal", "a calibration").lfilter
    return lfilter([1.0], [1.0, -_MEMORY], steps, axis=0)[50:]


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(_remembering(generator, 100, 5), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    shared = _remembering(generator, 1_000, 1)
    own = generator.normal(0.0, 1.0, (1_000, _UNITS))
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(_SHARED**0.5 * shared + (1.0 - _SHARED) ** 0.5 * own, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(0.0, 1.0, (200, 100_000))
    return lambda: measure(series)
