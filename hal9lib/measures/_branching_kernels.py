"""Kernels of the branching ratio: slopes of later on earlier activity, and their exponential."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.jit import kernel

Floats = NDArray[np.float64]


@kernel
def block_moments(x: Floats, k_max: int, blocks: int) -> tuple[Floats, Floats, Floats]:
    """Sums over each block of bins t: (count, x[t], x[t]^2), then of x[t] x[t+k] and of x[t+k].

    Shapes (blocks, 3), (blocks, k_max), (blocks, k_max). Bins that lack a partner at k_max are left
    out for all k, so that every slope rests on the same bins.
    """
    pairs = len(x) - k_max
    own = np.zeros((blocks, 3))
    products, later = np.zeros((blocks, k_max)), np.zeros((blocks, k_max))
    for block in range(blocks):
        begin, end = block * pairs // blocks, (block + 1) * pairs // blocks
        inside = x[begin:end]
        own[block, 0] = end - begin
        own[block, 1] = inside.sum()
        own[block, 2] = (inside * inside).sum()
        total = own[block, 1]
        for k in range(k_max):
            total += x[end + k] - x[begin + k]
            later[block, k] = total
        of_block = products[block]
        for t in range(begin, end):
            # k within: sums side by side, which the compiler may do at once.
            for k in range(k_max):
                of_block[k] += x[t] * x[t + 1 + k]
    return own, products, later


@kernel
def slopes(own: Floats, products: Floats, later: Floats) -> Floats:
    """(k_max,) least-squares slopes of x[t + k] on x[t] from sums; 0 where x[t] does not vary."""
    spread = own[2] - own[1] * own[1] / own[0]
    # What rounding leaves of a constant stretch has no slope.
    if spread <= 1e-12 * own[2]:
        return np.zeros(len(products))
    return (products - later * (own[1] / own[0])) / spread


@kernel
def line(r: Floats, m: float, offset: bool) -> tuple[float, float, float]:
    """(b, c, fit) of r_k = b m^k + c by least squares; c = 0 without an offset.

    `fit` has the sign of b, and its square is the sum of squares that b m^k explains.
    """
    lags = len(r)
    power, x, xx, xr, total = 1.0, 0.0, 0.0, 0.0, 0.0
    for k in range(lags):
        power *= m
        x += power
        xx += power * power
        xr += power * r[k]
        total += r[k]
    if offset:
        xx -= x * x / lags
        xr -= x * total / lags
    if xx <= 1e-14 * m * m:
        return 0.0, total / lags if offset else 0.0, 0.0
    b = xr / xx
    return b, (total - b * x) / lags if offset else 0.0, xr / np.sqrt(xx)


@kernel
def exponential(r: Floats, grid: Floats, offset: bool) -> tuple[float, float, float, float]:
    """(m, b, c, fit) of the best r_k = b m^k + c; m = b = 0 where every b is negative.

    The best m of a grid, and then golden sections of log m between its neighbours.
    """
    best, most = 0, -np.inf
    for i in range(len(grid)):
        fit = line(r, grid[i], offset)[2]
        if fit > most:
            best, most = i, fit
    low, high = np.log(grid[max(best - 1, 0)]), np.log(grid[min(best + 1, len(grid) - 1)])
    section = (np.sqrt(5.0) - 1.0) / 2.0
    left, right = high - section * (high - low), low + section * (high - low)
    at_left, at_right = line(r, np.exp(left), offset)[2], line(r, np.exp(right), offset)[2]
    for _ in range(45):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - section * (high - low)
            at_left = line(r, np.exp(left), offset)[2]
        else:
            low, left, at_left = left, right, at_right
            right = low + section * (high - low)
            at_right = line(r, np.exp(right), offset)[2]
    m = np.exp((low + high) / 2.0)
    b, c, fit = line(r, m, offset)
    if b <= 0.0:
        return 0.0, 0.0, r.mean() if offset else 0.0, fit
    return m, b, c, fit
