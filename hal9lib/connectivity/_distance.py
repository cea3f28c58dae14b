"""Where neurons lie, as a grid of cells: what `_distance_kernels` reads, and how many partners."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.connectivity._drawing import most_of_sum
from hal9lib.errors import ParameterError

Array = NDArray[np.float64]
#: So many probabilities of pairs are added up one by one.
PAIRS_ADDED = 2_000_000
#: Parts of a cell along each axis over which a probability is averaged.
PARTS = 4
#: The beginning of `data`: six places of its parts, then five numbers for each of three axes.
HEADER = 21


@dataclass(frozen=True)
class Kernel:
    """How the probability of a pair falls with its distance; nothing lies beyond the cutoff."""

    kind: int  # 0 gaussian, 1 exponential, 2 constant
    peak: float
    scale: float
    cutoff: float

    def probability(self, squared: Array) -> Array:
        """Of pairs at these squares of their distances."""
        if self.kind == 0:
            falling = np.exp(-0.5 * squared / self.scale**2)
        elif self.kind == 1:
            falling = np.exp(-np.sqrt(squared) / self.scale)
        else:
            falling = np.ones_like(squared)
        return np.where(squared <= self.cutoff**2, self.peak * falling, 0.0)


@dataclass(frozen=True)
class Layout:
    """Sources and targets in a grid of cells, in three dimensions of which the first may be empty.

    Cells along the last axis lie side by side in `data`.
    """

    kernel: Kernel
    sources: Array  # (sources, 3)
    targets: Array  # (targets, 3)
    period: tuple[float, float, float]  # 0: none
    origin: Array
    width: Array
    cells: NDArray[np.int64]
    reach: NDArray[np.int64]

    def data(self) -> Array:
        """The array that `near_partners` reads."""
        number = self._numbers(self.sources)
        order = np.argsort(number, kind="stable")
        starts = np.zeros(int(np.prod(self.cells)) + 1)
        starts[1:] = np.cumsum(np.bincount(number, minlength=len(starts) - 1))
        bounds = self.bounds.reshape(-1)
        with np.errstate(divide="ignore"):
            # A store holds 44 at most, so that a certain pair has no need to cost infinitely much.
            costs = np.minimum(-np.log1p(-bounds), 1_000.0)
        parts = [starts, order.astype(np.float64), self.sources[order].reshape(-1)]
        parts += [self.targets.reshape(-1), costs, bounds]
        places = HEADER + np.cumsum([0, *map(len, parts[:-1])])
        axes = np.stack([self.origin, self.width, self.cells, self.reach, self.period], axis=1)
        return np.concatenate([places.astype(np.float64), axes.reshape(-1), *parts])

    @cached_property
    def bounds(self) -> Array:
        """The largest probability between two cells, by their offset along each axis."""
        return self.kernel.probability(self._squares(np.maximum(_offsets(self.reach) - 1.0, 0.0)))

    def expected(self, without_self: bool) -> tuple[float, int]:
        """(synapses, the most partners of one neuron): added up, or estimated from the cells.

        Of many pairs those of some targets only are added up; their ratio to what the cells say
        corrects the sum over all cells.
        """
        every = len(self.sources) * len(self.targets) <= PAIRS_ADDED
        if every:
            sums = self._sums(np.arange(len(self.targets)))
            total, highest = sums.sum(), sums.max()
        else:
            counts = [self._histogram(points) for points in (self.sources, self.targets)]
            near = self._spread(counts[0], self._means())
            count = max(16, PAIRS_ADDED // len(self.sources))
            some = np.unique(np.arange(count) * (len(self.targets) - 1) // (count - 1))
            from_cells = near.reshape(-1)[self._numbers(self.targets[some])].sum()
            ratio = self._sums(some).sum() / from_cells if from_cells > 0.0 else 1.0
            total = ratio * (near * counts[1]).sum()
            highest = self._spread(counts[0], self.bounds)[counts[1] > 0.0].max()
        total -= self.kernel.peak * len(self.targets) if without_self else 0.0
        return max(0.0, float(total)), most_of_sum(float(highest), len(self.sources))

    def _sums(self, chosen: NDArray[np.int64]) -> Array:
        """For each of these targets the sum of its probabilities over all sources."""
        at_once = max(1, 200_000 // len(self.sources))
        sums = []
        for first in range(0, len(chosen), at_once):
            targets = self.targets[chosen[first : first + at_once]]
            squared = np.zeros((len(targets), len(self.sources)))
            for axis, period in enumerate(self.period):
                apart = np.abs(targets[:, None, axis] - self.sources[None, :, axis])
                squared += (np.minimum(apart, period - apart) if period else apart) ** 2
            sums.append(self.kernel.probability(squared).sum(axis=1))
        return np.concatenate(sums)

    def _means(self) -> Array:
        """The mean probability between two cells evenly filled, by their offset."""
        steps = np.arange(1 - PARTS, PARTS)
        share = (PARTS - np.abs(steps)) / PARTS**2
        total = np.zeros(tuple(self.reach + 1))
        for shift in np.ndindex(*(len(steps) if cells > 1 else 1 for cells in self.cells)):
            several = self.cells > 1
            moved = np.where(several, steps[list(shift)], 0)
            weight = np.prod(np.where(several, share[list(shift)], 1.0))
            total += weight * self.kernel.probability(
                self._squares(_offsets(self.reach) + moved / PARTS)
            )
        return total

    def _squares(self, offsets: Array) -> Array:
        return ((offsets * self.width) ** 2).sum(axis=-1)

    def _numbers(self, points: Array) -> NDArray[np.int64]:
        """The number of each point's cell."""
        along = ((points - self.origin) / self.width).astype(np.int64)
        along = np.clip(along, 0, self.cells - 1)
        return (along[:, 0] * self.cells[1] + along[:, 1]) * self.cells[2] + along[:, 2]

    def _histogram(self, points: Array) -> Array:
        counts = np.bincount(self._numbers(points), minlength=int(np.prod(self.cells)))
        return counts.reshape(tuple(self.cells)).astype(np.float64)

    def _spread(self, counts: Array, table: Array) -> Array:
        """For each cell the sum over all cells of their count times the table at the offset."""
        lengths = self.cells + np.where(np.array(self.period) > 0.0, 0, self.reach)
        along = []
        for length, reach in zip(lengths, self.reach, strict=True):
            offset = np.arange(length)
            offset = np.minimum(offset, length - offset)
            along.append(np.where(offset <= reach, offset, reach + 1))
        padded = np.pad(table, [(0, 1)] * 3)
        whole = padded[np.ix_(*along)]
        shape = tuple(int(length) for length in lengths)
        product = np.fft.rfftn(counts, shape, (0, 1, 2)) * np.fft.rfftn(whole, shape, (0, 1, 2))
        found = np.fft.irfftn(product, shape, (0, 1, 2))
        return np.maximum(found[tuple(slice(n) for n in self.cells)], 0.0)


