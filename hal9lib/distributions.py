"""Values that differ from neuron to neuron, described rather than drawn.

A description is drawn by the engine with counter-based random numbers, so that the same network
and seed give the same values on any machine and any number of threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hal9lib import checks
from hal9lib.errors import ParameterError


@dataclass(frozen=True)
class Distribution:
    """A uniform distribution over [low, high), in the unit of the parameter that holds it."""

    low: float
    high: float

    def description(self) -> dict[str, Any]:
        """The JSON-able form."""
        return {"uniform": [self.low, self.high]}


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
    return Distribution(low, high)


def number_or_distribution(name: str, value: Any) -> float | Distribution:
    """`value` as a finite float or a Distribution, also from its JSON-able form."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, Mapping) and set(value) == {"uniform"}:
        return uniform(*value["uniform"])
    return checks.number(name, value)
