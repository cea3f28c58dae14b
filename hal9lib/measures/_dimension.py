"""Unbiased (tr C)^2 and tr C^2 of a covariance C, from pairs of times in different blocks.

With a_i = |x_i|^2, G_ij = x_i · x_j, and times i, j, k, l of four different blocks,

    (tr C)^2 is the mean of  a_i a_j - 2 a_i G_jk + G_ij G_kl,
    tr C^2   is the mean of  G_ij^2  - 2 G_ij G_ik + G_ij G_kl,

whatever the mean, the number of units and the number of times (U-statistics; Chen, Zhang & Zhong
2010, doi:10.1198/jasa.2010.tm09560, with blocks in place of single times). Times of one block may
depend on each other. For every choice of times the second is no larger than the first.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Numbers held at once: the covariances of all blocks, or the products of all times; 2 GB.
_MOST_CELLS = 2**28


class Sums(NamedTuple):
    """Sums over the times of blocks, of a series less its mean. Places of equal blocks are 0.

    sizes, squares : (blocks,) times, and sum of a_i. products : (blocks, blocks) of G_ij.
    products_squared : of G_ij^2. products_of_two : (blocks, blocks, blocks) of G_ij G_ik.
    plug_in : (sum of a_i)^2 over the sum of all G_ij^2.
    """

    sizes: Floats
    squares: Floats
    products: Floats
    products_squared: Floats
    products_of_two: Floats
    plug_in: float


def largest(times: int, units: int, blocks: int) -> str | None:
    """What to use instead, in words, where `block_sums` has no place for a series."""
    if _by_units(times, units, blocks) or times**2 <= _MOST_CELLS:
        return None
    units_most = math.isqrt(_MOST_CELLS // blocks)
    return f"at most {math.isqrt(_MOST_CELLS):,} times or {units_most:,} units"


def block_sums(series: Floats, blocks: int) -> Sums:
    """The sums of a series (times, units)."""
    parts, sizes = _by_block(series - series.mean(axis=0), blocks)
    times, units = series.shape
    sums = parts.sum(axis=1)
    squares = np.einsum("btu,btu->b", parts, parts)
    if _by_units(times, units, blocks):
        covariances = (parts.swapaxes(1, 2) @ parts).reshape(blocks, -1)
        squared = covariances @ covariances.T
    else:
        x = parts.reshape(-1, units)
        squared = np.square(x @ x.T).reshape(blocks, parts.shape[1], blocks, -1).sum(axis=(1, 3))
    with_sums = parts @ sums.T
    other = 1.0 - np.eye(blocks)
    return Sums(
        sizes,
        squares,
        sums @ sums.T * other,
        squared * other,
        with_sums.swapaxes(1, 2) @ with_sums * (other[:, :, None] * other[:, None, :] * other),
        float(squares.sum() ** 2 / squared.sum()) if squared.any() else np.nan,
    )


def _by_block(x: Floats, blocks: int) -> tuple[Floats, Floats]:
    """(blocks, longest, units) the times of each block, filled up with zeros, and their numbers.

    The first blocks have one time more where they do not go up evenly. A zero adds to no sum.
    """
    times, units = x.shape
    shortest, more = divmod(times, blocks)
    sizes = shortest + (np.arange(blocks) < more)
    if not more:
        return x.reshape(blocks, shortest, units), sizes.astype(float)
    parts = np.zeros((blocks, shortest + 1, units))
    longer = more * (shortest + 1)
    parts[:more] = x[:longer].reshape(more, -1, units)
    parts[more:, :-1] = x[longer:].reshape(blocks - more, -1, units)
    return parts, sizes.astype(float)


def traces(sums: Sums, kept: NDArray[np.intp]) -> tuple[float, float]:
    """Unbiased (tr C)^2 and tr C^2 from the blocks kept, 4 or more."""
    sizes, squares = sums.sizes[kept], sums.squares[kept]
    pair = np.ix_(kept, kept)
    products = sums.products[pair]
    ones, twos, threes, fours = (float((sizes**power).sum()) for power in (1, 2, 3, 4))
    pairs = ones**2 - twos
    triples = ones**3 - 3.0 * ones * twos + 2.0 * threes
    quadruples = ones**4 - 6.0 * ones**2 * twos + 8.0 * ones * threes + 3.0 * twos**2 - 6.0 * fours
    of_each = products.sum(axis=1)
    total = of_each.sum()
    apart = total**2 - 4.0 * (of_each @ of_each) + 2.0 * (products**2).sum()
    trace_squared = (
        (squares.sum() ** 2 - squares @ squares) / pairs
        - 2.0 * (squares.sum() * total - 2.0 * (squares @ of_each)) / triples
        + apart / quadruples
    )
    of_square = (
        sums.products_squared[pair].sum() / pairs
        - 2.0 * sums.products_of_two[np.ix_(kept, kept, kept)].sum() / triples
        + apart / quadruples
    )
    return float(trace_squared), float(of_square)


def dimension(sums: Sums, kept: NDArray[np.intp] | None = None) -> float:
    """Participation ratio from the blocks kept (all if left out).

    NaN where fewer than two of them vary: what they then have is rounding.
    """
    trace_squared, of_square = traces(sums, np.arange(len(sums.sizes)) if kept is None else kept)
    scale = float(sums.squares.sum() / sums.sizes.sum()) ** 2
    return trace_squared / of_square if of_square > 1e-12 * scale else np.nan


def _by_units(times: int, units: int, blocks: int) -> bool:
    """Whether (units, units) covariances are cheaper than (times, times) products."""
    return units <= times and blocks * units**2 <= _MOST_CELLS
