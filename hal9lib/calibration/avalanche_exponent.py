"""Calibration of `avalanche_exponent`: sizes of a power law, and sizes that end before it does."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.jit import kernel
from hal9lib.measures.avalanche_exponent import avalanche_exponent as measure
from hal9lib.result import Result

_EXPONENT = 1.5


def avalanche_exponent() -> Calibration:
    """Its p speaks against the power law, so noise is a power law and power is refusing another."""
    return Calibration(
        noise=_noise,
        noise_as="200 sizes of a power law, exponent 1.5: an alarm is a power law refused",
        planted=_planted,
        truth=_EXPONENT,
        planted_as="500 sizes of a power law, exponent 1.5; power: 500 sizes of a subcritical "
        "branching process, m 0.8, are refused as a power law",
        large=_large,
        large_as="1,000,000 avalanches, as of 100,000 neurons in 10,000,000 bins",
    )


def _noise(generator: Generator) -> Result:
    sizes = generator.zipf(_EXPONENT, 200)
    return measure(sizes, draws=999, seed=int(generator.integers(2**32)))


def _planted(generator: Generator, with_null: bool) -> Result:
    if with_null:
        sizes = _progeny(generator, 0.8, 500)
        return measure(sizes, draws=999, seed=int(generator.integers(2**32)))
    return measure(generator.zipf(_EXPONENT, 500))


def _large(generator: Generator) -> Callable[[], Result]:
    sizes = generator.zipf(_EXPONENT, 1_000_000)
    return lambda: measure(np.minimum(sizes, 2**53))


@kernel
def _progeny(generator: Generator, m: float, many: int) -> NDArray[np.int64]:
    """(many,) all spikes that one brings about, each Poisson m in the next bin."""
    sizes = np.zeros(many, np.int64)
    for i in range(many):
        active = 1
        while active:
            sizes[i] += active
            active = generator.poisson(m * active)
    return sizes