def layout(kernel: Kernel, source: Any, target: Any, period: Any) -> Layout:
    """The grid of two populations; ParameterError where they do not lie in one space."""
    dimensions = [_dimensions(population) for population in (source, target)]
    if dimensions[0] != dimensions[1]:
        raise ParameterError(
            f"by_distance: {source.name!r} lies in {dimensions[0]} dimensions and {target.name!r} "
            f"in {dimensions[1]}; give both positions in one space."
        )
    if period is not None and len(period) not in (1, dimensions[0]):
        raise ParameterError(
            f"by_distance.period has {len(period)} lengths for {dimensions[0]} dimensions; "
            "use one for each, or one for all."
        )
    given = (period or [None]) * (dimensions[0] if len(period or [None]) == 1 else 1)
    lengths = np.array([0.0] * (3 - dimensions[0]) + [p or 0.0 for p in given])
    sources, targets = (_in_space(p.positions, lengths) for p in (source, target))
    low = np.minimum(sources.min(axis=0), targets.min(axis=0))
    high = np.maximum(sources.max(axis=0), targets.max(axis=0))
    extent = np.where(lengths > 0.0, lengths, high - low)
    cells = _cells(extent, len(sources), kernel)
    width = np.where(extent > 0.0, extent, 1.0) / cells
    reach = np.minimum(kernel.cutoff / width + 1.0, np.where(lengths > 0.0, cells // 2, cells - 1))
    origin = np.where(lengths > 0.0, 0.0, low)
    periods = (float(lengths[0]), float(lengths[1]), float(lengths[2]))
    return Layout(kernel, sources, targets, periods, origin, width, cells, reach.astype(np.int64))


def _dimensions(population: Any) -> int:
    if population.positions is None:
        raise ParameterError(
            f"by_distance: {population.name!r} has no positions; "
            "give them in network.add(…, positions=…)."
        )
    return population.positions.shape[1]


def _in_space(positions: Array, lengths: Array) -> Array:
    """(points, 3), those of a periodic axis from 0 to its period."""
    points = np.zeros((len(positions), 3))
    points[:, 3 - positions.shape[1] :] = positions
    for axis, length in enumerate(lengths):
        if length > 0.0:
            points[:, axis] %= length
    return points


def _cells(extent: Array, members: int, kernel: Kernel) -> NDArray[np.int64]:
    """How many cells along each axis: some eight members in each, four cells to a scale at most.

    Measured: fewer members, and cells are gone through in vain; more, and candidates are drawn
    in vain.
    """
    wide = extent[extent > 0.0]
    crowd = float(np.prod(wide) * 8.0 / members) ** (1.0 / max(1, len(wide))) if len(wide) else 1.0
    width = max(crowd, kernel.scale / 4.0)
    cells = np.maximum(1, (extent / width).astype(np.int64))
    while np.prod(cells.astype(float)) > 2 * members + 64:  # a long, thin space
        cells = (cells + 1) // 2
    return cells


def _offsets(reach: NDArray[np.int64]) -> Array:
    """(x, y, z, 3) all offsets from 0 to the reach."""
    return np.stack(np.meshgrid(*(np.arange(r + 1.0) for r in reach), indexing="ij"), axis=-1)
