"""Intervals that remember the ones before: log-normal ones, whose local irregularity is known."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Generator

#: Mean and spread of log(interval / ms), and its correlation from one interval to the next.
LOG_MEAN, SPREAD, MEMORY = np.log(20.0), 0.6, 0.5


def remembered_spikes(generator: Generator, neurons: int, intervals: int) -> tuple[Any, Any, float]:
    """(times, neurons, end) of neurons whose log intervals are a stationary chain of `MEMORY`."""
    logs = np.empty((neurons, intervals))
    steps = generator.normal(0.0, SPREAD, (neurons, intervals))
    logs[:, 0] = steps[:, 0]
    for k in range(1, intervals):
        logs[:, k] = MEMORY * logs[:, k - 1] + (1.0 - MEMORY**2) ** 0.5 * steps[:, k]
    times_ms = np.cumsum(np.exp(LOG_MEAN + logs), axis=1)
    times_ms = np.concatenate([np.zeros((neurons, 1)), times_ms], axis=1) + 1.0
    numbers = np.repeat(np.arange(neurons), intervals + 1)
    return times_ms.ravel(), numbers, float(times_ms.max())


def renewal_spikes(generator: Generator, neurons: int, intervals: int) -> tuple[Any, Any, float]:
    """(times, neurons, end) of neurons with independent gamma intervals of shape 2."""
    times_ms = 1.0 + np.cumsum(generator.gamma(2.0, 10.0, (neurons, intervals + 1)), axis=1)
    numbers = np.repeat(np.arange(neurons), intervals + 1)
    return times_ms.ravel(), numbers, float(times_ms.max())


def log_ratios() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(values, weights) of log(J / I) of adjacent intervals, Gaussian: a mean is weights @ f."""
    spread = SPREAD * (2.0 * (1.0 - MEMORY)) ** 0.5
    values = np.linspace(-10.0, 10.0, 200_001) * spread
    weights = np.exp(-0.5 * (values / spread) ** 2)
    return values, weights / weights.sum()
