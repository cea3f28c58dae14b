"""Which worker owns which neurons, and every array the loop reads: named tuples of flat arrays.

Each population is cut into one contiguous range a worker, so that every worker has its share of
every population, owns its targets alone and needs no atomics. What a neuron computes, and in which
order it adds its inputs, does not depend on where the cuts lie: a result is the same on any number
of workers.
"""

from typing import NamedTuple

import numpy as np

from hal9lib.network import Network
from hal9lib.part_checks import bounds_of

#: Cuts lie on multiples of this, so that groups of four random words are never shared.
ALIGN = 16
#: Targets of one block are numbered in 16 bits.
MAX_BLOCK = 65_536
#: Spikes a worker's record holds at least.
MIN_RECORD = 65_536


class Populations(NamedTuple):
    """The neurons. `low` and `high` are (workers, populations): the range each worker owns."""

    first: np.ndarray  # (populations,) int64
    size: np.ndarray  # (populations,) int64
    low: np.ndarray  # (workers, populations) int64, in network-wide neuron numbers
    high: np.ndarray
    model: np.ndarray  # (populations,) int64, index into the network's distinct models
    real_constants: np.ndarray  # (populations, constants) real
    whole_constants: np.ndarray  # (populations, constants) int32


class Projections(NamedTuple):
    """The synapses: for each projection and worker some blocks, for each block rows by source."""

    source: np.ndarray  # (projections,) int64, population
    delay_steps: np.ndarray  # (projections,) int64
    weight: np.ndarray  # (projections,) real, as scaled now
    block_first: np.ndarray  # (projections, workers + 1) int64, index into the blocks
    block_target: np.ndarray  # (blocks,) int64, network-wide number of a block's target 0
    block_row: np.ndarray  # (blocks,) int64, where its row starts lie in `row_start`
    block_synapse: np.ndarray  # (blocks,) int64, where its synapses lie in `targets`
    row_start: np.ndarray  # (rows,) uint32, relative to the block's first synapse
    targets: np.ndarray  # (synapses,) uint16, relative to the block's target 0


class Drives(NamedTuple):
    """Poisson trains, one for each neuron of a population, as tables of the inverse CDF."""

    target: np.ndarray  # (drives,) int64, population
    weight: np.ndarray  # (drives,) real
    guide: np.ndarray  # (drives, 1024) uint16, the first candidate count for a word's top 10 bits
    cdf: np.ndarray  # (drives, counts) uint32, rising; entry k is the largest word for k spikes
    key: np.ndarray  # (2,) uint32


class State(NamedTuple):
    """What changes from step to step."""

    real: np.ndarray  # (variables, neurons) real
    whole: np.ndarray  # (variables, neurons) int32
    input_mv: np.ndarray  # (neurons,) real, what arrives in the current step
    words: np.ndarray  # (workers, 4, groups) uint32, random words of the current step
    spiked: np.ndarray  # (neurons,) bool, scratch


class Spikes(NamedTuple):
    """The spikes of the last steps, for delivery, and those not yet taken, for the record."""

    ring: np.ndarray  # (slots, neurons) int32: each worker writes at its own `low`
    counts: np.ndarray  # (slots, populations, workers) int64
    steps: np.ndarray  # (workers, capacity) int32
    neurons: np.ndarray  # (workers, capacity) int32
    taken: np.ndarray  # (workers, 8) int64: how many are filled, a cache line each
    limit: np.ndarray  # (workers,) int64: above it a batch might not fit the record
    record: np.ndarray  # (1,) bool


def cut(size: int, workers: int) -> np.ndarray:
    """(workers + 1,) where a population of `size` is cut, on multiples of ALIGN.

    >>> cut(100, 2).tolist()
    [0, 64, 100]
    """
    units = -(-size // ALIGN)
    ends = np.minimum(-(-(np.arange(1, workers + 1) * units) // workers) * ALIGN, size)
    return np.concatenate([[0], ends]).astype(np.int64)


def populations(network: Network, workers: int, dt_ms: float, real: type) -> Populations:
    """The populations' arrays for a number of workers."""
    members = network.populations
    low = np.empty((workers, len(members)), np.int64)
    high = np.empty_like(low)
    for index, member in enumerate(members):
        edges = member.first + cut(member.size, workers)
        low[:, index], high[:, index] = edges[:-1], edges[1:]
    values = [member.neuron.constants(member.neuron.parameters, dt_ms) for member in members]
    reals = [[v for v in constants.values() if isinstance(v, float)] for constants in values]
    counts = [[v for v in constants.values() if isinstance(v, int)] for constants in values]
    names = model_names(network)
    return Populations(
        first=np.array([m.first for m in members], np.int64),
        size=np.array([m.size for m in members], np.int64),
        low=low,
        high=high,
        model=np.array([names.index(m.neuron.name) for m in members], np.int64),
        real_constants=_padded(reals, real),
        whole_constants=_padded(counts, np.int32),
    )


def model_names(network: Network) -> list[str]:
    """The distinct neuron models of a network, sorted: the order of the generated dispatch."""
    return sorted({member.neuron.name for member in network.populations})


def delay_steps(network: Network, dt_ms: float) -> np.ndarray:
    """(projections,) int64 each projection's delay in steps."""
    return np.array([round(bounds_of(p.delay_ms)[0] / dt_ms) for p in network.projections], np.int64)


def spikes(cells: Populations, delays: np.ndarray, batch: int, record: bool) -> Spikes:
    """An empty ring that reaches back as far as the longest delay, and an empty record."""
    workers, members = cells.low.shape
    owned = (cells.high - cells.low).sum(axis=1)
    capacity = max(MIN_RECORD, int(owned.max()) * batch) if record else 1
    slots = batch + int(delays.max(initial=0))
    return Spikes(
        ring=np.zeros((slots, int(cells.size.sum())), np.int32),
        counts=np.zeros((slots, members, workers), np.int64),
        steps=np.empty((workers, capacity), np.int32),
        neurons=np.empty((workers, capacity), np.int32),
        taken=np.zeros((workers, 8), np.int64),
        limit=capacity - owned * batch if record else np.ones(workers, np.int64),
        record=np.array([record]),
    )


def _padded(rows: list[list], kind: type) -> np.ndarray:
    width = max([1, *map(len, rows)])
    return np.array([row + [0] * (width - len(row)) for row in rows], kind)
