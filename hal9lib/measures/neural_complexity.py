"""Neural complexity: how much the parts of a group, of every size, share with the rest of it.

Source: Tononi, Sporns & Edelman 1994, doi:10.1073/pnas.91.11.5033.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import matrix
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._entropies import gaussian_bias, time_error
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._multiplets import standardised
from hal9lib.measures._subset_kernels import over_subsets
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Units up to which all subsets are visited, and up to which they are drawn.
EVERY_SUBSET, MOST_UNITS = 16, 500

#: Half the logarithm of a determinant is an entropy in nats; this makes it one in bits.
BITS = 0.5 / np.log(2.0)

Floats = NDArray[np.float64]
Orders = list[NDArray[np.int64]] | None


def neural_complexity(
    series: ArrayLike, *, orders: int = 100, seed: int = 0, null: Null | None = None
) -> Result:
    """``C = sum over sizes k of <H(X_k)> - (k/n) H(X)``, in bits (doi:10.1073/pnas.91.11.5033).

    ``<H(X_k)>`` is the mean Gaussian entropy of the subsets of k units, k from 1 to n - 1; the
    paper writes the same as ``sum of (k/n) I(X) - <I(X_k)>``, with I the total correlation. It is
    half the mutual information of a subset with the rest, averaged over subsets of a size and
    summed over sizes: 0 for independent units. (The paper also sums the mutual information over
    ``k = 1 … n/2``. For even n that counts the size n/2 once where C counts half of it:
    ``details["half_sum_plug_in_bits"]``.)

    Parameters
    ----------
    series : (times, units) numbers, 2 to 500 units, taken as jointly Gaussian.
    orders : beyond 16 units, random orders in which the units are added, 2 to 100,000; each gives
        one subset of every size. Up to 16 units all subsets are visited.
    seed : of the orders, 0 to 2^64 - 1.
    null : surrogates of the series, such as ``hal9lib.nulls.permuted_times(seed=1)`` for times that
        are independent, ``shifted_series`` for those that are not.

    Returns
    -------
    Result in bits, 0 or more (a little below by the correction). Entropies are corrected for their
    bias by digamma functions, exact for independent Gaussian samples
    (doi:10.1016/j.jmva.2003.10.003); ``details["plug_in_bits"]`` is the value before that. The
    interval is that of a mean over time (batches of the estimate's influence function), and of the
    orders drawn. p is the chance of so much or more. ``arrays["shared_bits"]`` is (units - 1,) the
    mean mutual information of the subsets of each size with the rest, before correction.

    Raises
    ------
    ParameterError : a value that is not finite, one unit, units that do not vary, that depend on
        each other or outnumber the times, more than 500 units.

    Notes
    -----
    Known values: 0 for independent units, half the mutual information for two, closed forms where
    all pairs correlate alike (0.5510 bits for four units at 0.5); the reference values.
    Cost: 16 units 0.02 s (65,535 subsets), 500 units 6 to 13 s (100 orders); with a null each draw
    as much. 100,000 neurons are refused: a covariance of more units than times has no inverse.
    Sample neurons, or average groups of them to 500 or fewer units; values of different n do not
    compare.
    Gaussian units that become copies of each other share ever more, so the value does not fall
    again towards uniformity; read it beside the total correlation.
    The correction takes times as independent; a series that remembers has a larger bias, by about
    its correlation time in steps.

    Examples
    --------
    Of two units it is half their mutual information, ``-log2(1 - r^2) / 4`` where r is 0.6:

    >>> x = [[1, 1.4], [1, -0.2], [-1, 0.2], [-1, -1.4]] * 5
    >>> found = neural_complexity(x)
    >>> round(found.details["plug_in_bits"], 6), round(-math.log2(1 - 0.6**2) / 4, 6)
    (0.160964, 0.160964)
    """
    z, drawn = _checked(series, orders, seed)
    times, units = z.shape
    by_size, spread, gradient = _estimate(z, drawn)
    plug_in = _complexity(by_size)
    bias = _complexity(np.array([gaussian_bias(times, size) for size in range(units + 1)]))
    value = plug_in - bias

    def statistic(surrogate: Floats) -> float:
        return _complexity(_by_size(_covariance(surrogate), drawn)) - bias

    compared = against("neural_complexity", null, "series", z, statistic, value, "greater")
    error, freedom = time_error(((z @ gradient) * z).sum(axis=1))
    shared = (by_size + by_size[::-1] - by_size[-1])[1:-1]
    details = {
        "plug_in_bits": plug_in,
        "half_sum_plug_in_bits": float(shared[: units // 2].sum()),
        "units": units,
        "times": times,
    }
    return Result(
        value=value,
        unit="bits",
        interval=clipped(t_interval(value, float(np.hypot(error, spread)), freedom), value, 0.0),
        null=compared.null,
        p=compared.p,
        measure="neural_complexity",
        method=f"95 % t, {freedom + 1} batches in time" + (" and orders drawn" if drawn else ""),
        details=details | dict(compared.details),
        arrays={"shared_bits": shared, **compared.arrays},
    )


def _checked(series: ArrayLike, orders: int, seed: int) -> tuple[Floats, Orders]:
    """(times, units) standardised units, and the orders to add them in where there are many."""
    x = matrix("neural_complexity.series", series, rows="times", columns="units", least=(4, 2))
    orders = checks.whole("neural_complexity.orders", orders, low=2, high=100_000)
    seed = checks.whole("neural_complexity.seed", seed, low=0, high=2**64 - 1)
    units = x.shape[1]
    if units > MOST_UNITS:
        raise ParameterError(
            f"neural_complexity.series has {units:,} units, which is not allowed; use at most "
            f"{MOST_UNITS}, such as a sample of the neurons, or means over groups of them."
        )
    everyone = np.arange(units)
    z = standardised("neural_complexity", x, everyone[None], everyone)
    if units <= EVERY_SUBSET:
        return z, None
    generator = np.random.Generator(np.random.Philox(key=seed))
    return z, [generator.permutation(units) for _ in range(orders)]


def _complexity(by_size: Floats) -> float:
    """The measure, of the mean entropies of subsets of 0 … n units."""
    n = len(by_size) - 1
    return float(by_size[1:n].sum() - (n - 1) / 2.0 * by_size[n])


def _estimate(z: Floats, drawn: Orders) -> tuple[Floats, float, Floats]:
    """(units + 1,) mean entropies by size, the measure's error by the drawing, its gradient G.

    A sample z adds ``z' G z`` to the measure, to first order and less a constant.
    """
    covariance = _covariance(z)
    if drawn is None:
        sums, gradient = over_subsets(covariance, _shares(len(covariance)))
        return _mean_of_subsets(sums), 0.0, BITS * gradient
    each = _of_orders(covariance, drawn)
    values = np.array([_complexity(by_size) for by_size in each])
    spread = float(values.std(ddof=1) / len(values) ** 0.5)
    return each.mean(axis=0), spread, BITS * _gradient_of_orders(covariance, drawn)


def _by_size(covariance: Floats, drawn: Orders) -> Floats:
    """(units + 1,) mean entropies by size, in bits, less what is alike for all of a size."""
    if drawn is None:
        return _mean_of_subsets(over_subsets(covariance, _shares(len(covariance)))[0])
    return _of_orders(covariance, drawn).mean(axis=0)


def _mean_of_subsets(sums: Floats) -> Floats:
    units = len(sums) - 1
    return BITS * sums / np.array([math.comb(units, size) for size in range(units + 1)])


def _covariance(z: Floats) -> Floats:
    x = z - z.mean(axis=0)
    return x.T @ x / len(x)


@cache
def _shares(units: int) -> Floats:
    """(units, units) what all subsets weigh whose first d + 1 units end with unit j."""
    weight = [0.0, *(1.0 / math.comb(units, k) for k in range(1, units)), -(units - 1) / 2.0]
    shares = np.zeros((units, units))
    for unit in range(units):
        later = units - 1 - unit
        for depth in range(unit + 1):
            more = range(later + 1)
            shares[depth, unit] = sum(math.comb(later, m) * weight[depth + 1 + m] for m in more)
    return shares


def _of_orders(covariance: Floats, drawn: list[NDArray[np.int64]]) -> Floats:
    """(orders, units + 1) entropies of the first 0 … n units of each order, in bits."""
    found = np.zeros((len(drawn), len(covariance) + 1))
    for row, order in zip(found, drawn, strict=True):
        factor = np.linalg.cholesky(covariance[np.ix_(order, order)])
        row[1:] = BITS * np.cumsum(2.0 * np.log(np.diag(factor)))
    return found


def _gradient_of_orders(covariance: Floats, drawn: list[NDArray[np.int64]]) -> Floats:
    """What `over_subsets` gives, averaged over orders.

    The inverse of the first k units' covariance is the sum of the outer squares of the first k
    rows of the inverse factor; row j is in n - 1 - j of the sizes below n.
    """
    units = len(covariance)
    gradient = np.asarray(-(units - 1) / 2.0 * np.linalg.inv(covariance), np.float64)
    for order in drawn:
        place = np.ix_(order, order)
        rows = np.linalg.inv(np.linalg.cholesky(covariance[place]))
        gradient[place] += (
            rows.T @ (np.arange(units - 1.0, -1.0, -1.0)[:, None] * rows) / len(drawn)
        )
    return gradient
