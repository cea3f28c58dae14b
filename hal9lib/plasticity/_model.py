"""What a plasticity rule is: traces of both sides' spikes, and what happens at each event.

A rule's file holds the public function (parameters with units in, a `SynapseRule` out),
``constants(p, dt_ms)`` as a neuron model has it, and the plain functions of its events, which the
engine compiles into its loop:

``on_pre(...)``       a presynaptic spike arrives: returns ``(weight, *state)``, or
                      ``(factor, weight, *state)`` where `scales_delivery`: what is delivered is
                      the factor times the weight as it was before this arrival
``on_post(...)``      the target spikes: returns ``(weight, *state)``
``on_interval(...)``  every `interval_ms`: returns ``(weight, *state)``

Their arguments are named: ``weight`` (its magnitude, 0 or more; the engine keeps the sign), the
rule's own state variables, its traces, its constants, and

``since_pre_ms``  in `on_pre`: time since the last arrival at this synapse; very large at the first
``incoming``      in `on_interval`: the sum of the magnitudes onto this target, of this projection

A trace decays exponentially and is raised by 1 at each spike of its side (``sum``) or set to 1
(``nearest``). An event sees every trace as it was just before its own spike. The presynaptic
spike counts when it arrives, so the delay is axonal; of two events at one time the arrival comes
first. An interval ends with the step that begins then, before that step's events, and sees traces
as they do. Several rules of one projection act in the order given, each on the weight that the last
one left; their factors are multiplied.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal


@dataclass(frozen=True)
class Trace:
    """An exponentially decaying count of spikes: its time constant, and what a spike does."""

    tau_ms: float
    at_spike: Literal["sum", "nearest"] = "sum"


@dataclass(frozen=True)
class Elements:
    """How one side's synaptic elements grow, as `hal9lib.plasticity.structural` says.

    They grow while the neuron's rate r lies between `least_hz` and `target_hz`, where they rest.
    """

    least_hz: float
    target_hz: float
    growth_per_s: float


@dataclass(frozen=True)
class Growth:
    """What lets a projection's synapses come and go: the elements of either side.

    Elements belong to neurons: all projections of one `kind` draw on the axonal elements of their
    sources and the dendritic elements of their targets. None: the kind is the weight's sign.
    """

    axon: Elements
    dendrite: Elements
    tau_calcium_ms: float
    #: The share of free elements that is lost after each update.
    free_loss: float
    kind: str | None = None
    self_connections: bool = True


@dataclass(frozen=True)
class SynapseRule:
    """A plasticity rule with its parameters filled in; see this module's docstring."""

    name: str
    parameters: Mapping[str, Any]
    constants: Callable[[Mapping[str, Any], float], Mapping[str, float]]
    on_pre: Callable[..., tuple] | None = None
    on_post: Callable[..., tuple] | None = None
    on_interval: Callable[..., tuple] | None = None
    interval_ms: float | None = None
    pre_traces: Mapping[str, Trace] = field(default_factory=dict)
    post_traces: Mapping[str, Trace] = field(default_factory=dict)
    #: The state of each synapse beside its weight, at time 0.
    state: Mapping[str, float] = field(default_factory=dict)
    scales_delivery: bool = False
    #: The range of magnitudes the rule works in; an initial weight outside it is refused.
    largest_weight: float | None = None
    #: Where synapses are created and removed, every `interval_ms`.
    growth: Growth | None = None

    def __post_init__(self) -> None:
        for name in ("parameters", "pre_traces", "post_traces", "state"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __getstate__(self) -> dict[str, Any]:
        return {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in vars(self).items()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def description(self) -> dict[str, Any]:
        """The JSON-able form that, loaded through the family, gives this rule again."""
        return {"name": self.name, "parameters": dict(sorted(self.parameters.items()))}
