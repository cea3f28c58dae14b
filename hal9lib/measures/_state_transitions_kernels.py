"""Transitions between recurrent and new states of a component, response against baseline."""

import numpy as np

from hal9lib.jit import kernel


@kernel
def count_transitions(values, thresholds):
    """(thresholds,) how often the distance to each state crosses each threshold in time."""
    times, last = len(values), len(thresholds) - 1
    low, span = thresholds[0], thresholds[-1] - thresholds[0]
    slope = last / span if span > 0.0 else 0.0
    first = np.empty((times, times), np.int32)  # the first threshold that is at least the distance
    for i in range(times):
        for j in range(i + 1):
            distance = abs(values[i] - values[j])
            guess = min(last, max(0, int((distance - low) * slope)))
            while guess > 0 and thresholds[guess - 1] >= distance:
                guess -= 1
            while guess <= last and thresholds[guess] < distance:
                guess += 1
            first[i, j] = guess
            first[j, i] = guess
    crossed = np.zeros(last + 2)
    for i in range(times):
        for j in range(1, times):
            crossed[min(first[i, j - 1], first[i, j])] += 1.0
            crossed[max(first[i, j - 1], first[i, j])] -= 1.0
    return np.cumsum(crossed[: last + 1])


@kernel
def median_distance(values):
    """Median of all distances between states: n of 0 to themselves, and every other one twice."""
    times = len(values)
    found = np.empty(times * (times - 1) // 2)
    place = 0
    for i in range(times):
        for j in range(i):
            found[place] = abs(values[i] - values[j])
            place += 1
    low, high = (times * times - 1) // 2, times * times // 2
    upper, lower = (high - times) // 2, (low - times) // 2
    parted = np.partition(found, upper)
    if lower == upper:
        return parted[upper]
    return (parted[:upper].max() + parted[upper]) / 2.0


@kernel
def state_transitions(response, baseline, clear, factor, steps):
    """(draws, components) most transitions a state beyond `factor` times the baseline's, or 0.

    Of components (draws, times, components) of two runs; 0 where not `clear`.
    """
    draws, times, components = response.shape
    most = np.zeros((draws, components))
    for d in range(draws):
        for c in range(components):
            if not clear[d, c]:
                continue
            y, rest = response[d, :, c].copy(), baseline[d, :, c].copy()
            ends = median_distance(rest), y.max() - y.min()
            thresholds = np.linspace(min(ends), max(ends), steps)
            more = count_transitions(y, thresholds) - factor * count_transitions(rest, thresholds)
            most[d, c] = max(0.0, more.max()) / times
    return most
