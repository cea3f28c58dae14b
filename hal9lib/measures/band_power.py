"""Power of a rhythm: the share of a rate's power that lies in a band, by Welch's method.

Source: Welch 1967, doi:10.1109/TAU.1967.1161901.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.measures._against import against
from hal9lib.measures._intervals import standard_error, t_quantile
from hal9lib.measures._series import band_of, rate_that_varies, segment_bins, spectra
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Half-overlapping Hann segments of white noise have powers with a correlation of 1/36, which
#: multiplies the variance of their mean.
_OVERLAP = 1.0 + 2.0 / 36.0


def band_power(
    rate_hz: ArrayLike,
    *,
    bin_ms: float,
    low_hz: float,
    high_hz: float,
    segment_ms: float,
    null: Null | None = None,
) -> Result:
    """Power from `low_hz` to `high_hz` over all power above 0 Hz (doi:10.1109/TAU.1967.1161901).

    Power is that of segments that overlap by half, each less its mean and Hann-tapered, averaged;
    its frequencies are ``k / segment``.

    Parameters
    ----------
    rate_hz : (bins,) a population rate, or spike counts, in bins of equal width.
    bin_ms : the bins' width.
    low_hz, high_hz : the band, ends included.
    segment_ms : a segment's length, 8 bins or more and at most half the rate's. The taper spreads
        a line over ``1 / segment`` on either side: choose it well below the band's width.
    null : a null model of series such as ``permuted_times``, under which a band's share is that of
        its width. Larger is extreme. ``phase_randomised`` keeps the spectrum, so it tells nothing.

    Returns
    -------
    Result without a unit, 0 to 1. ``details`` hold ``variance``, the band's own in squared units of
    the rate, and how many ``segments``; ``arrays`` the ``frequencies_hz`` and the ``power`` (per
    Hz). The interval is from the spread over segments (of the logit, so that it stays in 0 to 1).

    Raises
    ------
    ParameterError : a rate that is not finite or does not vary, a segment or a band that does not
        fit.

    Notes
    -----
    Known values: 1 for a sine well inside the band, its share of the variance for a sine in white
    noise, the band's share of the frequencies for white noise alone; bands side by side add up to
    1. `scipy.signal.welch` has the same power.
    Cost: FFTs of twice the rate; 0.1 s for 1e6 bins, whatever the number of neurons.
    Segments should be longer than what the rhythm's amplitude remembers, or the interval is too
    narrow. Drift within a segment counts as power at the lowest frequencies.

    Examples
    --------
    >>> import numpy as np
    >>> time_s = np.arange(2_000) * 1e-3
    >>> rate = 10.0 + np.sin(2 * np.pi * 40.0 * time_s)
    >>> share = band_power(rate, bin_ms=1.0, low_hz=30.0, high_hz=50.0, segment_ms=200.0)
    >>> round(share.value, 6), round(share.details["variance"], 6)
    (1.0, 0.5)
    """
    rate = rate_that_varies("band_power.rate_hz", rate_hz, least=16)
    length = segment_bins("band_power", segment_ms, bin_ms, len(rate), 2)
    frequencies = np.arange(1, length // 2 + 1) * (1e3 / (length * bin_ms))
    band = band_of("band_power", frequencies, low_hz, high_hz, 1)
    power = _power(rate, length)
    of_band, of_all = power[:, band].sum(axis=1), power.sum(axis=1)
    value = float(of_band.mean() / of_all.mean())

    def share(series: NDArray[np.float64]) -> float:
        found = _power(series.reshape(-1), length).mean(axis=0)
        return float(found[band].sum() / found.sum())

    compared = against("band_power", null, "series", rate[:, None], share, value, "greater")
    return Result(
        value=value,
        unit="1",
        interval=_interval(value, (of_band - value * of_all) / of_all.mean()),
        null=compared.null,
        p=compared.p,
        measure="band_power",
        method="95 % t over segments",
        details={"variance": float(of_band.mean()), "segments": len(power)}
        | dict(compared.details),
        arrays={
            "frequencies_hz": frequencies,
            "power": power.mean(axis=0) * (length * bin_ms * 1e-3),
        }
        | dict(compared.arrays),
    )


def _power(rate: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """(segments, frequencies above 0) of variance: for each segment they add up to its own."""
    found = np.abs(spectra(rate, length, length - length // 2)[:, 1:]) ** 2
    found *= 2.0 / (length * 0.375 * length)  # both signs; the mean square of the taper
    if length % 2 == 0:
        found[:, -1] /= 2.0  # the last frequency has one sign only
    return found


def _interval(value: float, influence: NDArray[np.float64]) -> tuple[float, float]:
    """Of a share, from what each segment adds to it, through its logit."""
    error = standard_error(influence) * math.sqrt(_OVERLAP)
    if error == 0.0 or not 0.0 < value < 1.0:
        return value, value
    half = t_quantile(len(influence) - 1) * error / (value * (1.0 - value))
    odds = value / (1.0 - value)
    low, high = odds * math.exp(-half), odds * math.exp(min(half, 600.0))
    return min(value, low / (1.0 + low)), max(value, high / (1.0 + high))
