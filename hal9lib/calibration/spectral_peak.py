"""Calibration of `spectral_peak`: white noise, and a rhythm in a Poisson population."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.spectral_peak import spectral_peak as measure
from hal9lib.result import Result

_PLANTED_HZ = 41.0
_BIN_MS = 1.0


def spectral_peak() -> Calibration:
    """Its p is Fisher's, so no null model is drawn."""
    return Calibration(
        noise=_noise,
        noise_as="white noise, 1,001 bins",
        planted=_planted,
        truth=_PLANTED_HZ,
        planted_as="Poisson counts of 100 neurons at 10 Hz, rate modulated by 30 % at 41 Hz, "
        "2,000 bins of 1 ms",
        large=_large,
        large_as="the rate of 100,000 neurons in 1,000,000 bins",
        not_asked={"coverage": "the interval is the resolution of the frequencies, not a sample's"},
    )


def _noise(generator: Generator) -> Result:
    return measure(generator.normal(0.0, 1.0, 1_001), bin_ms=_BIN_MS)


def _planted(generator: Generator, _with_null: bool) -> Result:
    time_s = (np.arange(2_000) + 0.5) * _BIN_MS * 1e-3
    rate_hz = 10.0 * (1.0 + 0.3 * np.sin(2.0 * np.pi * _PLANTED_HZ * time_s))
    counts = generator.poisson(rate_hz * 100 * _BIN_MS * 1e-3)
    return measure(counts / (100 * _BIN_MS * 1e-3), bin_ms=_BIN_MS)


def _large(generator: Generator) -> Callable[[], Result]:
    rate_hz = generator.poisson(5.0, 1_000_000).astype(float)
    return lambda: measure(rate_hz, bin_ms=_BIN_MS)
