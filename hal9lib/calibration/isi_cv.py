"""Calibration of `isi_cv`: Poisson processes, and gamma processes of a known shape."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.isi_cv import isi_cv as measure
from hal9lib.nulls.jittered_spikes import jittered_spikes
from hal9lib.result import Result

_SHAPE, _NEURONS, _INTERVALS = 4.0, 10, 100


def isi_cv() -> Calibration:
    """Spikes anywhere in the window are a Poisson process with as many."""
    return Calibration(
        noise=_noise,
        noise_as="5 Poisson neurons, 30 spikes each on average",
        planted=_planted,
        truth=_SHAPE**-0.5,
        planted_as="10 neurons, 100 gamma intervals of shape 4 each",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes",
    )


def _noise(generator: Generator) -> Result:
    count = generator.poisson(150)
    return measure(
        generator.uniform(0.0, 1_000.0, count),
        generator.integers(0, 5, count),
        stop_ms=1_000.0,
        null=jittered_spikes(width_ms=1_000.0, seed=int(generator.integers(2**32))),
    )


def _planted(generator: Generator, with_null: bool) -> Result:
    times_ms = np.cumsum(generator.gamma(_SHAPE, 5.0, (_NEURONS, _INTERVALS + 1)), axis=1)
    stop_ms = float(times_ms.max())
    seed = int(generator.integers(2**32))
    return measure(
        times_ms.ravel(),
        np.repeat(np.arange(_NEURONS), _INTERVALS + 1),
        stop_ms=stop_ms,
        null=jittered_spikes(width_ms=stop_ms, seed=seed) if with_null else None,
    )


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    neurons = generator.integers(0, 100_000, 1_000_000)
    return lambda: measure(times_ms, neurons)
