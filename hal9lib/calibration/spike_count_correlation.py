"""Calibration of `spike_count_correlation`: a slow shared rate, and spikes that are shared."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.spike_count_correlation import spike_count_correlation as measure
from hal9lib.nulls.jittered_spikes import jittered_spikes
from hal9lib.result import Result


def spike_count_correlation() -> Calibration:
    """A slow rate correlates counts; the null keeps it, so it must raise no alarm."""
    return Calibration(
        noise=_noise,
        noise_as="5 Poisson neurons, 40 spikes each on average, of a shared rate drawn every "
        "100 ms; 10 ms bins against spikes jittered within 100 ms",
        planted=_planted,
        truth=0.2,
        planted_as="6 neurons, 400 bins; Poisson counts of mean 0.8, to which all add the same of "
        "mean 0.2",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes, 100 bins: 5e9 pairs",
    )


def _noise(generator: Generator) -> Result:
    counts = generator.poisson(generator.uniform(0.0, 40.0, 10))
    times_ms = np.repeat(np.arange(10) * 100.0, counts) + generator.uniform(0, 100.0, counts.sum())
    return measure(
        times_ms,
        generator.integers(0, 5, len(times_ms)),
        bin_ms=10.0,
        stop_ms=1_000.0,
        null=jittered_spikes(width_ms=100.0, seed=int(generator.integers(2**32))),
    )


def _planted(generator: Generator, with_null: bool) -> Result:
    counts = generator.poisson(0.8, (400, 6)) + generator.poisson(0.2, (400, 1))
    starts_ms = np.repeat(np.repeat(np.arange(400) * 10.0, 6), counts.ravel())
    null = jittered_spikes(width_ms=100.0, seed=int(generator.integers(2**32)))
    return measure(
        starts_ms + generator.uniform(0.0, 10.0, len(starts_ms)),
        np.repeat(np.tile(np.arange(6), 400), counts.ravel()),
        bin_ms=10.0,
        stop_ms=4_000.0,
        null=null if with_null else None,
    )


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    neurons = generator.integers(0, 100_000, 1_000_000)
    return lambda: measure(times_ms, neurons, bin_ms=10.0)
