"""Spikes at other times, each neuron's put in order again."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hal9lib.jit import kernel
from hal9lib.spike_trains import SpikeTrains


def moved(data: SpikeTrains, times_ms: NDArray[np.float64]) -> SpikeTrains:
    """What ``data.moved(times_ms)`` gives: one sort of all times, then each to its neuron.

    >>> from hal9lib.spike_trains import spike_trains
    >>> data = spike_trains("example", [1.0, 2.0, 3.0], [0, 0, 1], neurons=2)
    >>> moved(data, np.array([2.5, 0.5, 1.5])).times_ms.tolist()
    [0.5, 2.5, 1.5]
    """
    order = np.argsort(times_ms)
    sorted_ms = np.empty(len(times_ms))
    _hand_out(times_ms[order], data.neurons[order], data.starts.copy(), sorted_ms)
    neurons = np.repeat(np.arange(data.size), np.diff(data.starts))
    return replace(data, times_ms=sorted_ms, neurons=neurons)


@kernel
def _hand_out(times, neurons, places, sorted_times):
    """Put each time, from the first to the last, at its neuron's next place."""
    for k in range(len(times)):
        sorted_times[places[neurons[k]]] = times[k]
        places[neurons[k]] += 1
