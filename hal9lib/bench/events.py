"""Recurrent synaptic events: for every spike, as many as its neuron has synapses onto others."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.simulation import Simulation


def out_degrees(simulation: Simulation) -> NDArray[np.int64]:
    """(neurons,) how many synapses leave each neuron of a built simulation, exactly."""
    network, rows = simulation.network, simulation._projections
    degrees = np.zeros(network.neurons, np.int64)
    for index, projection in enumerate(network.projections):
        source = projection.source
        inside = degrees[source.first : source.first + source.size]
        for block in range(rows.block_first[index, 0], rows.block_first[index, -1]):
            first = rows.block_row[block]
            starts = rows.row_start[first : first + source.size + 1].astype(np.int64)
            inside += starts[1:] - starts[:-1]
    return degrees


def weighted_degrees(simulation: Simulation) -> NDArray[np.int64]:
    """(neurons,) those of them whose synapses have a weight each, 6 bytes rather than 2."""
    return np.zeros(simulation.network.neurons, np.int64)
