"""Calibration of `firing_rate`: a known rate that wanders in time."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.firing_rate import firing_rate as measure
from hal9lib.result import Result

_TRUTH_HZ = 12.0


def firing_rate() -> Calibration:
    """A rate has no null: it is compared with another rate, not with chance."""
    no_null = "a rate is not tested against chance"
    return Calibration(
        planted=_planted,
        truth=_TRUTH_HZ,
        planted_as="50 Poisson neurons, 2 s; a shared rate drawn from 0 to 24 Hz every 20 ms",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes",
        not_asked={"alarms": no_null, "uniform": no_null, "power": no_null},
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    rates_hz = generator.uniform(0.0, 2.0 * _TRUTH_HZ, 100)
    counts = generator.poisson(rates_hz * 50 * 0.020)
    starts_ms = np.repeat(np.arange(100) * 20.0, counts)
    times_ms = starts_ms + generator.uniform(0.0, 20.0, len(starts_ms))
    return measure(times_ms, neurons=50, stop_ms=2_000.0)


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    return lambda: measure(times_ms, neurons=100_000, stop_ms=1_000.0)
