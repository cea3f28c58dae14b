"""Coherence of two rates at a frequency, with its exact distribution.

Source: Carter 1987, doi:10.1109/PROC.1987.13723.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import as_many
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.measures._against import Against, against
from hal9lib.measures._intervals import LEVEL, clipped
from hal9lib.measures._series import rate_that_varies, segment_bins, spectra
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def coherence(
    first_hz: ArrayLike,
    second_hz: ArrayLike,
    *,
    bin_ms: float,
    frequency_hz: float,
    segment_ms: float,
    null: Null | None = None,
) -> Result:
    """Magnitude-squared coherence ``|S12|^2 / (S11 S22)`` (doi:10.1109/PROC.1987.13723).

    Spectra are averaged over segments side by side, each less its mean and Hann-tapered.

    Parameters
    ----------
    first_hz, second_hz : (bins,) two rates, or counts, in the same bins of equal width.
    bin_ms : the bins' width.
    frequency_hz : where to look; the nearest multiple of ``1 / segment`` is taken, above 0 and
        below ``1 / (2 bin)``.
    segment_ms : a segment's length, 8 bins or more; 3 segments or more fit into the rates.
    null : a null model of series such as ``shifted_series`` or ``permuted_times``. Without one, p
        is exact for independent Gaussian rates: ``(1 - C)^(K - 1)`` with K segments. Larger is
        extreme.

    Returns
    -------
    Result without a unit, 0 to 1. ``details`` hold the ``frequency_hz`` taken, the ``segments`` K
    and the ``phase_rad`` by which the second is behind the first; ``arrays`` the ``coherence`` at
    all ``frequencies_hz``.

    Raises
    ------
    ParameterError : a rate that is not finite or does not vary, rates of different length, a
        segment or a frequency that does not fit.

    Notes
    -----
    Known values: 1 for a rate and a filtered copy of it, 1 / K on average for independent ones,
    ``s^2 / (1 + s)^2`` for two that share a signal of s times their own noise's power.
    `scipy.signal.coherence` agrees (segments without overlap).
    The interval is exact for Gaussian rates: C given the true coherence c is a Beta(1 + j, K - 1)
    with j negative binomial (K, 1 - c), and its ends are the c that leave 2.5 % on either side.
    Cost: FFTs of both rates; 0.1 s for 1e6 bins, whatever the number of neurons.
    Looking at many frequencies and keeping the largest makes p too small by as many times.
    On sparse counts p is no longer exact: with a spike in one bin of a hundred, 8 % of independent
    pairs gave p below 0.05.

    Examples
    --------
    >>> import numpy as np
    >>> first = np.random.default_rng(1).normal(0.0, 1.0, 1_000)
    >>> options = {"bin_ms": 1.0, "frequency_hz": 40.0, "segment_ms": 100.0}
    >>> round(coherence(first, -2.0 * first, **options).value, 12)
    1.0
    """
    one = rate_that_varies("coherence.first_hz", first_hz, least=24)
    two = rate_that_varies("coherence.second_hz", second_hz, least=24)
    as_many("coherence.second_hz", two, "first_hz", one)
    length = segment_bins("coherence", segment_ms, bin_ms, len(one), 3)
    step_hz, last = 1e3 / (length * bin_ms), (length - 1) // 2
    place = _place(frequency_hz, step_hz, last)
    pair = np.column_stack([one, two])
    cross, curve = _curve(pair, length)
    value, segments = float(curve[place]), len(one) // length

    def statistic(series: NDArray[np.float64]) -> float:
        return float(_curve(series, length)[1][place])

    compared = against("coherence", null, "series", pair, statistic, value, "greater")
    if null is None:
        compared = Against("independent Gaussian rates", (1.0 - value) ** (segments - 1))
    found = {"frequency_hz": place * step_hz, "segments": segments}
    found["phase_rad"] = float(np.angle(cross[place]))
    frequencies = np.arange(1, last + 1) * step_hz
    curves = {"frequencies_hz": frequencies, "coherence": curve[1 : last + 1]}
    return Result(
        value=value,
        unit="1",
        interval=clipped(_interval(value, segments), value, 0.0, 1.0),
        null=compared.null,
        p=compared.p,
        measure="coherence",
        method="95 %, exact for Gaussian rates",
        details=found | dict(compared.details),
        arrays=curves | dict(compared.arrays),
    )


def _place(frequency_hz: float, step_hz: float, last: int) -> int:
    """Which multiple of `step_hz` is nearest; one from 1 to `last`."""
    place = round(checks.number("coherence.frequency_hz", frequency_hz) / step_hz)
    if not 1 <= place <= last:
        raise ParameterError(
            f"coherence.frequency_hz = {frequency_hz:g} is not allowed; use a multiple of "
            f"{step_hz:g} from {step_hz:g} to {last * step_hz:g}."
        )
    return place


def _curve(
    pair: NDArray[np.float64], length: int
) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """(frequencies,) the cross-spectrum and the coherence; 0 where a rate has no power."""
    one, two = spectra(pair[:, 0], length, length), spectra(pair[:, 1], length, length)
    cross = (one * two.conj()).mean(axis=0)
    powers = (np.abs(one) ** 2).mean(axis=0) * (np.abs(two) ** 2).mean(axis=0)
    found = np.zeros(len(cross))
    np.divide(np.abs(cross) ** 2, powers, out=found, where=powers > 0.0)
    return cross, np.minimum(found, 1.0)


def _interval(value: float, segments: int) -> tuple[float, float]:
    """The true coherences under which the one found is not extreme on either side."""
    solve = needs("scipy.optimize", "an interval").brentq
    tail, most = (1.0 - LEVEL) / 2.0, 1.0 - 1e-9
    if value >= most:
        return value, 1.0
    # In Fisher's z the found one has a standard deviation near 1 / sqrt(2 (K - 1)).
    far = np.arctanh(value**0.5) + 10.0 / (2.0 * (segments - 1)) ** 0.5
    ends = [0.0, 0.0]
    for side, below in enumerate((1.0 - tail, tail)):
        if _share_below(value, 0.0, segments) > below:
            z = solve(lambda z, b=below: _share_below(value, np.tanh(z) ** 2, segments) - b, 0, far)
            ends[side] = float(np.tanh(z) ** 2)
    return ends[0], ends[1]


def _share_below(value: float, true: float, segments: int) -> float:
    """The chance of a coherence of at most `value`, given the true one."""
    special = needs("scipy.special", "an interval")
    mean, spread = segments * true / (1.0 - true), (segments * true) ** 0.5 / (1.0 - true)
    low, high = max(0.0, mean - 12.0 * spread), mean + 12.0 * spread + 60.0
    # All whole numbers j that matter, or 1,000 of them where the sum is nearly an integral.
    j = np.unique(np.linspace(low, high, min(int(high - low) + 2, 1_000)).round())
    log_weights = special.gammaln(segments + j) - special.gammaln(1.0 + j)
    log_weights += special.xlogy(j, true)
    weights = np.exp(log_weights - log_weights.max())
    below = special.betainc(1.0 + j, segments - 1.0, value)
    return float(weights @ below / weights.sum())
