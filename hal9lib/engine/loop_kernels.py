"""The loop over time: one step of what a worker owns, and workers that meet once a batch."""

import numpy as np

from hal9lib.engine.delivery_kernels import deliver
from hal9lib.engine.drive_kernels import drive
from hal9lib.engine.intrinsics import (
    fetch_add,
    float_control,
    give_way,
    load,
    nap,
    set_float_control,
    store,
)
from hal9lib.engine.spike_kernels import collect, keep


def update(worker, population, step, cells, drives, replays, state):
    """One step of a population's neurons; the generated module has a branch for each model."""
    raise NotImplementedError


def arrive(worker, workers, step, dt_ms, cells, plastic, state, spikes):
    """Spikes that arrive at plastic synapses; the generated module has a branch for each."""
    raise NotImplementedError


def note(worker, step, population, count, cells, plastic, spikes, margin):
    """What plastic synapses onto a population note of its spikes; generated."""
    raise NotImplementedError


def sweep(worker, step, dt_ms, cells, plastic, state):
    """Account for the spikes of targets whose rings are nearly full; generated."""
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
        if spins > 2500:
            nap(20)  # who sleeps is woken before those who computed all the time
        elif spins > 2000:
            give_way()  # more workers than free cores: let the others run


def tiny_is_zero():
    """Take numbers below the normal ones for 0; returns the word that undoes it.

    A potential or current that decays forever becomes such a number, which costs a hundred times
    as much to compute with and tells nothing.
    """
    control = float_control()
    set_float_control(np.uint32(control | np.uint32(0x8040)))
    return control


def one_step(
    worker, workers, step, batch, dt_ms,
    cells, bundles, plastic, drives, replays, state, spikes,
):  # fmt: skip
    """One time step of the neurons that a worker owns."""
    slot = step % spikes.ring.shape[0]
    deliver(worker, workers, step, cells, bundles, state, spikes)
    arrive(worker, workers, step, dt_ms, cells, plastic, state, spikes)
    drive(worker, step, cells, drives, state)
    for population in range(len(cells.first)):
        place = cells.place[worker, population]
        size = cells.high[worker, population] - cells.low[worker, population]
        update(worker, population, step, cells, drives, replays, state)
        count = collect(state.spiked, spikes.ring[slot], place, cells.low[worker, population], size)
        spikes.counts[slot, worker, population] = count
        if count > 0:
            note(worker, step, population, count, cells, plastic, spikes, batch)
            if spikes.record[0]:
                keep(worker, step, place, count, spikes.ring[slot], spikes)


def advance(
    worker, workers, first_step, last_step, batch, dt_ms, barrier,
    cells, bundles, plastic, drives, replays, state, spikes,
):  # fmt: skip
    """Run one worker from `first_step` up to `last_step`; returns the step it came to.

    Workers meet once a batch, which is as long as the shortest delay: within it no spike of one
    can reach another. All stop at the same batch when a record is nearly full.
    """
    control = tiny_is_zero()
    step, turn = first_step, 0
    while step < last_step:
        stop = min(step + batch, last_step)
        while step < stop:
            one_step(
                worker, workers, step, batch, dt_ms,
                cells, bundles, plastic, drives, replays, state, spikes,
            )  # fmt: skip
            step += 1
        sweep(worker, step, dt_ms, cells, plastic, state)
        # Two sets of flags by turns: nobody is two batches ahead of one who has yet to look.
        turn = 1 - turn
        first = 16 + 8 * turn * workers
        barrier[first + 8 * worker] = np.int64(spikes.taken[worker, 0] > spikes.limit[worker])
        wait(barrier, workers)
        full = np.int64(0)
        for w in range(workers):
            full += load(barrier, first + 8 * w)
        if full > 0:
            break
    set_float_control(control)
    return step
