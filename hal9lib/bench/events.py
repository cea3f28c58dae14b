"""Recurrent synaptic events: for every spike, as many as its neuron has synapses onto others."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.simulation import Simulation


def out_degrees(simulation: Simulation) -> NDArray[np.int64]:
    """(neurons,) how many synapses leave each neuron of a built simulation, exactly."""
    return simulation.out_degrees()[0]


def weighted_degrees(simulation: Simulation) -> NDArray[np.int64]:
    """(neurons,) those of them whose synapses have a weight each, 6 bytes rather than 2."""
    return simulation.out_degrees()[1]
