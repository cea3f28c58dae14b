"""Groups of units with known entropies that the measures of multiplets are tried on."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Generator

#: How much of a Gaussian unit stays from one time to the next.
MEMORY = 0.5
#: The chance that a coin keeps its side from one time to the next.
STAY = 0.7


def gaussian_units(generator: Generator, times: int, units: int) -> NDArray[np.float64]:
    """(times, units) independent units of variance 1, each with a correlation time of 1.4 steps."""
    x = np.empty((times, units))
    x[0] = generator.normal(size=units)
    news = generator.normal(0.0, (1.0 - MEMORY**2) ** 0.5, (times, units))
    for time in range(1, times):
        x[time] = MEMORY * x[time - 1] + news[time]
    return x


def driven_units(
    generator: Generator, times: int, units: int, correlation: float
) -> NDArray[np.float64]:
    """(times, units) as `gaussian_units`, but all pairs correlate, by a drive that they share."""
    x = gaussian_units(generator, times, units + 1)
    return correlation**0.5 * x[:, :1] + (1.0 - correlation) ** 0.5 * x[:, 1:]


def coins(generator: Generator, times: int, units: int) -> NDArray[np.int64]:
    """(times, units) independent fair coins, each turned over with a chance of 0.3 a step."""
    turned = generator.random((times, units)) > STAY
    turned[0] = generator.random(units) < 0.5
    return np.cumsum(turned, axis=0) % 2


def noisy_parity(generator: Generator, times: int, units: int, error: float) -> NDArray[np.int64]:
    """(times, units) coins, the last one the parity of all others but for errors."""
    x = coins(generator, times, units)
    x[:, -1] = (x[:, :-1].sum(axis=1) + (generator.random(times) < error)) % 2
    return x


def coin_bits(chance: float) -> float:
    """Entropy of a coin, in bits."""
    return float(-chance * np.log2(chance) - (1.0 - chance) * np.log2(1.0 - chance))
