"""Standard errors of what is measured on one stretch of time: from contiguous blocks of it."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.measures._intervals import t_interval


def block_interval(
    value: float, influence: NDArray[np.float64], blocks: int
) -> tuple[float, float]:
    """The 95 % t interval of a value from its influence at each time, averaged over blocks.

    `influence` is how much each time moves the value: the value is, to first order, its truth plus
    the mean of the influence. The blocks' means are taken as independent, so blocks should be
    longer than what is measured remembers (batch means; Schmeiser 1982,
    doi:10.1287/opre.30.3.556). With fewer times than blocks, each time is one.
    """
    edges = np.linspace(0, len(influence), min(blocks, len(influence)) + 1).astype(np.int64)
    sizes = np.diff(edges)
    means = np.add.reduceat(influence, edges[:-1]) / sizes
    # Blocks differ by one time at most; each counts by its size.
    spread = sizes * (means - influence.mean()) / sizes.mean()
    freedom = len(sizes) - 1
    error = float(spread @ spread / freedom / len(sizes)) ** 0.5
    return t_interval(value, error, freedom)
