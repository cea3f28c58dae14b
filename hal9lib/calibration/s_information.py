"""Calibration of `s_information`: independent units, and units with a common drive."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.calibration._groups import driven_units, gaussian_units
from hal9lib.measures.s_information import s_information as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_UNITS, _CORRELATION = 4, 0.3


def s_information() -> Calibration:
    """Its closed form: each unit's share with the rest, ``-log2 (1 - R²) / 2``, four times."""
    return Calibration(
        noise=_noise,
        noise_as="4 independent Gaussian units that remember (correlation 0.5 a step), 300 times; "
        "against shifted_series",
        planted=_planted,
        truth=_truth_bits(),
        planted_as="4 such units, each pair correlated by 0.3, 800 times",
        large=_large,
        large_as="1,000 triplets of 100,000 neurons, 200 times",
    )


def _truth_bits() -> float:
    """R² of a unit on the three others is ``3 r² / (1 + 2 r)`` where all pairs correlate by r."""
    explained = 3.0 * _CORRELATION**2 / (1.0 + 2.0 * _CORRELATION)
    return -0.5 * _UNITS * float(np.log2(1.0 - explained))


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(gaussian_units(generator, 300, _UNITS), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(driven_units(generator, 800, _UNITS, _CORRELATION), null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(size=(200, 100_000))
    return lambda: measure(series, order=3)
