"""First spikes after given times, and when a population's activity sets in."""

import numpy as np

from hal9lib.jit import kernel


@kernel
def median_latencies(times, starts, onsets, window, least):
    """(neurons,) median over onsets of the time to the first spike in (onset, onset + window].

    NaN where fewer than `least` onsets are followed by a spike. `times` and `onsets` in order.
    """
    neurons = len(starts) - 1
    found, latencies = np.full(neurons, np.nan), np.empty(len(onsets))
    for neuron in range(neurons):
        spike, last, count = starts[neuron], starts[neuron + 1], 0
        for onset in onsets:
            while spike < last and times[spike] <= onset:
                spike += 1
            if spike < last and times[spike] <= onset + window:
                latencies[count] = times[spike] - onset
                count += 1
        if count >= least:
            found[neuron] = np.median(latencies[:count])
    return found


@kernel
def onsets_of(counts, threshold, gap):
    """Bins in which activity rises above `threshold`, `gap` bins or more from one to the next."""
    found, many, free = np.empty(len(counts), np.int64), 0, 0
    for b in range(len(counts)):
        if counts[b] > threshold and b >= free:
            found[many] = b
            many += 1
            free = b + gap
    return found[:many].copy()
