"""Calibration of `perturbational_complexity_st`: no response, and two damped rhythms in noise."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.perturbational_complexity_st import perturbational_complexity_st as measure
from hal9lib.result import Result

_TIMES, _TRIALS = 30, 20
_STEPS = np.arange(_TIMES)
#: (times, units): what 4 units do after a stimulus, of two components.
_COURSE = np.outer(
    2.0 * np.exp(-_STEPS / 25.0) * np.sin(2.0 * np.pi * _STEPS / 11.0), [1.0, 0.8, -0.5, -0.8]
) + np.outer(
    2.0 * np.exp(-_STEPS / 15.0) * np.cos(2.0 * np.pi * _STEPS / 17.0), [0.5, -0.3, 0.8, -0.6]
)
_NOISE = 0.1
#: Of `_COURSE` itself against silence, what endless trials give (a test computes it anew).
_TRUTH = 13.466666666666667


def perturbational_complexity_st() -> Calibration:
    """The value planted is that of the course without noise."""
    return Calibration(
        noise=_noise,
        noise_as="20 + 20 trials of white noise, 30 times, 8 units",
        planted=_planted,
        truth=_TRUTH,
        planted_as="20 + 20 trials, 30 times, 4 units; two damped rhythms of height 2 in white "
        f"noise of sd {_NOISE}",
        large=_large,
        large_as="60 regions, 100 times, 20 + 20 trials",
    )


def _noise(generator: Generator) -> Result:
    seed = int(generator.integers(2**63))
    return measure(*generator.normal(size=(2, _TRIALS, _TIMES, 8)), seed=seed)


def _planted(generator: Generator, with_null: bool) -> Result:
    seed = int(generator.integers(2**63))
    response, baseline = _NOISE * generator.normal(size=(2, _TRIALS, _TIMES, 4))
    return measure(response + _COURSE, baseline, draws=999 if with_null else 0, seed=seed)


def _large(generator: Generator) -> Callable[[], Result]:
    response, baseline = generator.normal(size=(2, 20, 100, 60))
    response[:, 20:60, ::2] += 2.0
    return lambda: measure(response, baseline)
