"""Calibration of `perturbational_complexity_lz`: no response, and a known pattern in noise."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.perturbational_complexity_lz import perturbational_complexity_lz as measure
from hal9lib.result import Result

_TIMES, _UNITS, _TRIALS = 40, 20, 20
#: Which point responds: each with chance 0.4, of a pattern that is as complex as most of its kind.
_PATTERN = np.random.Generator(np.random.Philox(key=2)).random((_TIMES, _UNITS)) < 0.4
_HEIGHT = 2.1
#: Of `_PATTERN` itself, which endless trials would find whole (a test computes it anew).
_TRUTH = 0.9499248759590971


def perturbational_complexity_lz() -> Calibration:
    """The value planted is that of the pattern of points that respond."""
    return Calibration(
        noise=_noise,
        noise_as="20 + 20 trials of white noise, 40 times, 20 units",
        planted=_planted,
        truth=_TRUTH,
        planted_as="20 + 20 trials, 40 times, 20 units; white noise of sd 1, 2.1 added where a "
        "random pattern of 40 % responds",
        large=_large,
        large_as="60 regions, 300 times, 20 + 20 trials",
        not_asked={
            "uniform": "without a response the value is 0 in 99 of 100 draws, so p is 1 there: "
            "often larger than uniform, never smaller"
        },
    )


def _noise(generator: Generator) -> Result:
    return _measured(generator, 0.0)


def _planted(generator: Generator, _with_null: bool) -> Result:
    return _measured(generator, _HEIGHT)


def _measured(generator: Generator, height: float) -> Result:
    seed = int(generator.integers(2**63))
    response = generator.normal(size=(_TRIALS, _TIMES, _UNITS)) + height * _PATTERN
    return measure(response, generator.normal(size=(_TRIALS, _TIMES, _UNITS)), seed=seed)


def _large(generator: Generator) -> Callable[[], Result]:
    response = generator.normal(size=(20, 300, 60))
    response[:, 50:150, ::2] += 2.0
    baseline = generator.normal(size=(20, 300, 60))
    return lambda: measure(response, baseline)
