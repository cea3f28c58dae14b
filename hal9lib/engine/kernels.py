"""The parts of the loop, as plain Python functions that `assembly` compiles together.

They are written for the compiler: clean contiguous arrays in, no checks, no allocation. Names that
are not defined here (`load`, `prefetch`, `update`, `real`, …) are given by the generated module.
"""

import numpy as np

from hal9lib.engine.intrinsics import fetch_add, give_way, load, prefetch, store
from hal9lib.rng import philox4x32

# Set by the generated module; here so that this file reads and checks as plain Python.
real = np.float32


def update(model, low, high, state, real_constants, whole_constants):
    """One step of the neurons [low, high); the generated module has one branch a model."""
    raise NotImplementedError


def wait(barrier, workers):
    """Wait until every worker is here."""
    if workers == 1:
        return
    generation = load(barrier, 8)
    if fetch_add(barrier, 0, 1) == workers - 1:
        store(barrier, 0, 0)
        fetch_add(barrier, 8, 1)
        return
    spins = 0
    while load(barrier, 8) == generation:
        spins += 1
        if spins > 2000:
            give_way()  # more workers than free cores: let the others run


def deliver_row(local, row, weight):
    """Add a weight to each target of one source."""
    for k in range(len(row)):
        local[row[k]] += weight


def deliver_block(block, first_source, sources, start, count, weight, projections, input_mv):
    """Deliver `count` spikes, listed in `sources` from `start` on, to one block of targets."""
    ahead = 6  # spikes whose rows are fetched early; measured best between 4 and 8
    rows = projections.row_start[projections.block_row[block] :]
    targets = projections.targets[projections.block_synapse[block] :]
    local = input_mv[projections.block_target[block] :]
    for k in range(count):
        if k + ahead < count:
            coming = sources[start + k + ahead] - first_source
            prefetch(targets, np.int64(rows[coming]))
        source = sources[start + k] - first_source
        row = targets[np.int64(rows[source]) : np.int64(rows[source + 1])]
        deliver_row(local, row, weight)


def deliver(worker, workers, step, populations, projections, state, spikes):
    """Deliver to this worker's targets every spike that arrives in this step."""
    slots = spikes.ring.shape[0]
    for projection in range(len(projections.source)):
        sent = step - projections.delay_steps[projection]
        if sent < 0:
            continue
        slot = sent % slots
        source = projections.source[projection]
        first_block = projections.block_first[projection, worker]
        last_block = projections.block_first[projection, worker + 1]
        for block in range(first_block, last_block):
            for owner in range(workers):
                deliver_block(
                    block,
                    populations.first[source],
                    spikes.ring[slot],
                    populations.low[owner, source],
                    spikes.counts[slot, source, owner],
                    projections.weight[projection],
                    projections,
                    state.input_mv,
                )


def draw_words(words, first_group, groups, step, stream, key0, key1):
    """Fill words[0:4, 0:groups]: four random words for each group of four neurons.

    Keyed on step and group, so a neuron's word is the same whoever draws it. Four planes rather
    than one row, because the compiler then draws eight groups at once.
    """
    moment = np.uint32(step & 0xFFFFFFFF)
    era = np.uint32((np.uint32(step >> 32) << np.uint32(16)) | np.uint32(0xD21E))
    plane0, plane1, plane2, plane3 = words[0], words[1], words[2], words[3]
    for group in range(groups):
        number = np.uint32(first_group + group)
        w0, w1, w2, w3 = philox4x32(moment, number, stream, era, key0, key1)
        plane0[group] = w0
        plane1[group] = w1
        plane2[group] = w2
        plane3[group] = w3


def add_poisson(words, low, high, guide, cdf, weight, input_mv):
    """Add to each neuron its number of Poisson spikes, by inverse CDF, times a weight."""
    local = input_mv[low:high]
    for i in range(high - low):
        word = words[i & 3, i >> 2]
        count = np.intp(guide[word >> np.uint32(22)])
        while word > cdf[count]:
            count += 1
        local[i] += weight * real(count)


