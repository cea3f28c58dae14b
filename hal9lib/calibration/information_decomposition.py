"""Calibration of `information_decomposition`: units alone, and a pair that turns about itself."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.information_decomposition import information_decomposition as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_LINKS = np.array([[0.6, 0.4], [-0.6, 0.3]])
#: Of `_LINKS`, from its covariance by the discrete Lyapunov equation (a test computes it anew).
_TRUTH_BITS = 0.16418515311058363


def information_decomposition() -> Calibration:
    """The atom from synergy to synergy, which shifted units have too, as its page says."""
    return Calibration(
        noise=_noise,
        noise_as="2 independent units, x' = 0.7 x and 0.4 x + noise, 300 times",
        planted=_planted,
        truth=_TRUTH_BITS,
        planted_as="2 units, x' = A x + noise of variance 1, A = ((0.6, 0.4), (-0.6, 0.3)), "
        "2,000 times",
        large=_large,
        large_as="64 regions in two groups, the most it takes, 20,000 times",
    )


def _noise(generator: Generator) -> Result:
    seed = int(generator.integers(2**63))
    series = _linear(generator, np.diag([0.7, 0.4]), 300)
    return measure(series, null=shifted_series(seed=seed))


def _planted(generator: Generator, with_null: bool) -> Result:
    seed = int(generator.integers(2**63))
    series = _linear(generator, _LINKS, 2_000)
    return measure(series, null=shifted_series(seed=seed) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.normal(size=(20_000, 64))
    return lambda: measure(series, groups=np.arange(64) % 2)


def _linear(generator: Generator, a: NDArray[np.float64], times: int) -> NDArray[np.float64]:
    """(times, units) of x' = a x + noise of variance 1, after 100 steps."""
    noise = generator.normal(size=(times + 100, len(a)))
    series = np.zeros_like(noise)
    for t in range(1, len(noise)):
        series[t] = a @ series[t - 1] + noise[t]
    return series[100:]
