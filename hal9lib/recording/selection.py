"""Some neurons of one population: "all", a slice, or their numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.network import Population

#: Numbers within a population, in the order asked for; what follows upon another is a range.
Neurons = range | tuple[int, ...]


def select(name: str, chosen: Any, population: Population) -> Neurons:
    """The neurons that `chosen` means, as numbers within their population.

    Parameters
    ----------
    name : how an error calls the choice.
    chosen : "all", a slice, a range, or whole numbers from 0 on without repeats.

    Raises ParameterError: another kind of choice, a neuron that is not there or comes twice, none.

    >>> from hal9lib import neurons
    >>> select("record['spikes']['I']", slice(2, 5), Population("I", 10, 0, neurons.lif()))
    range(2, 5)
    """
    size = population.size
    if isinstance(chosen, str) and chosen == "all":
        return range(size)
    if isinstance(chosen, slice):
        try:
            found: Neurons = _compact(range(*chosen.indices(size)))
        except (TypeError, ValueError) as problem:
            raise _refusal(name, chosen, f"{problem}; use whole numbers") from None
    else:
        found = _listed(name, chosen, population)
    if not len(found):
        raise _refusal(name, chosen, "it names no neuron; name one or more, or leave it out")
    return found


def plain(neurons: Neurons, size: int) -> str | list[int]:
    """The JSON-able form, which `select` reads."""
    return "all" if neurons == range(size) else list(neurons)


def numbers(neurons: Neurons, population: Population) -> NDArray[np.int32]:
    """(neurons,) int32, their numbers within the network."""
    return np.asarray(neurons, np.int32) + np.int32(population.first)


def _listed(name: str, chosen: Any, population: Population) -> Neurons:
    if isinstance(chosen, np.ndarray):
        chosen = chosen.tolist()
    if not isinstance(chosen, list | tuple | range):
        raise _refusal(name, chosen, "use 'all', a slice, or a list of whole numbers")
    for neuron in chosen:
        if isinstance(neuron, bool | np.bool_) or not isinstance(neuron, int | np.integer):
            raise _refusal(name, chosen, f"{neuron!r} is no whole number")
        if not 0 <= neuron < population.size:
            raise _refusal(
                name,
                chosen,
                f"{population.name} has no neuron {int(neuron)}; use 0 to {population.size - 1}",
            )
    if len(set(chosen)) < len(chosen):
        raise _refusal(name, chosen, "a neuron comes twice; name it once")
    return _compact(chosen)


def _compact(chosen: Any) -> Neurons:
    listed = tuple(int(neuron) for neuron in chosen)
    run = range(listed[0], listed[0] + len(listed)) if listed else range(0)
    return run if listed == tuple(run) else listed


def _refusal(name: str, chosen: Any, reason: str) -> ParameterError:
    shown = repr(chosen)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return ParameterError(f"{name} = {shown} is not allowed; {reason}.")
