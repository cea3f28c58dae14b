"""Calibration of `susceptibility`: an order parameter with a memory and a known variance."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.extras import needs
from hal9lib.measures.susceptibility import susceptibility as measure
from hal9lib.result import Result

_MEMORY, _SD, _UNITS = 0.8, 0.1, 200


def susceptibility() -> Calibration:
    """Its yardstick is the value of independent units, by its interval."""
    no_null = (
        "bins in another order have the same variance; it is compared with the value of "
        "independent units or of another coupling, by its interval"
    )
    return Calibration(
        planted=_planted,
        truth=_UNITS * _SD**2,
        planted_as="4,000 times of a Gaussian order parameter of 200 units, standard deviation "
        "0.1, autocorrelation 0.8 from one to the next",
        large=_large,
        large_as="the order parameter of 100,000 neurons at 1,000,000 times",
        not_asked={"alarms": no_null, "uniform": no_null, "power": no_null},
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    return measure(_remembering(generator, 4_000), units=_UNITS)


def _large(generator: Generator) -> Callable[[], Result]:
    series = _remembering(generator, 1_000_000)
    return lambda: measure(series, units=100_000)


def _remembering(generator: Generator, times: int) -> NDArray[np.float64]:
    """(times,) around 0.3, begun long before."""
    steps = generator.normal(0.0, _SD * (1.0 - _MEMORY**2) ** 0.5, times + 100)
    lfilter = needs("scipy.signal", "a calibration").lfilter
    series: NDArray[np.float64] = 0.3 + lfilter([1.0], [1.0, -_MEMORY], steps)[100:]
    return series
