"""Phases of oscillating units, from spikes."""

import math

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.spike_trains import SpikeTrains


def phases_from_spikes(
    trains: SpikeTrains, step_ms: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Phases (times, units) in radians and (units,) the neurons they are of.

    A neuron's phase grows by 2 pi from each spike to its next, in proportion to time (Pikovsky,
    Rosenblum & Kurths 2001, doi:10.1017/CBO9780511755743, section 3.1: the phase of events); it
    is 0 at the neuron's first spike. The times are multiples of `step_ms` after the window's start
    at which every neuron used has fired and will fire again; neurons with fewer than 2 spikes are
    left out.

    >>> from hal9lib.spike_trains import spike_trains
    >>> trains = spike_trains("example", [10, 30, 0.5, 20.5], [0, 0, 1, 1], neurons=3)
    >>> phases, neurons = phases_from_spikes(trains, 5.0)
    >>> (phases / np.pi).round(2).tolist(), neurons.tolist()
    ([[0.0, 0.95], [0.5, 1.45], [1.0, 1.95]], [0, 1])
    """
    checks.number("phases_from_spikes.step_ms", step_ms, low=0.0, open_low=True)
    neurons = np.flatnonzero(np.diff(trains.starts) >= 2)
    if len(neurons) == 0:
        raise ParameterError(
            "phases_from_spikes: no neuron has 2 spikes in the window, so none has a phase; "
            "use a longer window."
        )
    first = float(trains.times_ms[trains.starts[neurons]].max())
    last = float(trains.times_ms[trains.starts[neurons + 1] - 1].min())
    begin = math.ceil((first - trains.start_ms) / step_ms - 1e-9)
    end = math.floor((last - trains.start_ms) / step_ms + 1e-9)
    if end < begin:
        raise ParameterError(
            f"phases_from_spikes: at no time of the window has each of {len(neurons):,} neurons "
            "fired and will fire again; use a longer window, or neurons that fire throughout."
        )
    times_ms = trains.start_ms + step_ms * np.arange(begin, end + 1)
    phases = np.empty((len(times_ms), len(neurons)))
    for unit, neuron in enumerate(neurons):
        spikes = trains.times_ms[trains.starts[neuron] : trains.starts[neuron + 1]]
        phases[:, unit] = np.interp(times_ms, spikes, 2.0 * np.pi * np.arange(len(spikes)))
    return phases, neurons
