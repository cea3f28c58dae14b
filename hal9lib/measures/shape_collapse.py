"""Exponent that makes the mean shapes of avalanches of all durations one: 1 / (sigma nu z).

Source: Friedman et al. 2012, doi:10.1103/PhysRevLett.108.208102; Sethna, Dahmen & Myers 2001,
doi:10.1038/35065675.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import symbols
from hal9lib.avalanche import Avalanches, of_counts
from hal9lib.errors import ParameterError
from hal9lib.measures import _shape_kernels as kernels
from hal9lib.measures._against import against
from hal9lib.measures._intervals import t_interval
from hal9lib.measures._size_of_duration import growth_exponent, lengths_with
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_GROUPS = 20
_POINTS = 20

Floats = NDArray[np.float64]


def shape_collapse(
    activity: ArrayLike,
    *,
    low: int = 4,
    high: int | None = None,
    least: int = 20,
    null: Null | None = None,
) -> Result:
    """The gamma for which ``T^(1 - gamma) a(u T, T)`` is the same for every duration T.

    a is the mean activity at time u T, 0 < u < 1, of the avalanches of T bins: Sethna et al. 2001,
    Friedman et al. 2012 (doi:10.1103/PhysRevLett.108.208102). gamma is 1 / (sigma nu z), and the
    mean size grows as ``T^gamma``. It is where the collapse error is least: over 20 places u, the
    variance of the rescaled profiles among durations, each with the weight of its number of
    avalanches, over the square of their mean.

    Parameters
    ----------
    activity : (bins,) spikes of all neurons in each bin. Avalanches: see `hal9lib.avalanches`.
    low, high : durations used, in bins; `low` is 4 or more, `high` None for no end.
    least : a duration counts that has this many avalanches, 2 or more.
    null : a null model of a series, such as ``permuted_times``, whose avalanches are chance runs. A
        surrogate without 3 such durations is measured with half of `least`, or half of that.

    Returns
    -------
    Result without a unit, sought from -1 to 5. ``details``: ``gamma_fit``, the slope of log mean
    size on log duration, same weights; ``error``, the least collapse error (0: one shape);
    ``asymmetry``, the mean profile's second half less its first, over both; how many ``durations``
    and ``avalanches``. ``arrays``: ``durations``, how ``many`` avalanches each has, their rescaled
    ``profiles`` (durations, places) and the places ``position``. p is one-sided (greater).

    Raises
    ------
    ParameterError : activity that is not whole numbers from 0, fewer than 3 durations with `least`
        avalanches, a value that is not allowed.

    Notes
    -----
    Known values: the gamma of parabolas ``T^(gamma - 1) u (1 - u)``, exactly, at any durations; 2
    and a parabola for critical branching, which short durations approach slowly (1.74 for 4 to 50
    bins, 1.86 for 10 to 100, 1.90 for 20 to 200); 1 and a flat profile for bins independent of
    one another.
    Noise in the means of rare durations shifts the least error; value and interval are those of
    the jackknife over 20 groups of avalanches, in the order of time, which takes that off. It asks
    for durations that keep some avalanches when one group is left out.
    Cost: a pass over the bins and 21 fits; 0.05 s for 1e6 bins, however many neurons.

    Examples
    --------
    Parabolas of 6, 8 and 12 bins, with ``T^2 u (1 - u)`` spikes (times 4 to be whole) in a bin:

    >>> import numpy as np
    >>> middles = [np.arange(T) + 0.5 for T in (6, 8, 12)]
    >>> shapes = [4 * t * (len(t) - t) for t in middles]
    >>> rounds = [[0], shapes[0], [0], shapes[1], [0], shapes[2]] * 40
    >>> round(shape_collapse(np.concatenate(rounds + [[0]])).value, 6)
    3.0
    """
    counts = symbols("shape_collapse.activity", activity)
    low, most, least = _limits(low, high, least)
    found, lengths = _of_durations(counts, low, most, least)
    if len(lengths) < 3:
        raise ParameterError(
            f"shape_collapse.activity: {len(found):,} avalanches, and {len(lengths)} durations "
            f"from {low} bins with {least} of them; 3 are needed. Use a longer record, other bins "
            "or a smaller least."
        )

    def statistic(series: NDArray[np.int64]) -> float:
        chance, those = _of_durations(series.ravel(), low, most, least, enough=3)
        return _Profiles(chance, those, 1).gamma() if len(those) > 2 else np.nan

    profiles = _Profiles(found, lengths, _GROUPS)
    gamma, error = profiles.jackknife()
    comparison = against(
        "shape_collapse", null, "series", counts[:, None], statistic, profiles.gamma(), "greater"
    )
    details, arrays = profiles.collapsed(gamma)
    fit = growth_exponent(found.sizes, found.durations, lengths)[0]
    return Result(
        value=gamma,
        unit="1",
        interval=t_interval(gamma, error, _GROUPS - 1),
        null=comparison.null,
        p=comparison.p,
        measure="shape_collapse",
        method=f"95 %, jackknife over {_GROUPS} groups of avalanches",
        details={"gamma_fit": fit, **details, **comparison.details},
        arrays={**arrays, **comparison.arrays},
    )


def _limits(low: int, high: int | None, least: int) -> tuple[int, int, int]:
    """Checked (low, high, least); high 0 for None."""
    low = checks.whole("shape_collapse.low", low, low=4, high=2**31 - 1)
    most = 0
    if high is not None:
        most = checks.whole("shape_collapse.high", high, low=low + 1, high=2**31 - 1)
    return low, most, checks.whole("shape_collapse.least", least, low=2, high=2**31 - 1)


def _of_durations(
    counts: NDArray[np.int64], low: int, high: int, least: int, enough: int = 0
) -> tuple[Avalanches, NDArray[np.int64]]:
    """The avalanches of (bins,) counts and the durations that at least `least` of them have.

    Where there are not `enough` such durations, half as many avalanches will do, and half of that.
    """
    found = of_counts(counts)
    lengths = lengths_with(found.durations, low, high, least)
    while len(lengths) < enough and least > 1:
        least //= 2
        lengths = lengths_with(found.durations, low, high, least)
    return found, lengths


class _Profiles:
    """Sums of avalanches of equal duration, of all and of each of some groups."""

    def __init__(self, found: Avalanches, lengths: NDArray[np.int64], groups: int) -> None:
        self.lengths = lengths
        place = np.full(lengths[-1] + 1, -1)
        place[lengths] = np.arange(len(lengths))
        self.sums, self.many = kernels.profile_sums(
            found.shapes, found.durations, place, lengths, groups
        )

    def gamma(self, without: int | None = None) -> float:
        """The gamma of the least collapse error, of all or without one group."""
        return float(kernels.best_collapse(*self._means(without), self.lengths))

    def jackknife(self) -> tuple[float, float]:
        """gamma, freed of its bias, and its standard error."""
        groups = len(self.many)
        left_out = np.array([self.gamma(group) for group in range(groups)])
        error = float(left_out.var() * (groups - 1)) ** 0.5
        return groups * self.gamma() - (groups - 1) * float(left_out.mean()), error

    def collapsed(self, gamma: float) -> tuple[dict[str, float], dict[str, NDArray[Any]]]:
        """(details, arrays) of the collapse with this gamma."""
        means, many = self._means(None)
        rescaled = self.lengths[:, None] ** (1.0 - gamma) * means
        profile = many @ rescaled / many.sum()
        halves = profile[: _POINTS // 2].sum(), profile[_POINTS // 2 :].sum()
        details = {
            "error": float(kernels.collapse_error(means, many, self.lengths, gamma)[0]),
            "asymmetry": float((halves[1] - halves[0]) / (halves[0] + halves[1])),
            "durations": len(self.lengths),
            "avalanches": int(many.sum()),
        }
        arrays = {
            "durations": self.lengths,
            "many": many.astype(np.int64),
            "profiles": rescaled,
            "position": (np.arange(_POINTS) + 0.5) / _POINTS,
        }
        return details, arrays

    def _means(self, without: int | None) -> tuple[Floats, Floats]:
        sums, many = self.sums.sum(axis=0), self.many.sum(axis=0)
        if without is not None:
            sums, many = sums - self.sums[without], many - self.many[without]
        return kernels.resampled(sums, many, self.lengths, _POINTS), many
