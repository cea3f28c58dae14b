"""How the mean size of avalanches grows with their duration: a line through logarithms."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def lengths_with(durations: Counts, low: int, high: int, least: int) -> Counts:
    """The durations from `low` to `high` (0: no end) that at least `least` avalanches have."""
    lengths, many = np.unique(durations, return_counts=True)
    used: Counts = lengths[(many >= least) & (lengths >= low) & ((lengths <= high) | (high == 0))]
    return used


def growth_exponent(sizes: Counts, durations: Counts, lengths: Counts) -> tuple[float, Floats]:
    """The slope of log mean size on log duration, and what each avalanche adds to its error.

    Least squares over these `lengths`, each with the weight of its number of avalanches. The
    squares of the (avalanches,) influences add up to the slope's variance.
    """
    inside = np.isin(durations, lengths)
    which, size = np.searchsorted(lengths, durations[inside]), sizes[inside]
    many = np.bincount(which)
    mean, weights = np.bincount(which, size) / many, many / len(which)
    across = np.log(lengths) - weights @ np.log(lengths)
    up = np.log(mean) - weights @ np.log(mean)
    spread = weights @ across**2
    slope = float(weights @ (across * up) / spread)
    # An avalanche moves its mean, d log mean = (S / mean - 1) / n, and its duration's weight.
    influence = np.zeros(len(sizes))
    moved = size / mean[which] - 1.0 + (up - slope * across)[which]
    influence[inside] = across[which] / (spread * len(which)) * moved
    return slope, influence
