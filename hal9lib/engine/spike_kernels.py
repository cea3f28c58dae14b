"""What becomes of spikes: listed for delivery, kept for the record, merged into one order."""

import numpy as np


def collect(spiked, ring, place, low, count):
    """List in `ring`, from `place` on, the numbers of the neurons that spiked; returns how many.

    Eight flags are looked at in one: most neurons are silent in most steps.
    """
    flags = spiked[place : place + ((count + 7) >> 3 << 3)].view(np.uint64)
    found = 0
    for word in range(len(flags)):
        if flags[word] != np.uint64(0):
            for i in range(word << 3, min((word + 1) << 3, count)):
                if spiked[place + i] != 0:
                    ring[place + found] = low + i
                    found += 1
    return found


def keep(worker, step, place, count, ring, spikes):
    """Append this step's spikes to the worker's record."""
    filled = spikes.taken[worker, 0]
    for k in range(count):
        spikes.steps[worker, filled + k] = step
        spikes.neurons[worker, filled + k] = ring[place + k]
    spikes.taken[worker, 0] = filled + count


def replay(worker, step, population, cells, replays, state):
    """Flag the neurons of a replaying population that spike in this step, as its list says."""
    for index in range(len(replays.population)):
        if replays.population[index] == population:
            steps = replays.steps[replays.first[index] : replays.first[index + 1]]
            neurons = replays.neurons[replays.first[index] : replays.first[index + 1]]
            k = np.searchsorted(steps, step)
            while k < len(steps) and steps[k] == step:
                here = neurons[k] - cells.low[worker, population]
                if 0 <= here < cells.high[worker, population] - cells.low[worker, population]:
                    state.spiked[cells.place[worker, population] + here] = np.uint8(1)
                k += 1


def merge(cells, spikes, steps, neurons):
    """Write the workers' records into one, ordered by step and number; returns its length."""
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
        for population in range(len(cells.first)):
            end = cells.first[population] + cells.size[population]
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
