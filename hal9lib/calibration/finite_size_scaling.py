"""Calibration of `finite_size_scaling`: no effect of size, and an exactly solved magnet."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.extras import needs
from hal9lib.measures.finite_size_scaling import finite_size_scaling as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.layer_permutation import layer_permutation
from hal9lib.result import Result

_SIZES = (1_000, 4_000, 16_000, 64_000)


def finite_size_scaling() -> Calibration:
    """Against sizes dealt out anew among the samples."""
    return Calibration(
        noise=_noise,
        noise_as="Gaussian order parameter whatever the size, 4 sizes, 30 samples each",
        planted=_planted,
        truth=-0.25,
        planted_as="Curie and Weiss's magnet at its critical point, exactly enumerated: 1,000, "
        "4,000, 16,000 and 64,000 units, 200 independent states each",
        large=_large,
        large_as="1,000,000 samples of 10 sizes up to 100,000 units",
    )


def _noise(generator: Generator) -> Result:
    return measure(np.repeat(_SIZES, 30), generator.normal(size=120), null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    states = [_states(size, generator.random(200)) for size in _SIZES]
    sizes = np.repeat(_SIZES, 200)
    return measure(sizes, np.concatenate(states), null=_null(generator) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    sizes = np.repeat(np.arange(10_000, 100_001, 10_000), 100_000)
    order_parameter = generator.normal(size=1_000_000) * sizes**-0.25
    return lambda: measure(sizes, order_parameter)


def _null(generator: Generator) -> Null:
    return layer_permutation(seed=int(generator.integers(2**32)), progress=False)


def _states(size: int, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The magnetisations at these quantiles of the exact distribution."""
    return 2.0 * np.searchsorted(_cumulative(size), u) / size - 1.0


@cache
def _cumulative(size: int) -> NDArray[np.float64]:
    """(size + 1,) the chance of at most so many units up, at the critical coupling 1."""
    log_factorial = needs("scipy.special", "a calibration").gammaln
    up = np.arange(size + 1)
    m = 2.0 * up / size - 1.0
    log_share = 0.5 * size * m**2 - log_factorial(up + 1) - log_factorial(size - up + 1)
    share = np.exp(log_share - log_share.max())
    cumulative: NDArray[np.float64] = np.cumsum(share) / share.sum()
    return cumulative
