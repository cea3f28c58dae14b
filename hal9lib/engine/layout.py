"""Every array the loop reads: named tuples of flat arrays. How they are filled stands elsewhere.

`real` is the precision of the simulation. "Place" is a neuron's position in `State.input`, where
every worker has a stretch of its own; "number" is its network-wide number.
"""

from typing import NamedTuple

import numpy as np


class Cells(NamedTuple):
    """The neurons and who owns them: (workers, populations) where nothing else is said."""

    first: np.ndarray  # (populations,) int64, number of a population's first neuron
    size: np.ndarray  # (populations,) int64
    low: np.ndarray  # int64, number of the first neuron a worker owns
    high: np.ndarray  # int64, and of the one after its last
    place: np.ndarray  # int64, place of the first neuron a worker owns
    real_constants: np.ndarray  # (populations, constants) real
    whole_constants: np.ndarray  # (populations, constants) int32


class Bundles(NamedTuple):
    """The synapses that never change, in bundles: one source population, one receptor slot.

    For each bundle and worker some blocks of targets; for each block one row for each source and
    delay: row ``source * delays + k``, so that what arrives in one step lies side by side.
    """

    source: np.ndarray  # (bundles,) int64, population
    slot: np.ndarray  # (bundles,) int64, receptor
    scale: np.ndarray  # (bundles,) real: the weight, or a factor where each has its own
    weighted: np.ndarray  # (bundles,) bool, whether each synapse has its own weight
    delay_first: np.ndarray  # (bundles + 1,) int64, index into `delays`
    delays: np.ndarray  # (delays,) int64, steps, ascending within a bundle
    block_first: np.ndarray  # (bundles, workers + 1) int64, index into the blocks
    block_place: np.ndarray  # (blocks,) int64, place of a block's target 0
    block_row: np.ndarray  # (blocks,) int64, where its row starts lie in `row_start`
    block_synapse: np.ndarray  # (blocks,) int64, where its synapses lie in `targets`
    block_weight: np.ndarray  # (blocks,) int64, where their weights lie, if they have own ones
    row_start: np.ndarray  # (rows,) uint32, relative to the block's first synapse
    targets: np.ndarray  # (synapses,) uint16, relative to the block's target 0
    weights: np.ndarray  # (weighted synapses,) real


class Plastic(NamedTuple):
    """One plastic projection: its synapses, the arrivals of each row, the spikes of each target.

    Rows are as in `Bundles`. Post-synaptic spikes are kept in a ring for each target and looked
    at when the next spike arrives along a row, or in a sweep before the ring is full.
    """

    source: np.ndarray  # (1,) int64, population
    target: np.ndarray  # (1,) int64, population
    slot: np.ndarray  # (1,) int64, receptor
    scale: np.ndarray  # (1,) real, sign and factor: what one unit of magnitude delivers
    delays: np.ndarray  # (delays,) int64, steps, ascending
    block_first: np.ndarray  # (workers + 1,) int64
    block_place: np.ndarray  # (blocks,) int64
    block_row: np.ndarray  # (blocks,) int64
    block_synapse: np.ndarray  # (blocks,) int64
    row_start: np.ndarray  # (rows,) uint32
    targets: np.ndarray  # (synapses,) uint16
    weights: np.ndarray  # (synapses,) real, magnitudes
    extras: np.ndarray  # (state variables, synapses) real
    row_last: np.ndarray  # (rows,) int32, step of the last arrival, -1 before the first
    row_done: np.ndarray  # (rows,) int32, spikes of targets before this step are accounted for
    row_traces: np.ndarray  # (traces, rows) real, just after the last arrival
    ring_steps: np.ndarray  # (targets, slots) int32, steps of each target's last spikes
    ring_traces: np.ndarray  # (traces, targets, slots) real, just before each of them
    fired: np.ndarray  # (targets,) int64, spikes so far
    swept: np.ndarray  # (targets,) int64, spikes at the last sweep
    full: np.ndarray  # (workers, 8) int64, whether a ring is nearly full, a cache line each
    incoming: np.ndarray  # (targets,) real, sum of magnitudes, where a rule asks for it
    constants: np.ndarray  # (constants,) real
    fine: np.ndarray  # (traces, 128) real, decay over 0 … 127 steps
    coarse: np.ndarray  # (traces, stretches) real, decay over multiples of 128 steps; the last is 0


class Drives(NamedTuple):
    """Poisson trains, one for each neuron of a population, as tables of the inverse CDF."""

    target: np.ndarray  # (drives,) int64, population
    slot: np.ndarray  # (drives,) int64, receptor
    weight: np.ndarray  # (drives,) real
    counts: np.ndarray  # (drives,) int64, length of its table, a multiple of 8
    cdf: np.ndarray  # (drives, counts) uint32, rising; entry k is the largest word for k spikes
    guide: np.ndarray  # (drives, 1024) uint16, the first candidate for a word's top 10 bits
    key: np.ndarray  # (2,) uint32


class State(NamedTuple):
    """What changes from step to step."""

    real: np.ndarray  # (variables, neurons) real, by number; per-neuron constants follow
    whole: np.ndarray  # (variables, neurons) int32
    input: np.ndarray  # (slots, places) real, what arrives in the current step
    # The second half of the next two keeps one worker's cache lines from another's.
    words: np.ndarray  # (workers, 2, tile) uint32, random words of a tile of neurons
    tally: np.ndarray  # (workers, 2, tile) float32, Poisson counts of a tile of neurons
    noise: np.ndarray  # (places,) real, a random number for each neuron that asks for one
    spiked: np.ndarray  # (places,) uint8, scratch


class Spikes(NamedTuple):
    """The spikes of the last steps, for delivery, and those not yet taken, for the record."""

    ring: np.ndarray  # (slots, places) int32: each worker writes at its own places
    counts: np.ndarray  # (slots, workers, populations or more) int64
    steps: np.ndarray  # (workers, capacity) int32
    neurons: np.ndarray  # (workers, capacity) int32
    taken: np.ndarray  # (workers, 8) int64: how many are filled, a cache line each
    limit: np.ndarray  # (workers,) int64: above it a batch might not fit the record
    record: np.ndarray  # (1,) bool


class Replays(NamedTuple):
    """Spikes that are given, for the populations that replay them, in order of step and number."""

    population: np.ndarray  # (replays,) int64
    first: np.ndarray  # (replays + 1,) int64, where a replay's spikes lie
    steps: np.ndarray  # (spikes,) int32
    neurons: np.ndarray  # (spikes,) int32, numbers
