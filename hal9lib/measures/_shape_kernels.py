"""Kernels of the shape collapse: mean profiles by duration, resampled, and their best exponent."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.jit import kernel

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@kernel
def profile_sums(
    shapes: Counts, durations: Counts, place: Counts, lengths: Counts, groups: int
) -> tuple[Floats, Floats]:
    """Sums of avalanches of equal duration: (groups, all bins of all lengths), (groups, lengths).

    `place` says for each duration which of the `lengths` it is, -1 for none. A group is a stretch
    of avalanches that follow one another.
    """
    begins = np.cumsum(lengths) - lengths
    sums = np.zeros((groups, lengths.sum()))
    many = np.zeros((groups, len(lengths)))
    first = 0
    for i in range(len(durations)):
        which = place[durations[i]] if durations[i] < len(place) else -1
        if which >= 0:
            group = i * groups // len(durations)
            many[group, which] += 1.0
            for t in range(durations[i]):
                sums[group, begins[which] + t] += shapes[first + t]
        first += durations[i]
    return sums, many


@kernel
def resampled(sums: Floats, many: Floats, lengths: Counts, points: int) -> Floats:
    """(lengths, points) mean profiles at the middles of `points` equal parts of each duration.

    By the cubic through the four nearest bins, so that a parabola stays exactly one.
    """
    found = np.zeros((len(lengths), points))
    first = 0
    for d in range(len(lengths)):
        length = lengths[d]
        for i in range(points):
            x = (i + 0.5) / points * length - 0.5
            begin = min(max(int(np.floor(x)) - 1, 0), length - 4)
            z = x - begin
            a, b, c, e = z, z - 1.0, z - 2.0, z - 3.0
            bin0 = first + begin
            found[d, i] = (
                -b * c * e / 6.0 * sums[bin0]
                + a * c * e / 2.0 * sums[bin0 + 1]
                - a * b * e / 2.0 * sums[bin0 + 2]
                + a * b * c / 6.0 * sums[bin0 + 3]
            ) / max(many[d], 1.0)
        first += length
    return found


@kernel
def collapse_error(
    profiles: Floats, many: Floats, lengths: Counts, gamma: float
) -> tuple[float, float]:
    """Variance of T^(1 - gamma) profile(T) around its mean over T, over that mean's square.

    And its derivative by gamma.
    """
    total = many.sum()
    logs = np.log(lengths / lengths[0])
    factors = np.exp((1.0 - gamma) * logs)
    variance, slope, square, square_slope = 0.0, 0.0, 0.0, 0.0
    for i in range(profiles.shape[1]):
        mean, mean_slope = 0.0, 0.0
        for d in range(len(lengths)):
            height = many[d] / total * factors[d] * profiles[d, i]
            mean += height
            mean_slope -= height * logs[d]
        for d in range(len(lengths)):
            apart = factors[d] * profiles[d, i] - mean
            variance += many[d] / total * apart * apart
            slope -= 2.0 * many[d] / total * apart * factors[d] * profiles[d, i] * logs[d]
        square += mean * mean
        square_slope += 2.0 * mean * mean_slope
    error = variance / square
    return error, (slope - error * square_slope) / square


@kernel
def best_collapse(profiles: Floats, many: Floats, lengths: Counts) -> float:
    """The gamma from -1 to 5 of the least error: the best of a grid, then its slope's zero."""
    step = 0.5
    best, least = 0, np.inf
    for i in range(13):
        error = collapse_error(profiles, many, lengths, -1.0 + step * i)[0]
        if error < least:
            best, least = i, error
    low, high = -1.0 + step * (best - 1), -1.0 + step * (best + 1)
    for _ in range(34):
        middle = 0.5 * (low + high)
        if collapse_error(profiles, many, lengths, middle)[1] < 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
