"""Entropies of groups of units, in bits, and the measures that are sums of them.

Source: Rosas, Mediano, Gastpar & Jensen 2019, doi:10.1103/PhysRevE.100.032305. Entropies are held
sample by sample, as ``-log2 p(sample)``: their mean is the entropy, and how that mean wanders in
time is the error of every sum of them.
"""

from functools import cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.jit import kernel
from hal9lib.measures._intervals import standard_error

#: The joint states that are counted at most: a table of 32 MB.
MOST_CELLS = 2**22

#: Batches in time behind an interval.
BATCHES = 20

Floats = NDArray[np.float64]


class Entropies(NamedTuple):
    """Entropies of `units` units: numbers, or (times,) arrays whose means they are.

    singles : of each unit alone, summed. whole : of all together. rests : of all but one unit,
    summed over the one left out.
    """

    singles: Any
    whole: Any
    rests: Any
    units: int


def total_correlation(h: Entropies) -> Any:
    """What the units' own entropies hold more than the whole."""
    return h.singles - h.whole


def dual_total_correlation(h: Entropies) -> Any:
    """The entropy of the whole that no unit has for itself."""
    return h.rests - (h.units - 1) * h.whole


def o_information(h: Entropies) -> Any:
    """Above 0 where redundancy outweighs synergy."""
    return total_correlation(h) - dual_total_correlation(h)


def s_information(h: Entropies) -> Any:
    """Every unit's mutual information with the rest, summed."""
    return total_correlation(h) + dual_total_correlation(h)


def gaussian(series: NDArray[Any]) -> tuple[Entropies, Entropies]:
    """Entropies of a Gaussian of the series' covariance, sample by sample, and their bias.

    ``h = units log(2 pi)/2 + log|S|/2 + x' inv(S) x / 2`` less its first term, which cancels in
    every measure. S divides by the number of times. The inverse P of S gives the groups without
    unit i: ``|S_-i| = |S| P_ii`` and ``x' inv(S) x - (P x)_i^2 / P_ii``.
    """
    times, units = series.shape
    x = series - series.mean(axis=0)
    covariance = x.T @ x / times
    inverse = np.linalg.inv(covariance)
    variance, own = np.diag(covariance), np.diag(inverse)
    log_det = np.linalg.slogdet(covariance)[1]
    pushed = x @ inverse
    distance = (x * pushed).sum(axis=1)
    singles = np.log(variance).sum() + x**2 @ (1.0 / variance)
    rests = units * (log_det + distance) + np.log(own).sum() - pushed**2 @ (1.0 / own)
    bits = 0.5 / np.log(2.0)
    h = Entropies(bits * singles, bits * (log_det + distance), bits * rests, units)
    return h, _gaussian_bias(times, units)


@cache
def _gaussian_bias(times: int, units: int) -> Entropies:
    one, rest, whole = (gaussian_bias(times, size) for size in (1, units - 1, units))
    return Entropies(units * one, whole, units * rest, units)


def gaussian_bias(times: int, size: int) -> float:
    """Mean error, in bits, of a Gaussian's entropy from independent samples (units `size`).

    ``(sum over j = 1..size of digamma((times - j)/2) + size log(2/times)) / 2``, from the
    distribution of a covariance's determinant: Misra, Singh & Demchuk 2005,
    doi:10.1016/j.jmva.2003.10.003.
    """
    digamma = needs("scipy.special", "a bias correction").digamma
    log_det = digamma((times - np.arange(1, size + 1)) / 2.0).sum() + size * np.log(2.0 / times)
    return float(0.5 * log_det / np.log(2.0))


def discrete(series: NDArray[Any]) -> tuple[Entropies, Entropies]:
    """Entropies of counted states, sample by sample, and their bias.

    The bias of each is ``-(states seen - 1) / (2 times)`` nats (Miller & Madow).
    """
    units = series.shape[1]
    ones = np.ascontiguousarray(series.T, np.int64)
    places = np.cumprod(np.concatenate([[1], ones.max(axis=1) + 1]))
    digits = ones * places[:-1, None]
    whole = digits.sum(axis=0)
    bits, bias = counted(np.concatenate([ones, [whole], whole - digits]), int(places[-1]))
    h, b = (
        Entropies(one.sum(axis=0), whole[0], rest.sum(axis=0), units)
        for one, whole, rest in (np.split(part, [units, units + 1]) for part in (bits, bias))
    )
    return h, b


def symbols_of(measure: str, drawn: NDArray[Any]) -> NDArray[np.int64]:
    """A surrogate of symbols, as whole numbers again."""
    codes = drawn.astype(np.int64)
    if (codes != drawn).any() or codes.min(initial=0) < 0:
        raise ParameterError(
            f"{measure}.null makes symbols into other numbers, which is not allowed; use one that "
            "moves them in time, such as shifted_series or permuted_times."
        )
    return codes


def relabelled(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The columns' symbols as 0, 1, 2, … in order, each column by itself."""
    inverse = [np.unique(column, return_inverse=True)[1] for column in columns.T]
    return np.column_stack(inverse) if inverse else columns


def few_enough(name: str, alphabets: list[int], use: str) -> None:
    """Raise ParameterError where the joint states are too many to be counted."""
    if prod(alphabets) > MOST_CELLS:
        raise ParameterError(
            f"{name} has more than {MOST_CELLS:,} joint states, which is not allowed; use {use}."
        )


def counted(groups: NDArray[np.int64], cells: int) -> tuple[Floats, Floats]:
    """(groups, times) the bits of each sample by plug-in, and (groups,) their mean's bias."""
    bits, seen = _counted(np.ascontiguousarray(groups), cells)
    return bits, -(seen - 1) / (2.0 * groups.shape[1] * np.log(2.0))


@kernel
def _counted(groups, cells):
    many, times = groups.shape
    logs = np.log2(np.arange(1.0, times + 1.0))
    bits = np.empty((many, times))
    seen = np.zeros(many, np.int64)
    table = np.zeros(cells, np.int64)
    for group in range(many):
        codes = groups[group]
        for code in codes:
            seen[group] += table[code] == 0
            table[code] += 1
        for time in range(times):
            bits[group, time] = logs[times - 1] - logs[table[codes[time]] - 1]
        for code in codes:
            table[code] = 0
    return bits, seen


def time_error(bits: Floats) -> tuple[float, int]:
    """Standard error of the mean of a series by batches in time, and its degrees of freedom."""
    batches = min(BATCHES, len(bits) // 2)
    means = np.array([batch.mean() for batch in np.array_split(bits, batches)])
    return standard_error(means), batches - 1
