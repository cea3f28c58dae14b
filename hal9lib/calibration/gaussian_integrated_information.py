"""Calibration of `gaussian_integrated_information`: units alone, and two pairs weakly linked."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.gaussian_integrated_information import (
    gaussian_integrated_information as measure,
)
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_LINKS = np.array([[0.5, 0.3, 0, 0], [0.2, 0.4, 0.35, 0], [0, 0.05, 0.5, 0.3], [0, 0, 0.2, 0.5]])
#: Of `_LINKS`, from its covariance by the discrete Lyapunov equation (a test computes it anew).
_TRUTH_BITS = 0.098902792326531


def gaussian_integrated_information() -> Calibration:
    """The value planted is that of the linear system's exact covariance."""
    return Calibration(
        noise=_noise,
        noise_as="3 independent units, x' = 0.5 x + noise, 300 times",
        planted=_planted,
        truth=_TRUTH_BITS,
        planted_as="4 units, x' = A x + noise of variance 1, two pairs linked by 0.35 and 0.05, "
        "1,000 times",
        large=_large,
        large_as="16 regions, the most it takes, 20,000 times",
    )


def _noise(generator: Generator) -> Result:
    seed = int(generator.integers(2**63))
    series = _linear(generator, 0.5 * np.eye(3), 300)
    return measure(series, null=shifted_series(seed=seed))


def _planted(generator: Generator, with_null: bool) -> Result:
    seed = int(generator.integers(2**63))
    series = _linear(generator, _LINKS, 1_000)
    return measure(series, null=shifted_series(seed=seed) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(size=(20_000, 16))
    return lambda: measure(series)


def _linear(generator: Generator, a: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """(times, units) of x' = a x + noise of variance 1, after 100 steps."""
    noise = generator.normal(size=(times + 100, len(a)))
    series = np.zeros_like(noise)
    for t in range(1, len(noise)):
        series[t] = a @ series[t - 1] + noise[t]
    return series[100:]
