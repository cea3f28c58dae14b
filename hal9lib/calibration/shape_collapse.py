"""Calibration of `shape_collapse`: independent bins, and parabolas that grow with duration."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.jit import kernel
from hal9lib.measures.shape_collapse import shape_collapse as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_GAMMA = 1.6


def shape_collapse() -> Calibration:
    """Against bins in another order, whose avalanches are chance runs."""
    return Calibration(
        noise=_noise,
        noise_as="Poisson counts, 800 bins, mean 1.2, independent of one another",
        planted=_planted,
        truth=_GAMMA,
        planted_as="400 avalanches of 5 to 20 bins (p: 60), Poisson around 10 T^0.6 4 u (1 - u), "
        "gamma 1.6",
        large=_large,
        large_as="the activity of 100,000 neurons in 1,000,000 bins",
    )


def _noise(generator: Generator) -> Result:
    return measure(generator.poisson(1.2, 800), least=3, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    activity = _parabolas(generator, 60 if with_null else 400)
    return measure(activity, least=3, null=_null(generator) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    activity = _branching(generator, 1_000_000)
    return lambda: measure(activity)


def _null(generator: Generator) -> Null:
    return permuted_times(seed=int(generator.integers(2**32)), progress=False)


def _parabolas(generator: Generator, many: int) -> NDArray[np.int64]:
    """(bins,) avalanches of a parabolic mean shape, with an empty bin between two."""
    parts = [np.zeros(1, np.int64)]
    for length in generator.integers(5, 21, many):
        u = (np.arange(length) + 0.5) / length
        mean = 10.0 * length ** (_GAMMA - 1.0) * 4.0 * u * (1.0 - u)
        parts += [np.maximum(generator.poisson(mean), 1), parts[0]]
    return np.concatenate(parts)


@kernel
def _branching(generator: Generator, bins: int) -> NDArray[np.int64]:
    """(bins,) activity of critical avalanches, each of one spike at first."""
    activity = np.zeros(bins, np.int64)
    active = 0
    for t in range(1, bins):
        active = generator.poisson(active) if active else activity[t - 1] == 0
        activity[t] = active
    return activity
