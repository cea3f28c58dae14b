"""Calibration of `isi_cv`: gamma processes of a known shape."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.isi_cv import isi_cv as measure
from hal9lib.result import Result

_SHAPE = 4.0


def isi_cv() -> Calibration:
    """Its yardstick is the value 1 of a Poisson process, by its interval."""
    no_null = "it is compared with the 1 of a Poisson process, by its interval"
    return Calibration(
        planted=_planted,
        truth=_SHAPE**-0.5,
        planted_as="50 neurons, 1,000 gamma intervals of shape 4 each",
        large=_large,
        large_as="100,000 neurons, 1,000,000 spikes",
        not_asked={"alarms": no_null, "uniform": no_null, "power": no_null},
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    times_ms = np.cumsum(generator.gamma(_SHAPE, 5.0, (50, 1_001)), axis=1)
    return measure(times_ms.ravel(), np.repeat(np.arange(50), 1_001))


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms = generator.uniform(0.0, 1_000.0, 1_000_000)
    neurons = generator.integers(0, 100_000, 1_000_000)
    return lambda: measure(times_ms, neurons)
