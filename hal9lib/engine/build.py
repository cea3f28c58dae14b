"""Connectivity rules into synapses: for each block of targets, rows by source and delay."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.build_tasks import Task, module_of, scratch_of, task_of
from hal9lib.engine.cells import ALIGN, Ownership
from hal9lib.engine.groups import Group
from hal9lib.errors import SimulationError
from hal9lib.network import Network

#: Targets of one block are numbered in 16 bits.
MAX_BLOCK = 65_536
#: Row starts are numbered in 32 bits, relative to their block.
MAX_SYNAPSES = 2**32 - 1


class Built(NamedTuple):
    """The synapses of some groups; arrays as in `layout.Bundles`."""

    block_first: NDArray[np.int64]  # (groups, workers + 1)
    block_place: NDArray[np.int64]
    block_row: NDArray[np.int64]
    block_synapse: NDArray[np.int64]
    block_weight: NDArray[np.int64]
    row_start: NDArray[np.uint32]
    targets: NDArray[np.uint16]
    weights: NDArray[np.floating]


class _Part(NamedTuple):
    """A stretch of one projection's targets that lies in a block."""

    projection: int
    first: int  # within the target population
    size: int
    offset: int  # of the first one, within the block


@dataclass
class _Block:
    group: int
    place: int
    rows: int
    parts: list[_Part] = field(default_factory=list)
    row: int = 0
    synapse: int = 0
    weight: int = 0


def build(
    network: Network, owner: Ownership, groups: Sequence[Group], dt_ms: float, real: type
) -> Built:
    """All synapses of some groups, made by as many threads as there are workers."""
    blocks, block_first = _blocks(network, owner, groups)
    tasks = _tasks(network, groups, dt_ms)
    row_start = np.zeros(_place(blocks, "row", [b.rows for b in blocks]), np.uint32)
    rows = [row_start[b.row : b.row + b.rows] for b in blocks]
    in_threads(
        owner.workers, range(len(blocks)), lambda b: _count(network, tasks, blocks[b], rows[b])
    )
    counts = [int(r[-1]) for r in rows]
    weighted = [c if groups[b.group].weighted else 0 for b, c in zip(blocks, counts, strict=True)]
    targets = np.empty(_place(blocks, "synapse", counts), np.uint16)
    weights: NDArray[Any] = np.empty(_place(blocks, "weight", weighted), real)

    def fill(b: int) -> None:
        block = blocks[b]
        mine = targets[block.synapse :][: counts[b]], weights[block.weight :][: weighted[b]]
        _fill(network, tasks, block, rows[b], *mine)

    in_threads(owner.workers, range(len(blocks)), fill)
    places = {
        f"block_{name}": np.array([getattr(b, name) for b in blocks], np.int64)
        for name in ("place", "row", "synapse", "weight")
    }
    return Built(
        block_first=block_first, row_start=row_start, targets=targets, weights=weights, **places
    )


def _blocks(
    network: Network, owner: Ownership, groups: Sequence[Group]
) -> tuple[list[_Block], NDArray[np.int64]]:
    """Each group's blocks, worker by worker, and where they begin."""
    blocks: list[_Block] = []
    block_first = np.zeros((len(groups), owner.workers + 1), np.int64)
    for g, group in enumerate(groups):
        size = _block_size(network, group)
        rows = network.populations[group.source].size * len(group.delays) + 1
        for worker in range(owner.workers):
            block_first[g, worker] = len(blocks)
            start, end = int(owner.start[worker]), int(owner.start[worker + 1])
            chunk = _even(end - start, size)
            for place in range(start, end, chunk):
                block = _Block(g, place, rows)
                block.parts = _parts(network, owner, group, worker, place, min(place + chunk, end))
                if block.parts:
                    blocks.append(block)
        block_first[g, owner.workers] = len(blocks)
    return blocks, block_first


def _block_size(network: Network, group: Group) -> int:
    """How many targets a block has at most, so that its synapses can be numbered."""
    indegree = sum(
        p.connectivity.size(p.source, p.target)[0] / p.target.size
        for p in (network.projections[index] for index in group.members)
    )
    return max(ALIGN, min(MAX_BLOCK, int(0.9 * MAX_SYNAPSES / max(1.0, indegree))))


def _even(places: int, most: int) -> int:
    """The size of equal chunks, on multiples of ALIGN, that are no larger than `most`."""
    chunks = max(1, -(-places // (most // ALIGN * ALIGN)))
    return max(ALIGN, -(-places // (chunks * ALIGN)) * ALIGN)


def _parts(
    network: Network, owner: Ownership, group: Group, worker: int, begin: int, end: int
) -> list[_Part]:
    """What of a group's projections lies in the places from `begin` to `end` of a worker."""
    parts = []
    for index in group.members:
        target = network.populations.index(network.projections[index].target)
        place = int(owner.place[worker, target])
        size = int(owner.high[worker, target] - owner.low[worker, target])
        low, high = max(begin, place), min(end, place + size)
        if low < high:
            first = int(owner.low[worker, target] - owner.first[target]) + low - place
            parts.append(_Part(index, first, high - low, low - begin))
    return parts


def _tasks(network: Network, groups: Sequence[Group], dt_ms: float) -> dict[int, Task]:
    return {
        index: task_of(network, index, dt_ms, group.delays, _sign(network, index, group))
        for group in groups
        for index in group.members
    }


def _sign(network: Network, index: int, group: Group) -> float:
    """Plastic weights are kept as magnitudes; `scale` is then their sign."""
    plastic = network.projections[index].rules and abs(group.scale) == 1.0 and group.weighted
    return group.scale if plastic else 1.0


def _place(blocks: list[_Block], name: str, sizes: list[int]) -> int:
    """Lay stretches of these sizes end to end; returns their length together."""
    total = 0
    for block, size in zip(blocks, sizes, strict=True):
        setattr(block, name, total)
        total += size
    return total


def _count(network: Network, tasks: dict[int, Task], block: _Block, rows: np.ndarray) -> None:
    for part in block.parts:
        module = module_of(network.projections[part.projection])
        scratch = scratch_of(network, part.projection)
        module.count_rows(tasks[part.projection], part.first, part.size, rows, scratch)
    total = int(rows.sum(dtype=np.uint64))
    if total > MAX_SYNAPSES:
        raise SimulationError(
            f"{total:,} synapses onto one block of neurons are more than {MAX_SYNAPSES:,}; "
            "use fewer synapses, or more threads."
        )
    np.cumsum(rows, out=rows, dtype=np.uint32)


def _fill(
    network: Network, tasks: dict[int, Task], block: _Block, rows: np.ndarray,
    targets: np.ndarray, weights: np.ndarray,
) -> None:  # fmt: skip
    cursor = rows[:-1].copy()
    for part in block.parts:
        module = module_of(network.projections[part.projection])
        module.fill_rows(
            tasks[part.projection], part.first, part.size, part.offset, cursor, targets, weights,
            scratch_of(network, part.projection),
        )  # fmt: skip


def in_threads(workers: int, items: Sequence[int], work: Callable[[int], None]) -> None:
    """Do `work` on each item, shared out among threads; the first error is raised here."""
    waiting = list(reversed(items))
    errors: list[BaseException] = []

    def serve() -> None:
        while not errors:
            try:
                item = waiting.pop()
            except IndexError:
                return  # another thread has taken the last one
            try:
                work(item)
            except BaseException as problem:
                errors.append(problem)

    if waiting:
        work(waiting.pop())  # the first one compiles; the others then find the code
    threads = [threading.Thread(target=serve) for _ in range(min(workers, len(waiting)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
