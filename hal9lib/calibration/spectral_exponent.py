"""Calibration of `spectral_exponent`: white noise, and noise made as 1/f."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.spectral_exponent import spectral_exponent as measure
from hal9lib.result import Result

_TRUTH = 1.0


def spectral_exponent() -> Calibration:
    """Its p is that of a flat spectrum, so no null model is drawn."""
    return Calibration(
        noise=_noise,
        noise_as="white noise, 512 bins of 1 ms, 6 to 300 Hz",
        planted=_planted,
        truth=_TRUTH,
        planted_as="1/f noise, 1,024 bins of 1 ms cut from 8 times as many, 3 to 250 Hz",
        large=_large,
        large_as="the rate of 100,000 neurons in 1,000,000 bins",
    )


def _noise(generator: Generator) -> Result:
    return measure(generator.normal(0.0, 1.0, 512), bin_ms=1.0, low_hz=6.0, high_hz=300.0)


def _planted(generator: Generator, _with_null: bool) -> Result:
    frequencies = np.fft.rfftfreq(8 * 1_024)
    frequencies[0] = np.inf
    real, imaginary = generator.normal(0.0, 1.0, (2, len(frequencies)))
    series = np.fft.irfft((real + 1j * imaginary) * frequencies ** (-_TRUTH / 2.0))[:1_024]
    return measure(series, bin_ms=1.0, low_hz=3.0, high_hz=250.0)


def _large(generator: Generator) -> Callable[[], Result]:
    rate_hz = generator.poisson(5.0, 1_000_000).astype(float)
    return lambda: measure(rate_hz, bin_ms=1.0, low_hz=0.01, high_hz=499.0)
