"""Values that differ from neuron to neuron or synapse to synapse, described rather than drawn.

A description is drawn by the engine with counter-based random numbers, so that the same network
and seed give the same values on any machine and any number of threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError


@dataclass(frozen=True)
class Distribution:
    """A named distribution, in the unit of the parameter that holds it."""

    kind: str
    parameters: tuple[float, ...]

    def description(self) -> dict[str, Any]:
        """The JSON-able form."""
        return {self.kind: list(self.parameters)}


class Values:
    """One given value for each neuron or synapse, in their order; they cannot be changed."""

    def __init__(self, values: Any) -> None:
        self._array = np.array(values, np.float64)
        self._array.setflags(write=False)

    @property
    def array(self) -> NDArray[np.float64]:
        """(values,) float64, read-only."""
        return self._array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and np.array_equal(self._array, other._array)

    def __hash__(self) -> int:
        return hash(self._array.tobytes())

    def description(self) -> dict[str, Any]:
        """The JSON-able form."""
        return {"values": self._array.tolist()}


def uniform(low: float, high: float) -> Distribution:
    """Values spread evenly over [low, high).

    >>> uniform(0.0, 20.0).description()
    {'uniform': [0.0, 20.0]}
    """
    low = checks.number("uniform.low", low)
    high = checks.number("uniform.high", high)
    if high <= low:
        raise ParameterError(
            f"uniform.high = {high:g} is not allowed; use more than low = {low:g}."
        )
    return Distribution("uniform", (low, high))


def number_or_distribution(name: str, value: Any) -> float | Distribution:
    """`value` as a finite float or a Distribution, also from its JSON-able form."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, Mapping) and set(value) == {"uniform"}:
        return uniform(*value["uniform"])
    return checks.number(name, value)
