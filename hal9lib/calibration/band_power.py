"""Calibration of `band_power`: white noise, and a rhythm in it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.band_power import band_power as measure
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_AMPLITUDE, _SEGMENT = 0.7, 128
_BAND: dict[str, Any] = {
    "bin_ms": 1.0,
    "low_hz": 30.0,
    "high_hz": 50.0,
    "segment_ms": float(_SEGMENT),
}


def band_power() -> Calibration:
    """The white part of the planted share is that of a segment of white noise, exactly."""
    return Calibration(
        noise=_noise,
        noise_as="Poisson counts of mean 5, 512 bins of 1 ms; 30 to 50 Hz, segments of 128 ms",
        planted=_planted,
        truth=_truth(),
        planted_as="a sine of 40.3 Hz and amplitude 0.7 in white noise of variance 1, 2,048 bins "
        "of 1 ms; 30 to 50 Hz, segments of 128 ms",
        large=_large,
        large_as="the rate of 100,000 neurons in 1,000,000 bins",
    )


def _truth() -> float:
    """(A^2 / 2 + white in the band) / (A^2 / 2 + white); the sine's leakage is below 0.1 %."""
    taper = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(_SEGMENT) / _SEGMENT)
    # Of unit white noise less its mean, at each frequency above 0, both signs.
    white = taper @ taper - np.abs(np.fft.rfft(taper)[1:]) ** 2 / _SEGMENT
    white *= 2.0 / (_SEGMENT * (taper @ taper))
    white[-1] /= 2.0
    frequencies = np.arange(1, _SEGMENT // 2 + 1) * 1e3 / _SEGMENT
    inside = (frequencies >= _BAND["low_hz"]) & (frequencies <= _BAND["high_hz"])
    sine = _AMPLITUDE**2 / 2.0
    return float((sine + white[inside].sum()) / (sine + white.sum()))


def _noise(generator: Generator) -> Result:
    null = permuted_times(seed=int(generator.integers(2**32)))
    return measure(generator.poisson(5.0, 512), **_BAND, null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    phases = 2.0 * np.pi * (40.3e-3 * np.arange(2_048) + generator.uniform())
    rate = _AMPLITUDE * np.sin(phases) + generator.normal(0.0, 1.0, 2_048)
    null = permuted_times(seed=int(generator.integers(2**32))) if with_null else None
    return measure(rate, **_BAND, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    rate_hz = generator.poisson(5.0, 1_000_000)
    return lambda: measure(rate_hz, **_BAND)
