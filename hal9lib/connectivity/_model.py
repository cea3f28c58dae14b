"""What a connectivity rule is: parameters, and the partners of one neuron.

A rule's file holds plain Python functions, handed to the engine as source like a neuron's step:

``fixed_indegree(...)``  the public function: parameters in, a `Connectivity` out
``partners(...)``        draws the partners of one neuron into a scratch array, keyed by counters,
                         so that it can be asked twice (to count, then to fill) and on any thread

``partners(key0, key1, stream, neuron, others, same_population, arguments, data, out) -> count``

``neuron`` is a target and its partners are sources, or the other way round where ``by`` is
``"source"``; both are numbered within their populations, and `others` is how many the other side
has. `arguments` and `data` are float64 arrays. Draws use the counter words (draw, neuron, stream,
`hal9lib.rng.CONNECTIVITY`) under the key. `partners` works in float64, whatever the simulation's
precision; it may call `philox4x32` and the functions named in the rule's `helpers`, which go into
its module before it, all with their literals as they are.

A rule made from arrays has an `order`. Let ``offsets = data[: drawing neurons + 1]``. The j-th
partner of neuron i is that of synapse ``order[offsets[i] + j]`` in the arrays as they were given,
and values given one a synapse (`Values` of weights or delays) are sorted by it likewise. `values`
are those that came with the arrays, such as a matrix's entries or the attributes of a graph's
edges, in the order as given: ``connect(a, b, rule, weight_mv=rule.values["weight"], …)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
    #: Values that came with the arrays, one a synapse; no part of the description.
    values: Mapping[str, Values] = field(default_factory=dict)
    #: ``between(source_population, target_population)``: what `size` says, where numbers of neurons
    #: are not enough; ParameterError where the populations do not fit.
    between: Callable[[Any, Any], tuple[float, int]] | None = None
    #: Plain functions that `partners` calls beside `philox4x32`, each after those it calls itself.
    helpers: tuple[Callable, ...] = ()

    def __post_init__(self) -> None:
        for name in ("parameters", "values"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def size(self, source: Any, target: Any) -> tuple[int, int]:
        """(synapses, the most partners of one neuron) from one population onto another.

        How many synapses is an expectation where a rule draws how many. ParameterError where the
        rule cannot be met between these populations.
        """
        self.check(source.size, target.size, source is target)
        if self.between is not None:
            synapses, most = self.between(source, target)
            return round(synapses), most
        sizes = source.size, target.size
        return self.synapses(*sizes), self.max_degree(*sizes)

    def __reduce__(self) -> tuple:
        # Checks and bounds are closures over the parameters, which say all there is to say.
        return _again, (self.name, dict(self.parameters), dict(self.values))

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


def _again(name: str, parameters: Mapping[str, Any], values: Mapping[str, Values]) -> Connectivity:
    from hal9lib import connectivity

    return replace(connectivity.load(name)(**parameters), values=values)
