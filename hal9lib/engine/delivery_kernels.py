"""Delivery of spikes to static synapses: a scatter-add, and what it takes to keep it fed.

As all kernels here: plain functions that `assembly` compiles together, written for the compiler;
clean contiguous arrays in, no checks, no allocation.
"""

import numpy as np

from hal9lib.engine.intrinsics import prefetch


def deliver_row(local, row, weight):
    """Add a weight to each target of one row."""
    for k in range(len(row)):
        local[row[k]] += weight


def deliver_weighted_row(local, row, weights, scale):
    """Add each synapse's own weight, times a factor, to its target."""
    for k in range(len(row)):
        local[row[k]] += weights[k] * scale


def fetch_row(bundles, block, row):
    """Ask for a row early, a cache line at a time; the end of a long one comes by itself."""
    rows = bundles.row_start[bundles.block_row[block] :]
    begin, end = np.int64(rows[row]), np.int64(rows[row + 1])
    first = bundles.block_synapse[block]
    for k in range(first + begin, first + min(end, begin + 256), 32):
        prefetch(bundles.targets, k)
    if len(bundles.weights) > 0:
        first = bundles.block_weight[block]
        for k in range(first + begin, first + min(end, begin + 512), 16):
            prefetch(bundles.weights, k)


def deliver_rows(bundle, block, first_source, delays, k, sources, start, count, bundles, local):
    """Deliver `count` spikes, listed in `sources` from `start` on, to one block of targets."""
    ahead = 4  # rows are fetched this many spikes early
    rows = bundles.row_start[bundles.block_row[block] :]
    targets = bundles.targets[bundles.block_synapse[block] :]
    weights = bundles.weights[bundles.block_weight[block] :]
    weighted = bundles.weighted[bundle]
    scale = bundles.scale[bundle]
    for n in range(min(ahead, count)):
        fetch_row(bundles, block, (sources[start + n] - first_source) * delays + k)
    for n in range(count):
        if n + ahead < count:
            fetch_row(bundles, block, (sources[start + n + ahead] - first_source) * delays + k)
        row = (sources[start + n] - first_source) * delays + k
        begin = np.int64(rows[row])
        end = np.int64(rows[row + 1])
        if weighted:
            deliver_weighted_row(local, targets[begin:end], weights[begin:end], scale)
        else:
            deliver_row(local, targets[begin:end], scale)


def deliver(worker, workers, step, cells, bundles, state, spikes):
    """Deliver to this worker's targets every spike that arrives in this step."""
    slots = spikes.ring.shape[0]
    for bundle in range(len(bundles.source)):
        source = bundles.source[bundle]
        first_delay = bundles.delay_first[bundle]
        delays = bundles.delay_first[bundle + 1] - first_delay
        first_block = bundles.block_first[bundle, worker]
        last_block = bundles.block_first[bundle, worker + 1]
        arriving = state.input[bundles.slot[bundle]]
        for k in range(delays):
            sent = step - bundles.delays[first_delay + k]
            if sent < 0:
                break  # delays ascend
            slot = sent % slots
            for block in range(first_block, last_block):
                local = arriving[bundles.block_place[block] :]
                for owner in range(workers):
                    count = spikes.counts[slot, owner, source]
                    if count > 0:
                        deliver_rows(
                            bundle,
                            block,
                            cells.first[source],
                            delays,
                            k,
                            spikes.ring[slot],
                            cells.place[owner, source],
                            count,
                            bundles,
                            local,
                        )
