"""Calibration of `neural_complexity`: independent units, and units with a common drive."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.calibration._groups import driven_units, gaussian_units
from hal9lib.measures.neural_complexity import neural_complexity as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_UNITS, _CORRELATION = 5, 0.3


def neural_complexity() -> Calibration:
    """Its closed form: ``|R_k| = (1 - r)^(k - 1) (1 + (k - 1) r)`` where pairs correlate by r."""
    return Calibration(
        noise=_noise,
        noise_as="5 independent Gaussian units that remember (correlation 0.5 a step), 300 times; "
        "against shifted_series",
        planted=_planted,
        truth=_truth_bits(),
        planted_as="5 such units, each pair correlated by 0.3, 800 times",
        large=_large,
        large_as="500 units, the largest number it takes, 1,000 times, 100 orders",
    )


def _truth_bits() -> float:
    sizes = np.arange(_UNITS + 1.0)
    log_det = (sizes - 1.0) * np.log(1.0 - _CORRELATION) + np.log1p((sizes - 1.0) * _CORRELATION)
    means = log_det[1:-1] - sizes[1:-1] / _UNITS * log_det[-1]
    return float(means.sum() / 2.0 / np.log(2.0))


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(gaussian_units(generator, 300, _UNITS), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(driven_units(generator, 800, _UNITS, _CORRELATION), null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(size=(1_000, 500))
    return lambda: measure(series)
