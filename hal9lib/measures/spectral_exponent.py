"""Slope of a power spectrum: the exponent of 1/f^beta noise by Whittle's likelihood.

Source: Whittle 1953, doi:10.1007/BF02590998; Robinson 1995, doi:10.1214/aos/1176324317.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.extras import needs
from hal9lib.measures._against import Against, against
from hal9lib.measures._series import band_of, hann, rate_that_varies
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Neighbouring ordinates of a Hann-tapered periodogram are alike, which multiplies the variance of
#: a sum over them by n sum(h^4) / sum(h^2)^2 = (35 / 128) / (3 / 8)^2.
_TAPER = 35.0 / 18.0
#: Ordinates from which the variance is its limit within the accuracy asked of an interval.
_LEAST = 10


def spectral_exponent(
    rate_hz: ArrayLike,
    *,
    bin_ms: float,
    low_hz: float,
    high_hz: float,
    null: Null | None = None,
) -> Result:
    """The beta of a power spectrum ``c / f^beta`` over a band (doi:10.1007/BF02590998).

    Of the ordinates I_j of the Hann-tapered periodogram at the frequencies f_j in the band, beta
    minimises ``log(mean_j(I_j f_j^beta)) - beta mean_j(log f_j)``, the likelihood of independent
    exponential ordinates with c at its best (doi:10.1214/aos/1176324317). The taper keeps the steep
    low end from leaking into the rest, so beta up to 4 can be told, drifting series included; it
    costs interval: the variance is ``35 / 18 / sum_j((log f_j - mean)^2)`` instead of 1 over it.

    Parameters
    ----------
    rate_hz : (bins,) a population rate, potential or other series in bins of equal width.
    bin_ms : the bins' width.
    low_hz, high_hz : the band, ends included. Begin at 3 times the resolution or above, where
        drift and taper do not reach; end well below ``1 / (2 bin)``, towards which a sampled
        process flattens.
    null : a null model of series such as ``permuted_times``: then its surrogates give p. Without
        one, p is that of a flat spectrum. Far on either side is extreme.

    Returns
    -------
    Result without a unit; ``details`` hold the number of ``frequencies``; ``arrays`` the
    ``frequencies_hz`` and the ``power`` at each (per Hz) for a figure of how straight the line is.

    Raises
    ------
    ParameterError : a rate that is not finite or does not vary, a band of fewer than 10
        frequencies.

    Notes
    -----
    Known values: 0 for white noise, 2 for Brownian motion, the beta of noise made as ``1/f^beta``.
    Cost: one FFT and a few passes over the band; 0.2 s for 1e6 bins, whatever the number of
    neurons. The interval is that of a law that holds over the whole band: a peak or a knee inside
    it bends beta, and no interval shows it.

    Examples
    --------
    >>> import numpy as np
    >>> walk = np.cumsum(np.random.default_rng(1).normal(0.0, 1.0, 20_000))
    >>> slope = spectral_exponent(walk, bin_ms=1.0, low_hz=1.0, high_hz=50.0)
    >>> 2.0 in slope, slope.details["frequencies"]
    (True, 981)
    """
    name = "spectral_exponent"
    rate = rate_that_varies(f"{name}.rate_hz", rate_hz, least=2 * _LEAST)
    bin_ms = checks.number(f"{name}.bin_ms", bin_ms, low=0.0, open_low=True)
    frequencies = np.arange(1, (len(rate) + 1) // 2) * (1e3 / (len(rate) * bin_ms))
    band = band_of(name, frequencies, low_hz, high_hz, _LEAST)
    logs = np.log(frequencies[band])
    logs -= logs.mean()
    power = partial(_periodogram, taper=hann(len(rate)), of=np.flatnonzero(band) + 1)
    value = _whittle(power(rate), logs)
    error = (_TAPER / float(logs @ logs)) ** 0.5
    normal = needs("scipy.stats", "an interval").norm
    if null is None:
        compared = Against("a flat spectrum", float(2.0 * normal.sf(abs(value) / error)))
    else:
        compared = against(
            name, null, "series", rate[:, None], lambda s: _whittle(power(s), logs), value, "both"
        )
    half = float(normal.ppf(0.975)) * error
    return Result(
        value=value,
        unit="1",
        interval=(value - half, value + half),
        null=compared.null,
        p=compared.p,
        measure=name,
        method="95 %, Fisher information of the tapered periodogram",
        details={"frequencies": len(logs)} | dict(compared.details),
        arrays={"frequencies_hz": frequencies[band], "power": 2e-3 * bin_ms * power(rate)}
        | dict(compared.arrays),
    )


def _periodogram(
    series: NDArray[np.float64], taper: NDArray[np.float64], of: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The tapered periodogram at the frequencies `of`, for a taper of any height."""
    line = series.reshape(-1)
    return np.abs(np.fft.rfft(taper * (line - line.mean()))[of]) ** 2 / float(taper @ taper)


def _whittle(power: NDArray[np.float64], logs: NDArray[np.float64]) -> float:
    """The beta at the minimum of log mean(power exp(beta logs)), convex; logs have mean 0."""
    with np.errstate(divide="ignore"):  # a frequency without power weighs nothing
        log_power = np.log(power)
    beta = 0.0
    for _ in range(200):
        weights = log_power + beta * logs
        weights = np.exp(weights - weights.max())
        weights /= weights.sum()
        slope = float(weights @ logs)
        curvature = float(weights @ logs**2) - slope * slope
        # A step of 1 at most: far from the minimum the curvature can vanish.
        step = min(1.0, max(-1.0, slope / max(curvature, 1e-12)))
        beta -= step
        if abs(step) < 1e-12:
            break
    return beta
