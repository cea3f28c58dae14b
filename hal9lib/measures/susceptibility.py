"""Susceptibility: how much an order parameter fluctuates in time, for its number of units.

Source: the fluctuation-dissipation theorem, Kubo 1966, doi:10.1088/0034-4885/29/1/306.
"""

import numpy as np
from numpy.typing import ArrayLike

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import standard_error, t_quantile
from hal9lib.result import Result

_BLOCKS = 20


def susceptibility(order_parameter: ArrayLike, *, units: int) -> Result:
    """``units * variance in time`` of an order parameter, a mean over units.

    In equilibrium, and times temperature, this is the response to a field (Kubo 1966,
    doi:10.1088/0034-4885/29/1/306); here it is the fluctuation itself. Where units do not depend on
    one another it stays as it is when they become more; at a critical point it grows with them.

    Parameters
    ----------
    order_parameter : (times,) the mean over all units at each time, such as a magnetisation, the
        share that is active, or Kuramoto's r; at least 40 times.
    units : how many units the mean is over.

    Returns
    -------
    Result in the squared unit of the order parameter, written 1. ``details`` holds its ``mean`` and
    ``variance`` in time, ``times`` and ``units``.

    Raises
    ------
    ParameterError : fewer than 40 times, numbers that are not finite, units that are not whole.

    Notes
    -----
    Known values: 1 for independent units of ±1, 1 / (1 - K) for Curie and Weiss's magnet of
    coupling K < 1, 0 for an order parameter that does not move.
    A record has a mean of its own, around which it varies too little. The variance of that mean,
    from the means of 20 blocks in time, is added. The interval is that of the 20 blocks' squared
    deviations, on a logarithmic scale. Both ask for blocks longer than the order parameter's
    memory, and an order parameter that has settled: a drift counts as fluctuation.
    An order parameter with a bound (such as |m| or r) has the susceptibility of what is bounded.
    Bins in another order have the same variance, so no null model in time applies: compare with the
    value of independent units, or with another coupling, by the intervals.
    Cost: two passes over the times; 0.05 s for 1e6, however many units.

    Examples
    --------
    100 units whose mean goes to and fro between 0.4 and 0.6:

    >>> round(susceptibility([0.4, 0.6] * 40, units=100).value, 9)
    1.0
    """
    series = numbers("susceptibility.order_parameter", order_parameter)
    units = checks.whole("susceptibility.units", units, low=1, high=2**53)
    if len(series) < 2 * _BLOCKS:
        raise ParameterError(
            f"susceptibility.order_parameter has {len(series)} times; use {2 * _BLOCKS} or more, "
            "and better thousands."
        )
    mean = float(series.mean())
    deviations = series - mean
    edges = np.arange(_BLOCKS) * len(series) // _BLOCKS
    lengths = np.diff(np.append(edges, len(series)))
    block_means = np.add.reduceat(deviations, edges) / lengths
    block_squares = np.add.reduceat(deviations**2, edges) / lengths
    within = float(deviations @ deviations) / len(series)
    variance = within + standard_error(block_means) ** 2
    # What rounding leaves of a constant is none.
    if variance <= (1e-13 * np.abs(series).max()) ** 2:
        within = variance = 0.0
    spread = standard_error(block_squares) / within if within > 0.0 else 0.0
    factor = float(np.exp(t_quantile(_BLOCKS - 1) * spread))
    value = units * variance
    return Result(
        value=value,
        unit="1",
        interval=(value / factor, value * factor),
        measure="susceptibility",
        method=f"95 % t over {_BLOCKS} blocks in time, of the logarithm",
        details={"mean": mean, "variance": variance, "times": len(series), "units": units},
    )
