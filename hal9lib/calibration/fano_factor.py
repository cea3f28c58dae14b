"""Calibration of `fano_factor`: Poisson processes, and counts of a rate that jumps."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.fano_factor import fano_factor as measure
from hal9lib.result import Result


def fano_factor() -> Calibration:
    """Its p is that of Poisson processes, so no null model is drawn."""
    return Calibration(
        noise=_noise,
        noise_as="20 Poisson neurons, 5 spikes each on average, 20 bins",
        planted=_planted,
        truth=2.0,  # 1 + var(m) / mean(m) = 1 + 4 / 4
        planted_as="10 neurons, 200 bins; Poisson counts of mean 2 or 6, by a coin for each bin "
        "that all neurons share",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes, 100 bins",
    )


def _noise(generator: Generator) -> Result:
    count = generator.poisson(100)
    times_ms, neurons = generator.uniform(0.0, 1_000.0, count), generator.integers(0, 20, count)
    return measure(times_ms, neurons, bin_ms=50.0, stop_ms=1_000.0)


def _planted(generator: Generator, _with_null: bool) -> Result:
    means = generator.choice([2.0, 6.0], 200)
    counts = generator.poisson(means[:, None], (200, 10))
    starts_ms = np.repeat(np.repeat(np.arange(200) * 10.0, 10), counts.ravel())
    neurons = np.repeat(np.tile(np.arange(10), 200), counts.ravel())
    times_ms = starts_ms + generator.uniform(0.0, 10.0, len(starts_ms))
    return measure(times_ms, neurons, bin_ms=10.0, stop_ms=2_000.0)


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    neurons = generator.integers(0, 100_000, 1_000_000)
    return lambda: measure(times_ms, neurons, bin_ms=10.0)
