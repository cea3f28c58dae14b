"""Standard errors by the jackknife, less what it counts twice.

Source: Efron & Stein 1981, doi:10.1214/aos/1176345462.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def second_order_error(estimate: Callable[[NDArray[np.intp]], Floats], samples: int) -> Floats:
    """Standard errors of the numbers that `estimate` gives, from the samples kept.

    In a statistic of effects of single samples and of pairs, the jackknife finds the variance of
    the first once and of the second twice. The pairs' is found by leaving out two samples, from
    ``Q_ij = n T - (n-1)(T_-i + T_-j) + (n-2) T_-ij``, as ``(n-1) / (2n)`` times the variance of Q,
    and taken off, half of the whole at most. It matters where single samples have no effect: a
    dimension at its largest, when all variances are equal, would have an error 1.4 times too large.
    """
    n, every = samples, np.arange(samples)
    whole = estimate(every)
    single = np.array([estimate(np.delete(every, i)) for i in every])
    jackknifed = (n - 1) * single.var(axis=0)
    pairs = np.array(
        [
            n * whole
            - (n - 1) * (single[i] + single[j])
            + (n - 2) * estimate(np.delete(every, [i, j]))
            for i, j in combinations(range(n), 2)
        ]
    )
    twice = (n - 1) / (2.0 * n) * pairs.var(axis=0)
    return np.sqrt(np.maximum(jackknifed - twice, 0.5 * jackknifed))
