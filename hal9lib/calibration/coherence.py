"""Calibration of `coherence`: independent rates, and rates with a shared part."""

from collections.abc import Callable
from typing import Any

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.coherence import coherence as measure
from hal9lib.result import Result

_SHARED = 2.0
_WHERE: dict[str, Any] = {"bin_ms": 1.0, "frequency_hz": 40.0, "segment_ms": 100.0}


def coherence() -> Calibration:
    """Its p is exact for independent Gaussian rates, so no null model is drawn."""
    return Calibration(
        noise=_noise,
        noise_as="two independent series of Poisson counts of mean 5, 1,000 bins, 10 segments",
        planted=_planted,
        truth=(_SHARED / (1.0 + _SHARED)) ** 2,
        planted_as="two Gaussian rates, 4,000 bins, 40 segments; of each one's variance two thirds "
        "are shared",
        large=_large,
        large_as="the rates of two halves of 100,000 neurons in 1,000,000 bins",
    )


def _noise(generator: Generator) -> Result:
    return measure(*generator.poisson(5.0, (2, 1_000)), **_WHERE)


def _planted(generator: Generator, _with_null: bool) -> Result:
    shared = generator.normal(0.0, _SHARED**0.5, 4_000)
    first, second = generator.normal(0.0, 1.0, (2, 4_000))
    return measure(shared + first, shared + second, **_WHERE)


def _large(generator: Generator) -> Callable[[], Result]:
    first, second = generator.poisson(5.0, (2, 1_000_000))
    return lambda: measure(first, second, **_WHERE)
