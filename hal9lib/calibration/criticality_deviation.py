"""Calibration of `criticality_deviation`: the scaling relation, kept and broken."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.criticality_deviation import criticality_deviation as measure
from hal9lib.result import Result

_GAMMA = 2.0
#: From this duration on (over the shortest), durations fall off faster where the relation breaks.
_BEND = 4.0


def criticality_deviation() -> Calibration:
    """Its p speaks against the relation, so noise keeps it: an alarm is criticality refused."""
    return Calibration(
        noise=_noise,
        noise_as="2,000 avalanches with alpha 2, gamma 2 and tau 1.5, which keep the relation",
        planted=_planted,
        truth=_GAMMA - (2.0 - 1.0) * _GAMMA / (2.5 - 1.0),
        planted_as="8,000 avalanches, gamma 2, durations of exponent 2 up to a bend and of 2.5 "
        "beyond, looked at below it and sizes above it: deviation 0.667",
        large=_large,
        large_as="1,000,000 avalanches, as of 100,000 neurons in 10,000,000 bins",
    )


def _noise(generator: Generator) -> Result:
    return measure(
        *_avalanches(generator, 2_000, np.inf), size_cuts=(300, None), duration_cuts=(30, None)
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    lowest = int(300 * _BEND**_GAMMA)
    return measure(
        *_avalanches(generator, 8_000, _BEND), size_cuts=(lowest, None), duration_cuts=(30, 78)
    )


def _large(generator: Generator) -> Callable[[], Result]:
    sizes, durations = _avalanches(generator, 1_000_000, np.inf)
    return lambda: measure(sizes, durations, size_cuts=(300, None), duration_cuts=(30, None))


def _avalanches(
    generator: Generator, many: int, bend: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(sizes, durations): 20 and 100 times those of the shortest, sizes within 30 % of T^gamma."""
    length = 1.0 / generator.random(many)
    beyond = length > bend
    length[beyond] = bend * (length[beyond] / bend) ** (1.0 / 1.5)
    around = generator.lognormal(-0.045, 0.3, many)
    sizes, durations = np.rint(100.0 * length**_GAMMA * around), np.rint(20.0 * length)
    usable = (sizes < 2.0**53) & (durations < 2.0**31)
    return sizes[usable], durations[usable]
