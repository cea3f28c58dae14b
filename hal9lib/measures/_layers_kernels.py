"""Layers along one dimension: the best split of values into groups, and how many there are.

Optimal one-dimensional k-means by dynamic programming, Wang & Song 2011,
doi:10.32614/RJ-2011-015. The number of groups is that of the gap statistic, Tibshirani, Walther &
Hastie 2001, doi:10.1111/1467-9868.00293, whose even reference has a closed form in one dimension.
"""

import numpy as np

from hal9lib.jit import kernel


@kernel
def squares(sums, sums2, first, last):
    """The squared distances of values first..last from their mean, from running sums."""
    total = sums[last + 1] - sums[first]
    return max(0.0, sums2[last + 1] - sums2[first] - total * total / (last + 1 - first))


@kernel
def splits(values, most):
    """(costs, begins): least squares of the first j values in k groups, and the last one's begin.

    The best begin grows with j, so each is sought between those of two neighbours already found.
    """
    n = len(values)
    sums, sums2 = np.zeros(n + 1), np.zeros(n + 1)
    for j in range(n):
        sums[j + 1] = sums[j] + values[j]
        sums2[j + 1] = sums2[j] + values[j] * values[j]
    costs, begins = np.full((most, n), np.inf), np.zeros((most, n), np.int32)
    for j in range(n):
        costs[0, j] = squares(sums, sums2, 0, j)
    widest = 1
    while widest < n:
        widest *= 2
    for k in range(1, most):
        step = widest
        while step > 0:
            for j in range(step - 1, n, 2 * step):
                low = begins[k, j - step] if j >= step else k
                high = begins[k, j + step] if j + step < n else j
                low, high = max(low, k), min(high, j)
                if j < k:
                    begins[k, j] = k
                    continue
                for i in range(low, high + 1):
                    cost = costs[k - 1, i - 1] + squares(sums, sums2, i, j)
                    if cost < costs[k, j]:
                        costs[k, j], begins[k, j] = cost, i
            step //= 2
    return costs, begins


@kernel
def scored(values, most, finest):
    """(score of 1 to `most` groups, begins) of sorted values, groups no finer than `finest`.

    ``-n/2 log(squares / n) - n log k - k log n``: even values split into k have 1 / k^2 of their
    squares, so they score alike for every k, less the price of k means.
    """
    n = len(values)
    costs, begins = splits(values - values.mean(), most)
    scores = np.empty(most)
    for k in range(most):
        width2 = max(costs[k, n - 1] / n, finest * finest)
        scores[k] = -n * (0.5 * np.log(width2) + np.log(k + 1)) - (k + 1) * np.log(n)
    return scores, begins
