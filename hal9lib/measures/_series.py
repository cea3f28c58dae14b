"""What measures of the spectrum of a rate share: a checked rate, and the frequencies of a band."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError


def rate_that_varies(name: str, values: ArrayLike, *, least: int) -> NDArray[np.float64]:
    """`values` less their mean: a finite series of at least `least` bins that is not constant."""
    rate = numbers(name, values)
    if len(rate) < least:
        raise ParameterError(f"{name} has {len(rate):,} bins; use {least:,} or more.")
    varying = rate - rate.mean()
    # What rounding leaves of a constant rate is no variation.
    if np.abs(varying).max() <= 1e-12 * np.abs(rate).max():
        raise ParameterError(
            f"{name} does not vary, so it has no spectrum; use a rate of a network that fires."
        )
    return varying


def band_of(
    measure: str, frequencies: NDArray[np.floating], low_hz: float, high_hz: float, least: int
) -> NDArray[np.bool_]:
    """Which frequencies lie from `low_hz` to `high_hz`; at least `least` do."""
    low = checks.number(f"{measure}.low_hz", low_hz, low=0.0)
    high = checks.number(f"{measure}.high_hz", high_hz, low=0.0)
    band = (frequencies >= low * (1.0 - 1e-9)) & (frequencies <= high * (1.0 + 1e-9))
    if np.count_nonzero(band) < least:
        raise ParameterError(
            f"{measure}: {np.count_nonzero(band)} frequencies lie from low_hz = {low:g} to high_hz "
            f"= {high:g}; use a band that holds {least} or more of the multiples of "
            f"{frequencies[0]:g} up to {frequencies[-1]:g} Hz."
        )
    return band


def hann(bins: int) -> NDArray[np.float64]:
    """(bins,) the periodic Hann taper."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(bins) / bins)


def segment_bins(measure: str, segment_ms: float, bin_ms: float, bins: int, least: int) -> int:
    """How many bins a segment takes, 8 or more; at least `least` segments fit side by side."""
    bin_width = checks.number(f"{measure}.bin_ms", bin_ms, low=0.0, open_low=True)
    length = round(checks.number(f"{measure}.segment_ms", segment_ms, low=0.0) / bin_width)
    if not 8 <= length <= bins // least:
        raise ParameterError(
            f"{measure}.segment_ms = {segment_ms:g} is not allowed; use {8 * bin_width:g} to "
            f"{bins // least * bin_width:g}: 8 bins or more, and {least} segments or more side by "
            "side."
        )
    return length


def spectra(series: NDArray[np.float64], length: int, step: int) -> NDArray[np.complex128]:
    """(segments, frequencies) Fourier transforms of Hann-tapered segments less their means."""
    parts = np.lib.stride_tricks.sliding_window_view(series, length)[::step]
    return np.fft.rfft((parts - parts.mean(axis=1, keepdims=True)) * hann(length), axis=1)
