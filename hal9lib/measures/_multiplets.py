"""Sums of entropies of one group of units, or of a sample of groups (multiplets), as a Result."""

from collections.abc import Callable
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import matrix, one_of, symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._entropies import (
    Entropies,
    discrete,
    few_enough,
    gaussian,
    relabelled,
    symbols_of,
    time_error,
)
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Units of one multiplet at most: an inverse of their covariance takes 0.5 s.
MOST_UNITS = 2_000

#: Below this, the least eigenvalue of a correlation matrix says that units depend on each other.
DEPENDENT = 1e-10

Formula = Callable[[Entropies], Any]
Series = NDArray[Any]
Multiplets = NDArray[np.int64]


def measured(
    name: str,
    formula: Formula,
    series: ArrayLike,
    *,
    states: str,
    order: int | None,
    multiplets: int,
    seed: int,
    null: Null | None,
    side: str,
) -> Result:
    """The mean over multiplets of `formula` of their entropies, with interval, null and p."""
    checked = _checked(name, series, one_of(f"{name}.states", states, ("gaussian", "discrete")))
    chosen, sampled = _chosen(name, checked.shape[1], order, multiplets, seed)
    units, groups = _renumbered(chosen)
    prepare = standardised if states == "gaussian" else _of_symbols
    used = prepare(name, checked[:, units], groups, units)

    def values(drawn: Series) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        own = drawn if states == "gaussian" else symbols_of(name, drawn)
        return _values(formula, gaussian if states == "gaussian" else discrete, own, groups)

    bits, local, plug_in = values(used)
    value = float(bits.mean())
    compared = against(name, null, "series", used, lambda x: values(x)[0].mean(), value, side)
    interval, method = _interval(bits, local, sampled)
    counts = {"units": chosen.shape[1], "multiplets": len(chosen), "times": len(used)}
    return Result(
        value=value,
        unit="bits",
        interval=clipped(interval, value, low=-np.inf if side == "both" else 0.0),
        null=compared.null,
        p=compared.p,
        measure=name,
        method=method,
        details={"plug_in_bits": plug_in, **counts, **compared.details},
        arrays={"multiplets": chosen, "multiplet_bits": bits, **compared.arrays},
    )


def _values(
    formula: Formula,
    estimate: Callable[[Series], tuple[Entropies, Entropies]],
    series: Series,
    groups: Multiplets,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """(multiplets,) bits of each, (times,) their mean sample by sample, and before correction."""
    bits, raw = np.empty(len(groups)), np.empty(len(groups))
    local = np.zeros(len(series))
    for number, group in enumerate(groups):
        entropies, bias = estimate(series[:, group])
        each = formula(entropies)
        raw[number] = each.mean()
        bits[number] = raw[number] - formula(bias)
        local += each
    return bits, local / len(groups), float(raw.mean())


def _interval(
    bits: NDArray[np.float64], local: NDArray[np.float64], sampled: bool
) -> tuple[tuple[float, float], str]:
    """The mean's 95 % interval and how it came about."""
    error, freedom = time_error(local)
    method = f"95 % t, {freedom + 1} batches in time"
    if sampled:  # other multiplets would have another mean
        error = float(np.hypot(error, bits.std(ddof=1) / len(bits) ** 0.5))
        method += " and multiplets drawn"
    return t_interval(float(bits.mean()), error, freedom), method


def _checked(name: str, series: ArrayLike, states: str) -> Series:
    """(times, units) finite numbers, or symbols, with enough times and units."""
    least = (4, 2)
    array = matrix(f"{name}.series", series, rows="times", columns="units", least=least)
    return array if states == "gaussian" else symbols(f"{name}.series", array, dimensions=2)


def _chosen(
    name: str, units: int, order: int | None, multiplets: int, seed: int
) -> tuple[Multiplets, bool]:
    """(multiplets, units) the groups to measure, and whether they were drawn among more."""
    multiplets = checks.whole(f"{name}.multiplets", multiplets, low=2, high=10**6)
    seed = checks.whole(f"{name}.seed", seed, low=0, high=2**64 - 1)
    size = units if order is None else checks.whole(f"{name}.order", order, low=2, high=units)
    if size > MOST_UNITS:
        raise ParameterError(
            f"{name}.order = {size:,} units, which is not allowed; use at most {MOST_UNITS:,}, "
            "such as order=3 for a sample of triplets."
        )
    if comb(units, size) <= multiplets:
        return np.array(list(combinations(range(units), size)), np.int64), False
    generator = np.random.Generator(np.random.Philox(key=seed))
    draws = [generator.choice(units, size, replace=False) for _ in range(multiplets)]
    return np.sort(np.array(draws, np.int64), axis=1), True


def _renumbered(chosen: Multiplets) -> tuple[NDArray[np.int64], Multiplets]:
    """The units that are used, and the multiplets by their places among these."""
    units, places = np.unique(chosen, return_inverse=True)
    return units, places.reshape(chosen.shape)


def standardised(name: str, used: Series, groups: Multiplets, units: Multiplets) -> Series:
    """The units used, standardised; each varies, and no multiplet's units depend on each other."""
    size = groups.shape[1]
    if len(used) < size + 2:
        raise ParameterError(
            f"{name}.series has {len(used):,} times for {size:,} units, which is not allowed; use "
            f"{size + 2:,} times or more, or a lower order."
        )
    still = np.ptp(used, axis=0) == 0.0
    if still.any():
        where = int(np.argmax(still))
        raise ParameterError(
            f"{name}.series[:, {units[where]}] = {used[0, where]:g} throughout, which is not "
            "allowed where states are gaussian; leave that unit out, or use states='discrete'."
        )
    z = (used - used.mean(axis=0)) / used.std(axis=0)
    for group in groups:
        own = z[:, group]
        if np.linalg.eigvalsh(own.T @ own / len(own))[0] < DEPENDENT:
            raise ParameterError(
                f"{name}.series: units {_some(units[group])} are linearly dependent, so their "
                "Gaussian entropy is not finite; leave one out, or use states='discrete'."
            )
    return z


def _of_symbols(name: str, used: Series, groups: Multiplets, _units: Multiplets) -> Series:
    """The units used, their symbols relabelled 0, 1, …; the joint states can be counted."""
    codes = relabelled(used)
    alphabets = codes.max(axis=0) + 1
    most = groups[np.argmax(np.log(alphabets)[groups].sum(axis=1))]
    few_enough(f"{name}.series", alphabets[most].tolist(), "a lower order or fewer symbols")
    return codes


def _some(units: Multiplets) -> str:
    words = ", ".join(str(unit) for unit in units[:6])
    return f"{words}, …" if len(units) > 6 else words
