"""Kernels of a discrete power law, p(x) = x^-s / Z over x = low … high: Z, fit, distance, draws.

`high` 0 stands for no upper cut, and then s is above 1. Data are their values, each once and in
order, and how often each occurs.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.jit import kernel

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Generator = np.random.Generator

#: Up to here terms are summed; beyond, Euler and Maclaurin's formula errs by less than 1e-12.
_FAR = 24
#: No draw is larger, so that it stays a whole number.
_LARGEST = 2.0**53


@kernel
def integral(s: float, a: float, b: float) -> tuple[float, float]:
    """Integrals of x^-s and of x^-s log x from a to b; b 0 stands for infinity."""
    log_a = np.log(a)
    scale = a ** (1.0 - s)
    if b == 0.0:
        over = 1.0 / (s - 1.0)
        return scale * over, scale * over * (log_a + over)
    width = np.log(b / a)
    z = (1.0 - s) * width
    if abs(z) < 0.02:  # where the closed forms cancel
        flat = 1.0 + z / 2.0 + z**2 / 6.0 + z**3 / 24.0 + z**4 / 120.0 + z**5 / 720.0
        ramp = 0.5 + z / 3.0 + z**2 / 8.0 + z**3 / 30.0 + z**4 / 144.0 + z**5 / 840.0
    else:
        flat = np.expm1(z) / z
        ramp = (np.exp(z) * (z - 1.0) + 1.0) / (z * z)
    return scale * width * flat, scale * width * (log_a * flat + width * ramp)


@kernel
def edge(s: float, a: float) -> tuple[float, float]:
    """What the sums from a on have beyond the integrals and half their first terms."""
    inverse = 1.0 / (a * a)
    power, log_a = a ** (-s - 1.0), np.log(a)
    first, slope_first = s / 12.0, 1.0 / 12.0
    third = s * (s + 1.0) * (s + 2.0) / 720.0
    slope_third = (3.0 * s * s + 6.0 * s + 2.0) / 720.0
    fifth = s * (s + 1.0) * (s + 2.0) * (s + 3.0) * (s + 4.0) / 30240.0
    slope_fifth = (5.0 * s**4 + 40.0 * s**3 + 105.0 * s * s + 100.0 * s + 24.0) / 30240.0
    total = first - inverse * (third - inverse * fifth)
    slope = slope_first - inverse * (slope_third - inverse * slope_fifth)
    return power * total, power * (total * log_a - slope)


@kernel
def sums(s: float, low: int, high: int) -> tuple[float, float]:
    """Sums of x^-s and of x^-s log x over x = low … high."""
    total, logs = 0.0, 0.0
    near = max(low, _FAR)
    if 0 < high < near + 8:
        near = high + 1
    for x in range(low, near):
        log_x = np.log(x)
        term = np.exp(-s * log_x)
        total += term
        logs += term * log_x
    if high == 0 or high >= near:
        a, b = float(near), float(high)
        inside, inside_logs = integral(s, a, b)
        first, first_logs = edge(s, a)
        half = 0.5 * a**-s
        total += inside + first + half
        logs += inside_logs + first_logs + half * np.log(a)
        if high:
            last, last_logs = edge(s, b)
            half = 0.5 * b**-s
            total += half - last
            logs += half * np.log(b) - last_logs
    return total, logs


@kernel
def excess(s: float, low: int, high: int, mean_log: float) -> float:
    """By how much the mean of log x under the law is above that of data; it falls with s."""
    total, logs = sums(s, low, high)
    return logs / total - mean_log


@kernel
def likeliest(low: int, high: int, mean_log: float) -> tuple[float, float]:
    """(s of the highest likelihood, variance of log x there); s is within 0 … 30 (1 … 30)."""
    least, most = (0.0 if high else 1.0 + 1e-6), 30.0
    s = min(20.0, 1.0 + 1.0 / max(mean_log - np.log(low - 0.5), 0.05))
    step = 1e-5
    for _ in range(60):
        here = excess(s, low, high, mean_log)
        if here > 0.0:
            least = s
        else:
            most = s
        slope = (excess(s + step, low, high, mean_log) - here) / step
        new = s - here / slope
        if not least <= new <= most:
            new = 0.5 * (least + most)
        if abs(new - s) < 1e-12 * s:
            break
        s = new
    step = 1e-4
    ahead, behind = excess(s + step, low, high, mean_log), excess(s - step, low, high, mean_log)
    return s, (behind - ahead) / (2.0 * step)


@kernel
def distance(values: Counts, counts: Counts, s: float, low: int, high: int) -> float:
    """Largest distance of the data's cumulative distribution from the law's, at any x."""
    total, many = sums(s, low, high)[0], counts.sum()
    law, data, last, largest = 0.0, 0, low - 1, 0.0
    for i in range(len(values)):
        # Between two values the data's stay and the law's grow: the worst is at either end.
        law += sums(s, last + 1, values[i] - 1)[0] / total if values[i] > last + 1 else 0.0
        largest = max(largest, abs(law - data / many))
        law += float(values[i]) ** -s / total
        data += counts[i]
        last = values[i]
        largest = max(largest, abs(law - data / many))
    return largest


@kernel
def draw(generator: Generator, s: float, low: int, high: int) -> int:
    """One x of the law: of a continuous one, rounded, taken as often as convexity asks for."""
    a, b = low - 0.5, high + 0.5
    while True:
        u = generator.random()
        if high == 0:
            y = a * (1.0 - u) ** (1.0 / (1.0 - s))
        else:
            width = np.log(b / a)
            z = (1.0 - s) * width
            part = u if abs(z) < 1e-9 else np.log1p(u * np.expm1(z)) / z
            y = a * np.exp(width * part)
        x = np.floor(min(y, _LARGEST) + 0.5)
        if generator.random() * integral(s, x - 0.5, x + 0.5)[0] <= x**-s:
            return int(x)


@kernel
def tally(sample: Counts) -> tuple[Counts, Counts]:
    """The values of a sample, in order, and how often each occurs."""
    ordered = np.sort(sample)
    places = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    return ordered[places], np.diff(np.append(places, len(ordered)))


@kernel
def mean_log(values: Counts, counts: Counts) -> float:
    """Mean of log x of the data."""
    return (counts * np.log(values)).sum() / counts.sum()


@kernel
def lowest(values: Counts, counts: Counts, high: int, least: int) -> tuple[int, float, float]:
    """(low, s, distance) of the lower cut that brings data and law closest together.

    Every value is tried that leaves `least` data and two values.
    """
    best = (int(values[0]), 0.0, np.inf)
    left = counts.sum()
    for i in range(len(values) - 1):
        if left < least:
            break
        low = int(values[i])
        s = likeliest(low, high, mean_log(values[i:], counts[i:]))[0]
        apart = distance(values[i:], counts[i:], s, low, high)
        if apart < best[2]:
            best = (low, s, apart)
        left -= counts[i]
    return best


@kernel
def distances_of_draws(
    generator: Generator, draws: int, below: Counts, above: int, s: float, low: int, high: int,
    least: int,
) -> Floats:  # fmt: skip
    """(draws,) distance from their own fit of samples of the law, as many as the data.

    With `least` the lower cut is chosen anew, and as much of a sample as of the data is expected
    `below` the cut, drawn from the data there.
    """
    found = np.empty(draws)
    sample = np.empty(len(below) + above, np.int64)
    share = above / len(sample)
    for k in range(draws):
        for j in range(len(sample)):
            if len(below) and generator.random() >= share:
                sample[j] = below[generator.integers(0, len(below))]
            else:
                sample[j] = draw(generator, s, low, high)
        values, counts = tally(sample)
        if least:
            found[k] = lowest(values, counts, high, least)[2]
        else:
            fitted = likeliest(low, high, mean_log(values, counts))[0]
            found[k] = distance(values, counts, fitted, low, high)
    return found
