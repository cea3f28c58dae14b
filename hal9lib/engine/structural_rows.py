"""Finding, removing and adding synapses in the rows of a plastic projection, all at once.

One pass over a projection's synapses and rows edits it, whatever the number of edits; rows keep
their order, new synapses come last.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.layout import Plastic

Numbers = NDArray[np.int64]


def _starts(p: Plastic, block: int, sources: int) -> Numbers:
    row = int(p.block_row[block])
    return p.row_start[row : row + sources + 1].astype(np.int64)


def synapses_of_sources(p: Plastic, sources: int, chosen: Numbers) -> tuple[Numbers, Numbers]:
    """(source, index into `targets`) of every synapse of some sources, by block."""
    owners, found = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for block in range(len(p.block_row)):
        starts = _starts(p, block, sources)
        counts = starts[chosen + 1] - starts[chosen]
        begin = np.repeat(starts[chosen] - np.cumsum(counts) + counts, counts)
        owners.append(np.repeat(chosen, counts))
        found.append(begin + np.arange(int(counts.sum())) + int(p.block_synapse[block]))
    return np.concatenate(owners), np.concatenate(found)


def synapses_of_targets(p: Plastic, sources: int, wanted: NDArray[np.bool_]) -> Numbers:
    """The index into `targets` of every synapse onto a place of which `wanted` says so."""
    found = [np.empty(0, np.int64)]
    for block in range(len(p.block_row)):
        first, size = int(p.block_synapse[block]), int(_starts(p, block, sources)[-1])
        here = wanted[int(p.block_place[block]) :]
        found.append(first + np.flatnonzero(here[p.targets[first : first + size]]))
    return np.concatenate(found)


def ends_of(p: Plastic, sources: int, chosen: Numbers) -> tuple[Numbers, Numbers]:
    """(source within its population, place of the target) of some synapses."""
    block = np.searchsorted(p.block_synapse, chosen, side="right") - 1
    source = np.empty(len(chosen), np.int64)
    for b in np.unique(block):
        mine = block == b
        inside = chosen[mine] - p.block_synapse[b]
        source[mine] = np.searchsorted(_starts(p, int(b), sources), inside, side="right") - 1
    return source, p.block_place[block] + p.targets[chosen]


def without(p: Plastic, sources: int, gone: Numbers, extras: bool) -> Plastic:
    """The projection without the synapses of these indices, whose own state goes where `extras`."""
    if not len(gone):
        return p
    gone = np.sort(gone)
    row_start = p.row_start.copy()
    for block in range(len(p.block_row)):
        row, first = int(p.block_row[block]), int(p.block_synapse[block])
        starts = _starts(p, block, sources)
        fewer = np.searchsorted(gone, starts + first) - np.searchsorted(gone, first)
        row_start[row : row + sources + 1] = starts - fewer
    kept = np.ones(len(p.targets), np.bool_)
    kept[gone] = False
    return p._replace(
        row_start=row_start,
        block_synapse=p.block_synapse - np.searchsorted(gone, p.block_synapse),
        targets=p.targets[kept],
        weights=p.weights[kept],
        extras=np.ascontiguousarray(p.extras[:, kept]) if extras else p.extras,
    )


def with_new(
    p: Plastic, sources: int, source: Numbers, place: Numbers, weight: float,
    extras: NDArray[np.float64],
) -> Plastic:  # fmt: skip
    """The projection with a new synapse from each `source` onto each `place`, in that order."""
    if not len(source):
        return p
    block = np.searchsorted(p.block_place, place, side="right") - 1
    row_start, block_synapse = p.row_start.copy(), p.block_synapse.copy()
    where = np.empty(len(source), np.int64)
    added = 0
    for b in range(len(p.block_row)):
        row, starts, mine = int(p.block_row[b]), _starts(p, b, sources), block == b
        where[mine] = p.block_synapse[b] + starts[source[mine] + 1]
        more = np.bincount(source[mine] + 1, minlength=sources + 1).cumsum()
        row_start[row : row + sources + 1] = starts + more
        block_synapse[b] += added
        added += int(more[-1])
    order = np.lexsort((np.arange(len(where)), where, source, block))
    where, local = where[order], (place - p.block_place[block])[order].astype(np.uint16)
    grown = p.extras
    if len(extras):
        grown = np.insert(p.extras, where, extras[:, None].astype(p.extras.dtype), axis=1)
    return p._replace(
        row_start=row_start,
        block_synapse=block_synapse,
        targets=np.insert(p.targets, where, local),
        weights=np.insert(p.weights, where, p.weights.dtype.type(weight)),
        extras=np.ascontiguousarray(grown),
    )
