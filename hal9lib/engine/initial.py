"""All state at time 0, drawn where the description says so."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution, Values
from hal9lib.engine.layout import State
from hal9lib.network import Network
from hal9lib.rng import INITIAL, key_of, philox4x32


def initial_state(network: Network, workers: int, real: type) -> State:
    """The state of every neuron at time 0, and scratch for `workers` workers."""
    kinds = [
        [sum(s.kind == kind for s in p.neuron.state.values()) for p in network.populations]
        for kind in ("real", "whole")
    ]
    n = network.neurons
    groups = max(p.size for p in network.populations) // 4 + 1
    state = State(
        real=np.zeros((max(1, *kinds[0]), n), real),
        whole=np.zeros((max(1, *kinds[1]), n), np.int32),
        input_mv=np.zeros(n, real),
        words=np.zeros((workers, 4, groups), np.uint32),
        spiked=np.zeros(n, np.bool_),
    )
    for index, population in enumerate(network.populations):
        row = {"real": 0, "whole": 0}
        span = slice(population.first, population.first + population.size)
        for number, variable in enumerate(population.neuron.state.values()):
            array = getattr(state, variable.kind)
            array[row[variable.kind], span] = _drawn(
                variable.initial, population.size, network.seed, index, number
            )
            row[variable.kind] += 1
    return state


def _drawn(
    value: float | Distribution | Values, size: int, seed: int, population: int, variable: int
) -> float | NDArray[Any]:
    if isinstance(value, Values):
        return value.array
    if not isinstance(value, Distribution):
        return value
    groups = np.arange((size + 3) // 4, dtype=np.uint32)
    same = np.zeros_like(groups)
    words = philox4x32(
        groups, same + np.uint32(population), same + np.uint32(variable),
        same + np.uint32(INITIAL), *key_of(seed),
    )  # fmt: skip
    flat = np.stack(words, axis=1).reshape(-1)[:size]
    low, high = value.parameters
    return low + (high - low) * ((flat + 0.5) / 2.0**32)
