"""What a connectivity rule is: parameters, and which sources reach a target.

A rule's file holds plain Python functions, handed to the engine as source like a neuron's step:

``fixed_indegree(...)``  the public function: parameters in, a `Connectivity` out
``sources_of(...)``      draws the sources of one target into a scratch array, keyed by counters,
                         so that it can be asked twice (to count, then to fill) and on any thread
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Connectivity:
    """A connectivity rule with its parameters filled in; see this module's docstring."""

    name: str
    parameters: Mapping[str, Any]
    #: ``sources_of(key0, key1, stream, target, n_sources, same_population, p, out) -> count``
    sources_of: Callable[..., int]
    #: The parameters as the integers `sources_of` takes, in its order.
    arguments: tuple[int, ...]
    #: The largest number of sources of one target, given the size of the source population.
    max_indegree: Callable[[int], int]
    #: Raises ParameterError when the rule cannot be met between two populations.
    check: Callable[[int, int, bool], None]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def __reduce__(self) -> tuple:
        # Checks and bounds are closures over the parameters, which say all there is to say.
        return _again, (self.name, dict(self.parameters))

    def description(self) -> dict[str, Any]:
        """The JSON-able form that, loaded through the family, gives this rule again."""
        return {"name": self.name, "parameters": dict(sorted(self.parameters.items()))}


def _again(name: str, parameters: Mapping[str, Any]) -> Connectivity:
    from hal9lib import connectivity

    return connectivity.load(name)(**parameters)
