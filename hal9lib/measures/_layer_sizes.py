"""How large a layer is (its dimension, code or units), as a whole and less a block in time."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from hal9lib.arrays import symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._context_tree import code_bits, context_depth
from hal9lib.measures._dimension import block_sums, dimension, largest
from hal9lib.measures._symbol_sequences import numbered

Floats = NDArray[np.float64]
Members = NDArray[np.intp]


class Sizes(Protocol):
    """What the layers of a series are measured by."""

    @property
    def blocks(self) -> int:
        """How many blocks in time there are, 0 where time does not matter."""

    def of(self, members: Members, /) -> float:
        """The size of a layer that has these units, above 0, or NaN."""

    def in_blocks(self, members: Members, /) -> Callable[[NDArray[np.intp]], float]:
        """The same from the blocks kept."""


class ByUnits:
    """How many units a layer has."""

    blocks = 0

    def of(self, members: Members, /) -> float:
        """Their number."""
        return float(len(members))

    def in_blocks(self, members: Members, /) -> Callable[[NDArray[np.intp]], float]:
        """Their number."""
        return lambda _kept: float(len(members))


class ByDimension(NamedTuple):
    """The effective dimension of a layer's units."""

    series: Floats
    blocks: int

    def of(self, members: Members, /) -> float:
        """Their participation ratio."""
        return dimension(block_sums(self.series[:, members], self.blocks))

    def in_blocks(self, members: Members, /) -> Callable[[NDArray[np.intp]], float]:
        """The same from the blocks kept."""
        sums = block_sums(self.series[:, members], self.blocks)
        return lambda kept: dimension(sums, kept)


class ByCode(NamedTuple):
    """Bits per time of a layer's units, each coded from its own past.

    bits : (blocks, units) bits of each unit in each block. times : (blocks,) of each block.
    """

    bits: Floats
    times: Floats

    @property
    def blocks(self) -> int:
        """How many blocks in time there are."""
        return len(self.times)

    def of(self, members: Members, /) -> float:
        """Their bits, summed."""
        return float(self.bits[:, members].sum() / self.times.sum())

    def in_blocks(self, members: Members, /) -> Callable[[NDArray[np.intp]], float]:
        """The same from the blocks kept; the code has learned from the others all the same."""
        layer = self.bits[:, members].sum(axis=1)
        return lambda kept: float(layer[kept].sum() / self.times[kept].sum())


def by_dimension(measure: str, series: Floats, blocks: int, units_most: int) -> ByDimension:
    """Ready to measure layers of up to `units_most` units."""
    instead = largest(len(series), units_most, blocks)
    if instead:
        raise ParameterError(
            f"{measure}.series has {len(series):,} times and a layer of {units_most:,} units, "
            f"which is not allowed; use {instead}."
        )
    # What rounding leaves of a constant unit is no variation.
    constant = np.ptp(series, axis=0) <= 1e-12 * np.abs(series).max()
    return ByDimension(np.where(constant, 0.0, series) if constant.any() else series, blocks)


def by_code(measure: str, series: Floats, blocks: int) -> ByCode:
    """All units coded."""
    codes = symbols(f"{measure}.series", series, dimensions=2)
    read = numbered(codes.ravel())
    depth = context_depth(measure, read.alphabet, len(codes), None, "series", "times")
    columns = read.codes.reshape(codes.shape).T
    firsts = np.linspace(0, len(codes), blocks, endpoint=False).astype(np.int64)
    bits = np.empty((blocks, codes.shape[1]))
    for unit, column in enumerate(columns):
        of_unit = code_bits(np.ascontiguousarray(column), read.alphabet, depth)
        bits[:, unit] = np.add.reduceat(of_unit, firsts)
    return ByCode(bits, np.diff(np.append(firsts, len(codes))).astype(float))
