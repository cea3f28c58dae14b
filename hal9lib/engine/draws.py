"""Values drawn once, before the first step: parameters and initial states that differ."""

from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution, Values
from hal9lib.engine import mathematics
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.engine.mathematics_sources import mathematics_sources
from hal9lib.network import Network
from hal9lib.rng import INITIAL, PARAMETER, key_of, philox4x32


def parameters_of(network: Network, index: int) -> Mapping[str, Any]:
    """A population's parameters, those that differ as (size,) float64 arrays."""
    neuron = network.populations[index].neuron
    if neuron.schedule is not None:
        return neuron.parameters
    return {
        name: drawn(network, index, number, value, PARAMETER)
        for number, (name, value) in enumerate(sorted(neuron.parameters.items()))
    }


def drawn(network: Network, index: int, number: int, value: Any, purpose: int) -> Any:
    """One value for each neuron of a population, or the number itself."""
    if isinstance(value, Values):
        return value.array
    if not isinstance(value, Distribution):
        return value
    size = network.populations[index].size
    groups = np.arange((size + 3) // 4, dtype=np.uint32)
    same = np.zeros_like(groups)
    words = philox4x32(
        groups, same + np.uint32(index), same + np.uint32(number),
        same + np.uint32(purpose), *key_of(network.seed),
    )  # fmt: skip
    flat = np.stack(words, axis=1).reshape(-1)[:size]
    if value.kind == "uniform":
        low, high = value.support
        return _uniform(low, high, flat)
    out = np.empty(size, np.float64)
    _module().fill(*value.numbers, flat, out)
    return out


def _uniform(low: float, high: float, words: NDArray[np.uint32]) -> NDArray[np.float64]:
    """What `quantile` gives, operation by operation, with nothing to compile."""
    u = (words + 0.5) * 2.0**-32
    return np.clip(low + (high - low) * u, low, high)


def initial(network: Network, index: int, number: int, value: Any) -> float | NDArray[Any]:
    """The initial value of a population's state variable number `number`."""
    return drawn(network, index, number, value, INITIAL)


def fill(kind, first, second, low, high, below, between, words, out):
    """The values of a distribution for given words."""
    for i in range(len(words)):
        out[i] = quantile(kind, first, second, low, high, below, between, words[i])


# Given by the generated module; named here so that this file reads as plain Python.
quantile = mathematics.quantile


@lru_cache(maxsize=1)
def _module() -> ModuleType:
    return compiled((*mathematics_sources("float64"), function_source(fill)), ("fill",), "float64")
