"""What a connectivity rule is: parameters, and the partners of one neuron.

A rule's file holds plain Python functions, handed to the engine as source like a neuron's step:

``fixed_indegree(...)``  the public function: parameters in, a `Connectivity` out
``partners(...)``        draws the partners of one neuron into a scratch array, keyed by counters,
                         so that it can be asked twice (to count, then to fill) and on any thread

``partners(key0, key1, stream, neuron, others, same_population, arguments, data, out) -> count``

``neuron`` is a target and its partners are sources, or the other way round where ``by`` is
``"source"``; both are numbered within their populations, and `others` is how many the other side
has. `arguments` and `data` are float64 arrays. Draws use the counter words (draw, neuron, stream,
`hal9lib.rng.CONNECTIVITY`) under the key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution, Values


def _no_data(_source: Any, _target: Any) -> NDArray[np.float64]:
    return np.zeros(1)


@dataclass(frozen=True)
class Connectivity:
    """A connectivity rule with its parameters filled in; see this module's docstring."""

    name: str
    parameters: Mapping[str, Any]
    partners: Callable[..., int]
    #: The parameters as the numbers `partners` takes, in its order.
    arguments: tuple[float, ...]
    #: ``max_degree(n_sources, n_targets)``: the most partners `partners` gives one neuron.
    max_degree: Callable[[int, int], int]
    #: ``check(n_sources, n_targets, same_population)``: ParameterError where it cannot be met.
    check: Callable[[int, int, bool], None]
    by: Literal["target", "source"] = "target"
    #: ``data(source_population, target_population)``: a float64 array that `partners` reads.
    data: Callable[[Any, Any], NDArray[np.float64]] = _no_data
    #: ``count(n_sources, n_targets)``: synapses, expected where they are drawn; None: the most.
    count: Callable[[int, int], float] | None = None
    #: For a rule made from arrays: the permutation that sorts them as `partners` gives them;
    #: `data` then begins with the offsets of each drawing neuron's partners.
    order: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def __reduce__(self) -> tuple:
        # Checks and bounds are closures over the parameters, which say all there is to say.
        return _again, (self.name, dict(self.parameters))

    def synapses(self, n_sources: int, n_targets: int) -> int:
        """How many synapses there will be between populations of these sizes, or are expected."""
        if self.count is not None:
            return round(self.count(n_sources, n_targets))
        drawing = n_targets if self.by == "target" else n_sources
        return drawing * self.max_degree(n_sources, n_targets)

    def description(self) -> dict[str, Any]:
        """The JSON-able form that, loaded through the family, gives this rule again."""
        shown = {k: _plain(v) for k, v in sorted(self.parameters.items())}
        return {"name": self.name, "parameters": shown}


def _plain(value: Any) -> Any:
    return value.description() if isinstance(value, Distribution | Values) else value


def _again(name: str, parameters: Mapping[str, Any]) -> Connectivity:
    from hal9lib import connectivity

    return connectivity.load(name)(**parameters)
