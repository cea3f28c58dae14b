"""Calibration of `isi_cv2`: intervals in any order, and such as resemble their neighbours."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.calibration._remembered_intervals import (
    log_ratios,
    remembered_spikes,
    renewal_spikes,
)
from hal9lib.measures.isi_cv2 import isi_cv2 as measure
from hal9lib.nulls.shuffled_spikes import shuffled_spikes
from hal9lib.result import Result


def isi_cv2() -> Calibration:
    """With J / I = exp(d), 2 |J - I| / (J + I) is 2 tanh(|d| / 2)."""
    ratios, weights = log_ratios()
    return Calibration(
        noise=_noise,
        noise_as="5 neurons, 30 independent gamma intervals of shape 2 each, against their order",
        planted=_planted,
        truth=float(weights @ (2.0 * np.tanh(np.abs(ratios) / 2.0))),
        planted_as="20 neurons, 100 log-normal intervals each (spread 0.6), correlation 0.5 of "
        "their logarithms from one to the next",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes",
    )


def _noise(generator: Generator) -> Result:
    times_ms, neurons, stop_ms = renewal_spikes(generator, 5, 30)
    null = shuffled_spikes(of="intervals", seed=int(generator.integers(2**32)))
    return measure(times_ms, neurons, stop_ms=stop_ms, null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    times_ms, neurons, stop_ms = remembered_spikes(generator, 20, 100)
    null = shuffled_spikes(of="intervals", seed=int(generator.integers(2**32)))
    return measure(times_ms, neurons, stop_ms=stop_ms, null=null if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    neurons = generator.integers(0, 100_000, 1_000_000)
    return lambda: measure(times_ms, neurons)
