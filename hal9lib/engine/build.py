"""Connectivity rules into synapses: for each block of targets, rows by source, 16-bit targets.

Two passes over the rule (count, then fill), because its draws are keyed by counters and cost less
than keeping them: at no time is there a second copy of the synapses.
"""

import threading
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import numpy as np

from hal9lib.engine import layout
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.network import Network, Projection
from hal9lib.rng import key_of, philox4x32


class _Block(NamedTuple):
    projection: int
    first_target: int  # network-wide
    size: int
    row: int
    synapse: int


def count_rows(
    key0, key1, stream, first, size, n_sources, same_population, arguments, data, scratch, rows
):
    """Count each source's synapses onto the targets [first, first + size): rows[source + 1]."""
    for target in range(first, first + size):
        count = partners(
            key0, key1, stream, target, n_sources, same_population, arguments, data, scratch
        )
        for k in range(count):
            rows[scratch[k] + 1] += np.uint32(1)


def fill_rows(
    key0,
    key1,
    stream,
    first,
    size,
    n_sources,
    same_population,
    arguments,
    data,
    scratch,
    cursor,
    targets,
):
    """Write each synapse's target, relative to `first`, where its source's row has come to."""
    for target in range(first, first + size):
        count = partners(
            key0, key1, stream, target, n_sources, same_population, arguments, data, scratch
        )
        for k in range(count):
            source = scratch[k]
            targets[cursor[source]] = np.uint16(target - first)
            cursor[source] += np.uint32(1)


def partners(key0, key1, stream, neuron, others, same_population, arguments, data, out):
    """Stands for the rule's own function, which the generated module has under this name."""
    raise NotImplementedError


def synapses(network: Network, workers: int, dt_ms: float, real: type) -> layout.Projections:
    """All synapses of a network, built by as many threads as there are workers."""
    members = network.projections
    blocks: list[_Block] = []
    block_first = np.zeros((len(members), workers + 1), np.int64)
    row = synapse = 0
    for index, projection in enumerate(members):
        indegree = projection.connectivity.max_degree(
            projection.source.size, projection.target.size
        )
        # A row start is 32 bits wide, relative to its block.
        largest = max(1, min(layout.MAX_BLOCK, (2**32 - 1) // max(1, indegree)))
        edges = layout.cut(projection.target.size, workers)
        for worker in range(workers):
            block_first[index, worker] = len(blocks)
            for low in range(edges[worker], edges[worker + 1], largest):
                size = int(min(largest, edges[worker + 1] - low))
                first_target = projection.target.first + int(low)
                blocks.append(_Block(index, first_target, size, row, synapse))
                row += projection.source.size + 1
                synapse += size * indegree
        block_first[index, workers] = len(blocks)
    row_start = np.zeros(row, np.uint32)
    targets = np.empty(synapse, np.uint16)
    _in_threads(workers, blocks, lambda b: _build(network, b, row_start, targets))
    return layout.Projections(
        source=np.array([network.populations.index(p.source) for p in members], np.int64),
        delay_steps=layout.delay_steps(network, dt_ms),
        weight=np.array([p.weight for p in members], real),
        block_first=block_first,
        block_target=np.array([b.first_target for b in blocks], np.int64),
        block_row=np.array([b.row for b in blocks], np.int64),
        block_synapse=np.array([b.synapse for b in blocks], np.int64),
        row_start=row_start,
        targets=targets,
    )


def _build(network: Network, block: _Block, row_start: np.ndarray, targets: np.ndarray) -> None:
    projection = network.projections[block.projection]
    module = _rule_module(projection)
    rows = row_start[block.row : block.row + projection.source.size + 1]
    arguments = np.array(projection.connectivity.arguments, np.float64)
    scratch = np.empty(
        max(1, projection.connectivity.max_degree(projection.source.size, projection.target.size)),
        np.int64,
    )
    common = (
        *key_of(network.seed),
        np.uint32(block.projection),
        block.first_target - projection.target.first,
        block.size,
        projection.source.size,
        projection.source is projection.target,
        arguments,
        projection.connectivity.data(projection.source, projection.target),
        scratch,
    )
    module.count_rows(*common, rows)
    np.cumsum(rows, out=rows, dtype=np.uint32)
    cursor = rows[:-1].copy()
    module.fill_rows(*common, cursor, targets[block.synapse :])


def _rule_module(projection: Projection) -> ModuleType:
    rule = projection.connectivity
    parts = (
        function_source(philox4x32),
        *(function_source(helper, cast=False) for helper in rule.helpers),
        function_source(rule.partners, "partners", cast=False),
        function_source(count_rows),
        function_source(fill_rows),
    )
    return compiled(parts, ("count_rows", "fill_rows"), "float32")


def _in_threads(workers: int, items: list, work: Callable) -> None:
    """Do `work` on each item, shared out among threads; the first error is raised here."""
    waiting = list(reversed(items))
    errors: list[BaseException] = []

    def serve() -> None:
        while waiting and not errors:
            try:
                work(waiting.pop())
            except IndexError:
                return
            except BaseException as problem:
                errors.append(problem)

    if items:
        work(waiting.pop())  # the first one compiles; the others then find the code
    threads = [threading.Thread(target=serve) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
