"""Which worker owns which neurons.

Each population is cut into one contiguous range a worker, so that every worker has its share of
every population, owns its targets alone and needs no atomics. What a neuron computes, and in which
order it adds its inputs, does not depend on where the cuts lie: a result is the same on any number
of workers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hal9lib.network import Network

#: Cuts lie on multiples of this: a tile of random words is never shared, nor is a cache line.
ALIGN = 64


@dataclass(frozen=True)
class Ownership:
    """The cuts of one network; arrays as in `layout.Cells`."""

    first: NDArray[np.int64]
    size: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    place: NDArray[np.int64]
    #: How many places there are, and (workers + 1,) where each worker's begin.
    places: int
    start: NDArray[np.int64]

    @property
    def workers(self) -> int:
        """How many workers share the neurons."""
        return int(self.low.shape[0])


def cut(size: int, workers: int) -> NDArray[np.int64]:
    """(workers + 1,) where a population of `size` is cut, on multiples of ALIGN.

    >>> cut(200, 2).tolist()
    [0, 128, 200]
    """
    units = -(-size // ALIGN)
    ends = np.minimum(-(-(np.arange(1, workers + 1) * units) // workers) * ALIGN, size)
    return np.concatenate([[0], ends]).astype(np.int64)


def ownership(network: Network, workers: int) -> Ownership:
    """Who owns what, for a number of workers."""
    members = network.populations
    edges = np.array([member.first + cut(member.size, workers) for member in members])
    low, high = edges[:, :-1].T.copy(), edges[:, 1:].T.copy()
    # Every range begins on a multiple of ALIGN, so that two workers never share a cache line.
    room = -(-(high - low) // ALIGN) * ALIGN
    start = np.concatenate([[0], np.cumsum(room.sum(axis=1))]).astype(np.int64)
    inside = np.cumsum(room, axis=1) - room
    return Ownership(
        first=np.array([m.first for m in members], np.int64),
        size=np.array([m.size for m in members], np.int64),
        low=low,
        high=high,
        place=start[:-1, None] + inside,
        places=int(start[-1]),
        start=start,
    )
