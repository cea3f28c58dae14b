"""Calibration of `branching_ratio`: no memory, and a branching process of which a tenth is seen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.jit import kernel
from hal9lib.measures.branching_ratio import branching_ratio as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_M = 0.9


def branching_ratio() -> Calibration:
    """Against bins in another order, which leaves no memory."""
    return Calibration(
        noise=_noise,
        noise_as="Poisson counts, 400 bins, mean 5, without memory",
        planted=_planted,
        truth=_M,
        planted_as="branching process with immigration, m 0.9, mean 100, a tenth of its spikes "
        "seen, 10,000 bins; p of 1,000 bins; 30 lags",
        large=_large,
        large_as="the activity of 100,000 neurons in 1,000,000 bins, 100 lags",
    )


def _noise(generator: Generator) -> Result:
    activity = generator.poisson(5.0, 400)
    return measure(activity, k_max=10, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    activity = _branching(generator, _M, 100.0, 0.1, 1_000 if with_null else 10_000)
    return measure(activity, k_max=30, null=_null(generator) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    activity = _branching(generator, 0.98, 1_000.0, 1.0, 1_000_000)
    return lambda: measure(activity, k_max=100, bin_ms=1.0)


def _null(generator: Generator) -> Null:
    return permuted_times(seed=int(generator.integers(2**32)), progress=False)


@kernel
def _branching(
    generator: Generator, m: float, mean: float, seen: float, bins: int
) -> NDArray[np.float64]:
    """(bins,) what is seen of activity that is Poisson around m times the last, plus input."""
    activity, counts = int(mean), np.zeros(bins)
    for t in range(-int(20.0 / (1.0 - m)), bins):
        activity = generator.poisson(m * activity + mean * (1.0 - m))
        if t >= 0:
            counts[t] = generator.binomial(activity, seen)
    return counts
