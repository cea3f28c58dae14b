"""Calibration of `effective_dimension`: independent units, and few signals in many of them."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.effective_dimension import effective_dimension as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

#: Variances along 16 directions: (sum)^2 / sum of squares = 100 / 19.6.
_VARIANCES = np.array([4.0, *[0.8] * 5, *[0.2] * 10])
_TIMES = 100


def effective_dimension() -> Calibration:
    """The planted units are the directions turned at random, so all of them mix the signals."""
    return Calibration(
        noise=_noise,
        noise_as="16 independent units with variances from 0.5 to 2, 100 times; 10 blocks",
        planted=_planted,
        truth=float(_VARIANCES.sum() ** 2 / (_VARIANCES**2).sum()),
        planted_as="16 units, 100 times: 1 signal of variance 4, 5 of 0.8 and 10 of 0.2, mixed by "
        "a random rotation; 10 blocks",
        large=_large,
        large_as="100,000 units at 200 times",
    )


def _noise(generator: Generator) -> Result:
    series = generator.normal(size=(_TIMES, 16)) * np.linspace(0.5, 2.0, 16) ** 0.5
    return measure(series, blocks=10, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    signals = generator.normal(size=(_TIMES, 16)) * _VARIANCES**0.5
    rotation = np.linalg.qr(generator.normal(size=(16, 16)))[0]
    return measure(signals @ rotation, blocks=10, null=_null(generator) if with_null else None)


def _null(generator: Generator) -> Null:
    return permuted_times(seed=int(generator.integers(2**32)))


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(size=(200, 100_000))
    return lambda: measure(series)