def drive(worker, step, populations, drives, state):
    """Add the Poisson input of this step to this worker's neurons."""
    words = state.words[worker]
    for d in range(len(drives.target)):
        target = drives.target[d]
        low = populations.low[worker, target]
        high = populations.high[worker, target]
        first_group = (low - populations.first[target]) >> 2
        groups = (high - low + 3) >> 2
        stream = np.uint32(d)
        draw_words(words, first_group, groups, step, stream, drives.key[0], drives.key[1])
        add_poisson(
            words, low, high, drives.guide[d], drives.cdf[d], drives.weight[d], state.input_mv
        )


def collect(spiked, low, high, ring):
    """List in `ring`, from `low` on, the neurons of [low, high) that spiked; returns how many."""
    mine, places = spiked[low:high], ring[low:high]
    count = 0
    for i in range(high - low):
        if mine[i]:
            places[count] = low + i
            count += 1
    return count


def keep(worker, step, low, count, ring, spikes):
    """Append this step's spikes to the worker's record."""
    filled = spikes.taken[worker, 0]
    for k in range(count):
        spikes.steps[worker, filled + k] = step
        spikes.neurons[worker, filled + k] = ring[low + k]
    spikes.taken[worker, 0] = filled + count


def one_step(worker, workers, step, populations, projections, drives, state, spikes):
    """One time step of the neurons that a worker owns."""
    slot = step % spikes.ring.shape[0]
    for population in range(len(populations.first)):
        low = populations.low[worker, population]
        high = populations.high[worker, population]
        state.input_mv[low:high] = real(0.0)
    deliver(worker, workers, step, populations, projections, state, spikes)
    drive(worker, step, populations, drives, state)
    for population in range(len(populations.first)):
        low = populations.low[worker, population]
        high = populations.high[worker, population]
        update(
            populations.model[population],
            low,
            high,
            state,
            populations.real_constants[population],
            populations.whole_constants[population],
        )
        count = collect(state.spiked, low, high, spikes.ring[slot])
        spikes.counts[slot, population, worker] = count
        if spikes.record[0]:
            keep(worker, step, low, count, spikes.ring[slot], spikes)


def advance(
    worker, workers, first_step, last_step, batch, barrier,
    populations, projections, drives, state, spikes,
):  # fmt: skip
    """Run one worker from `first_step` up to `last_step`; returns the step it came to.

    Workers meet once a batch, which is as long as the shortest delay: within it no spike of one
    can reach another. All stop at the same batch when a record is nearly full.
    """
    step = first_step
    while step < last_step:
        stop = min(step + batch, last_step)
        while step < stop:
            one_step(worker, workers, step, populations, projections, drives, state, spikes)
            step += 1
        wait(barrier, workers)
        full = False
        for w in range(workers):
            full = full or spikes.taken[w, 0] > spikes.limit[w]
        # Nobody may write the next batch before all have looked at the records.
        wait(barrier, workers)
        if full:
            break
    return step


def merge(populations, spikes, steps, neurons):
    """Write the workers' records into one, ordered by step and neuron; returns its length."""
    workers = spikes.steps.shape[0]
    cursor = np.zeros(workers, np.int64)
    total = 0
    while True:
        step = np.int64(-1)
        for worker in range(workers):
            if cursor[worker] < spikes.taken[worker, 0]:
                candidate = np.int64(spikes.steps[worker, cursor[worker]])
                if step < 0 or candidate < step:
                    step = candidate
        if step < 0:
            return total
        for population in range(len(populations.first)):
            end = populations.first[population] + populations.size[population]
            for worker in range(workers):
                k = cursor[worker]
                while (
                    k < spikes.taken[worker, 0]
                    and spikes.steps[worker, k] == step
                    and spikes.neurons[worker, k] < end
                ):
                    steps[total] = spikes.steps[worker, k]
                    neurons[total] = spikes.neurons[worker, k]
                    total += 1
                    k += 1
                cursor[worker] = k
