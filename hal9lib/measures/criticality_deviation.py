"""Deviation from criticality: how far avalanche exponents are from the scaling relation.

Source: Ma et al. 2019, doi:10.1016/j.neuron.2019.08.031; the relation: Sethna, Dahmen & Myers 2001,
doi:10.1038/35065675.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import as_many, symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import NORMAL_QUANTILE
from hal9lib.measures._power_law import PowerLaw, cuts, fitted
from hal9lib.measures._size_of_duration import growth_exponent, lengths_with
from hal9lib.result import Result

_NAME = "criticality_deviation"
#: Fewer avalanches of one duration say too little about their mean size.
_LEAST = 10

Cuts = tuple[int, int | None]


def criticality_deviation(
    sizes: ArrayLike,
    durations: ArrayLike,
    *,
    size_cuts: Cuts = (1, None),
    duration_cuts: Cuts = (1, None),
) -> Result:
    """How far apart ``(alpha - 1) / (tau - 1)`` and the gamma of ``<S>(T) ~ T^gamma`` are.

    The deviation from criticality coefficient of Ma et al. 2019
    (doi:10.1016/j.neuron.2019.08.031), an absolute difference. alpha and tau are the likeliest
    exponents of durations and of sizes between their cuts (`avalanche_exponent`), gamma is the
    slope of log mean size on log duration, of durations between the cuts that 10 avalanches have.

    Parameters
    ----------
    sizes, durations : (avalanches,) of each, whole numbers from 1; see `hal9lib.avalanches`.
    size_cuts, duration_cuts : (low, high), both included; high None for no upper cut.

    Returns
    -------
    Result without a unit; 0 at criticality. ``details``: ``alpha``, ``tau``, ``gamma_predicted``,
    ``gamma_fit``, ``difference`` (predicted less fitted) and ``avalanches``. A SMALL p says that
    the scaling relation does NOT hold; it is two-sided, from the difference over its error.

    Raises
    ------
    ParameterError : too few numbers between the cuts, fewer than 3 durations that 10 avalanches
        have, a tau of 1 or less, a value that is not allowed.

    Notes
    -----
    Known values: 0 where sizes are durations; 0 within the interval for critical branching (3/2, 2
    and 2), from cuts of 20 bins and 100 spikes up. Below, it has not reached its power laws: from
    5 bins and 10 spikes it is 0.067, which 90,000 avalanches tell from 0.
    The interval is normal, by the delta method: each avalanche's influence on the three exponents,
    taken together, squared and added. An interval of the difference that holds 0 is one from 0 for
    the deviation. Avalanches are taken as independent of one another and cuts as given.
    A small deviation is no proof of criticality (Destexhe & Touboul 2021,
    doi:10.1523/ENEURO.0551-20.2021): look at the p of `avalanche_exponent` for both laws, and at
    the deviation of a null model's avalanches; critical branching in shuffled bins has about 2.
    Cost: a few sorts and two fits; 0.3 s for 1e6 avalanches, however many neurons.

    Examples
    --------
    Avalanches of one spike a bin, whatever their laws: ``alpha = tau`` and ``<S> = T``:

    >>> durations = [1] * 40 + [2] * 20 + [3] * 10
    >>> found = criticality_deviation(durations, durations)
    >>> round(found.value, 9), round(found.p, 3)
    (0.0, 1.0)
    """
    size = symbols(f"{_NAME}.sizes", sizes, low=1, high=2**53)
    duration = symbols(f"{_NAME}.durations", durations, low=1, high=2**31 - 1)
    as_many(f"{_NAME}.durations", duration, "sizes", size)
    difference, error, details = _difference(
        size, duration, _law("sizes", size, size_cuts), _law("durations", duration, duration_cuts)
    )
    return Result(
        value=float(abs(difference)),
        unit="1",
        interval=_folded(difference, NORMAL_QUANTILE * error),
        null="the scaling relation",
        # What rounding leaves of no difference is none.
        p=math.erfc(abs(difference) / max(error, 1e-9) / math.sqrt(2.0)),
        measure=_NAME,
        method="95 %, normal, by the influence of each avalanche",
        details=details | {"difference": difference, "avalanches": len(size)},
    )


def _difference(
    size: NDArray[np.int64],
    duration: NDArray[np.int64],
    of_sizes: PowerLaw,
    of_durations: PowerLaw,
) -> tuple[float, float, dict[str, float]]:
    """(predicted less fitted gamma, its standard error, the exponents)."""
    gamma, by_size = _growth(size, duration, of_durations)
    tau, alpha = of_sizes.exponent, of_durations.exponent
    if tau <= 1.0:
        raise ParameterError(
            f"{_NAME}.sizes has exponent {tau:.3g} between the cuts; the relation asks for more "
            "than 1. Use other cuts."
        )
    predicted = (alpha - 1.0) / (tau - 1.0)
    of_ratio = _influence(of_durations, duration) - predicted * _influence(of_sizes, size)
    influence = of_ratio / (tau - 1.0) - by_size
    exponents = {"alpha": alpha, "tau": tau, "gamma_predicted": predicted, "gamma_fit": gamma}
    return predicted - gamma, math.sqrt(float(influence @ influence)), exponents


def _growth(
    size: NDArray[np.int64], duration: NDArray[np.int64], law: PowerLaw
) -> tuple[float, NDArray[np.float64]]:
    """gamma and what each avalanche adds to its error, of the durations that are frequent."""
    lengths = lengths_with(duration, law.low, law.high, _LEAST)
    if len(lengths) < 3:
        raise ParameterError(
            f"{_NAME}.durations has {len(lengths)} durations between the cuts with {_LEAST} "
            "avalanches; 3 are needed. Use wider cuts, or more avalanches."
        )
    return growth_exponent(size, duration, lengths)


def _law(which: str, data: NDArray[np.int64], between: Cuts) -> PowerLaw:
    """The likeliest power law of sizes or of durations between their cuts."""
    name = f"{_NAME}.{which[:-1]}_cuts"
    if not isinstance(between, tuple | list) or len(between) != 2 or between[0] is None:
        raise ParameterError(
            f"{name} = {between!r} is not allowed; use (low, high), such as (1, None)."
        )
    low, high = cuts(name, *between)
    return fitted(f"{_NAME}.{which}", data, low, high)


def _influence(law: PowerLaw, data: NDArray[np.int64]) -> NDArray[np.float64]:
    """(avalanches,) by how much each moves the exponent; their squares add up to its variance."""
    inside = (data >= law.low) & ((data <= law.high) | (law.high == 0))
    logs = np.log(data) - law.counts @ np.log(law.values) / law.size
    influence: NDArray[np.float64] = np.where(inside, -logs / (law.size * law.log_variance), 0.0)
    return influence


def _folded(difference: float, half: float) -> tuple[float, float]:
    """The interval of an absolute value, from that of the value."""
    low, high = difference - half, difference + half
    if low <= 0.0 <= high:
        return 0.0, max(-low, high)
    return min(abs(low), abs(high)), max(abs(low), abs(high))
