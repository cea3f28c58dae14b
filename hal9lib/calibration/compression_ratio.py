"""Calibration of `compression_ratio`: layers that are alike, and dimensions that halve."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.compression_ratio import compression_ratio as measure
from hal9lib.nulls.layer_permutation import layer_permutation
from hal9lib.result import Result

_UNITS = 12
_SIGNALS = (12, 6, 3)
_NOISE = 0.02
_LAYERS = np.repeat(np.arange(3), _UNITS)


def compression_ratio() -> Calibration:
    """By dimension. The noise in every unit makes the truth a little less than 2."""
    return Calibration(
        noise=_noise,
        noise_as="3 layers of 8 independent units, 60 times; 10 blocks",
        planted=_planted,
        truth=float((_dimension(_SIGNALS[0]) / _dimension(_SIGNALS[-1])) ** 0.5),
        planted_as="3 layers of 12 units that mix 12, 6 and 3 independent signals, each unit with "
        "noise of 2 % of a signal's variance, 200 times; 10 blocks",
        large=_large,
        large_as="4 layers of 60,000, 25,000, 10,000 and 5,000 units, 200 times",
    )


def _dimension(signals: int) -> float:
    variances = np.full(_UNITS, _NOISE)
    variances[:signals] += 1.0
    return float(variances.sum() ** 2 / (variances**2).sum())


def _noise(generator: Generator) -> Result:
    series = generator.normal(size=(60, 24))
    return _measured(generator, np.repeat(np.arange(3), 8), series, True)


def _planted(generator: Generator, with_null: bool) -> Result:
    series = np.hstack([_mixed(generator, signals) for signals in _SIGNALS])
    return _measured(generator, _LAYERS, series, with_null)


def _mixed(generator: Generator, signals: int) -> NDArray[np.float64]:
    rotation = np.linalg.qr(generator.normal(size=(_UNITS, _UNITS)))[0][:signals]
    noise = _NOISE**0.5 * generator.normal(size=(200, _UNITS))
    return generator.normal(size=(200, signals)) @ rotation + noise


def _measured(
    generator: Generator, layers: NDArray[np.int64], series: NDArray[np.float64], with_null: bool
) -> Result:
    null = layer_permutation(seed=int(generator.integers(2**32))) if with_null else None
    return measure(layers, series, blocks=10, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    layers = np.repeat(np.arange(4), [60_000, 25_000, 10_000, 5_000])
    series = generator.normal(size=(200, 100_000))
    return lambda: measure(layers, series)
