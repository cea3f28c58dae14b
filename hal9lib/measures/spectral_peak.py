"""Peak frequency of a population rate: the periodogram's largest ordinate.

Its significance against white noise is Fisher's exact test (1929, doi:10.1098/rspa.1929.0151).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError
from hal9lib.result import Result


def spectral_peak(
    rate_hz: ArrayLike,
    *,
    bin_ms: float,
    low_hz: float | None = None,
    high_hz: float | None = None,
) -> Result:
    """The frequency, in Hz, at which ``|FFT(rate - mean)|^2`` is largest.

    The chance of such a peak in white noise is that of doi:10.1098/rspa.1929.0151. The window is
    not tapered, so its frequencies are ``k / duration`` and their distance is the resolution:
    0.5 ms bins over 400 ms give 2.5 Hz up to 1,000 Hz.

    Parameters
    ----------
    rate_hz : (bins,) a population rate, or spike counts, in bins of equal width.
    bin_ms : the bins' width.
    low_hz, high_hz : look only from here to there; if left out, at all above 0 and
        below ``1 / (2 bin)``.

    Returns
    -------
    Result in Hz. The interval is the resolution, half of it on either side, which suits a line; a
    broad peak wanders from seed to seed by more. `p` is the chance of a peak with this share of
    the power in white noise (Fisher's g); ``details`` holds that share and the resolution.

    Raises
    ------
    ParameterError : a rate that is not finite or does not vary, fewer than 8 bins, an empty band.

    Notes
    -----
    Known values: the frequency of a sine, Fisher's published 5 % points. Cost: one FFT, 0.1 s for
    1e6 bins, whatever the number of neurons.
    White noise is a weak null: any network with a refractory period differs from it. A line between
    two frequencies is spread over both, so a harmonic that falls on one may win over its root.

    Examples
    --------
    >>> import numpy as np
    >>> time_s = np.arange(800) * 0.5e-3
    >>> peak = spectral_peak(40.0 + 5.0 * np.sin(2 * np.pi * 180.0 * time_s), bin_ms=0.5)
    >>> round(peak.value, 6), peak.interval, peak.p < 1e-6
    (180.0, (178.75, 181.25), True)
    """
    rate = numbers("spectral_peak.rate_hz", rate_hz)
    bin_ms = checks.number("spectral_peak.bin_ms", bin_ms, low=0.0, open_low=True)
    if len(rate) < 8:
        raise ParameterError(
            f"spectral_peak.rate_hz has {len(rate)} bins; use 8 or more, which is 3 frequencies."
        )
    resolution_hz = 1e3 / (len(rate) * bin_ms)
    frequencies = np.arange(1, (len(rate) + 1) // 2) * resolution_hz
    band = _band(frequencies, low_hz, high_hz)
    varying = rate - rate.mean()
    power = np.abs(np.fft.rfft(varying))[1 : len(frequencies) + 1] ** 2 * band
    # What rounding leaves of a constant rate is no rhythm.
    if np.abs(varying).max() <= 1e-12 * np.abs(rate).max() or power.sum() == 0.0:
        raise ParameterError(
            "spectral_peak.rate_hz does not vary, so it has no peak; use a rate of a network that "
            "fires, and bins shorter than the rhythm's period."
        )
    best = int(np.argmax(power))
    share = float(power[best] / power.sum())
    peak_hz = float(frequencies[best])
    return Result(
        value=peak_hz,
        unit="Hz",
        interval=(peak_hz - resolution_hz / 2.0, peak_hz + resolution_hz / 2.0),
        null="white noise",
        p=_fisher_p(share, int(band.sum())),
        measure="spectral_peak",
        method="resolution",
        details={"share_of_power": share, "resolution_hz": resolution_hz},
    )


def _band(
    frequencies: NDArray[np.floating], low_hz: float | None, high_hz: float | None
) -> NDArray[np.bool_]:
    """Which frequencies lie from `low_hz` to `high_hz`; at least one does."""
    low = checks.number("spectral_peak.low_hz", frequencies[0] if low_hz is None else low_hz)
    high = checks.number("spectral_peak.high_hz", frequencies[-1] if high_hz is None else high_hz)
    band = (frequencies >= low) & (frequencies <= high)
    if not band.any():
        raise ParameterError(
            f"spectral_peak: no frequency lies from low_hz = {low:g} to high_hz = {high:g}; "
            f"they are multiples of {frequencies[0]:g} up to {frequencies[-1]:g} Hz."
        )
    return band


def _fisher_p(share: float, ordinates: int) -> float:
    """The chance that the largest of `ordinates` exponential ones holds `share` of their sum."""
    expected = ordinates * max(0.0, 1.0 - share) ** (ordinates - 1)
    if expected > 5.0:
        # The alternating sum below cancels here; its limit for many ordinates is exact enough.
        return 1.0 - math.exp(-expected)
    total = 0.0
    for k in range(1, min(ordinates, math.floor(1.0 / share)) + 1):
        rest = 1.0 - k * share
        if rest <= 0.0:
            break
        choose = math.lgamma(ordinates + 1) - math.lgamma(k + 1) - math.lgamma(ordinates - k + 1)
        total -= (-1.0) ** k * math.exp(choose + (ordinates - 1) * math.log(rest))
    return min(1.0, max(0.0, total))
