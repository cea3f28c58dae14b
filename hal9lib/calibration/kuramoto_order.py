"""Calibration of `kuramoto_order`: phases that wander alone, and phases about a shared one."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.extras import needs
from hal9lib.measures.kuramoto_order import kuramoto_order as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_UNITS, _SPREAD = 20, 1.0
#: Without end in units r is exp(-spread^2 / 2). Units in number N add, to first order in 1 / N,
#: the variance of the sine of a phase over 2 N r.
_ENDLESS = float(np.exp(-(_SPREAD**2) / 2.0))
_TRUTH = _ENDLESS + (1.0 - np.exp(-2.0 * _SPREAD**2)) / 2.0 / (2.0 * _UNITS * _ENDLESS)


def kuramoto_order() -> Calibration:
    """The truth is that of 20 units in endless time."""
    return Calibration(
        noise=_noise,
        noise_as="5 units, 100 times, phases that wander by 0.5 rad a step",
        planted=_planted,
        truth=float(_TRUTH),
        planted_as="20 units, 200 times; Gaussian phases of 1 rad about a shared one that wanders, "
        "autocorrelation 0.7 from one time to the next",
        large=_large,
        large_as="100,000 units, 200 times",
    )


def _wandering(generator: Generator, times: int, units: int) -> NDArray[np.float64]:
    begin = generator.uniform(0.0, 2.0 * np.pi, units)
    return begin + np.cumsum(generator.normal(0.0, 0.5, (times, units)), axis=0)


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(_wandering(generator, 100, 5), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    steps = generator.normal(0.0, _SPREAD * (1.0 - 0.7**2) ** 0.5, (250, _UNITS))
    lfilter = needs("scipy.signal", "a calibration").lfilter
    own = lfilter([1.0], [1.0, -0.7], steps, axis=0)[50:]
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(_wandering(generator, 200, 1) + own, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    phases = generator.uniform(0.0, 2.0 * np.pi, (200, 100_000))
    return lambda: measure(phases)
