"""What a neuron model is: named parameters, declared state and receptors, constants, one step.

A model's file holds three plain Python functions:

``lif(...)``            the public function: parameters with units in, a `NeuronModel` out
``constants(p, dt_ms)`` what a step needs and a parameter does not give directly; it is written
                        with ``numpy`` functions, since a parameter may be an array, one value a
                        neuron. An ``int`` (or an array of them) stays a whole number in the step
``step(...)``           one time step of one neuron, in numbers only

The engine reads the names of `step`'s arguments:

a state variable        its value before the step
a receptor              the sum of the weights that arrived at it in this step, with their sign
a constant              from ``constants``
``random_uniform``      a fresh uniform number from 0 to 1, another for each neuron and step
``random_normal``       a fresh standard normal number; a model asks for at most one of the two

It returns ``(spiked, *state)``, the state in the declared order. `step` is handed to the engine as
source and compiled into its loop, so it may use nothing but arithmetic, comparisons, conditional
expressions, ``math.exp``, ``math.log``, ``math.sqrt`` and its own arguments. A literal is cast to
the precision of the simulation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from hal9lib.distributions import Distribution, Values

#: Arguments of `step` that the engine fills with random numbers.
RANDOM = ("random_uniform", "random_normal")


@dataclass(frozen=True)
class State:
    """One state variable: its initial value and whether it is a real or a whole number."""

    initial: float | Distribution | Values
    kind: Literal["real", "whole"] = "real"


@dataclass(frozen=True)
class Receptor:
    """Where synapses end: the unit of their weights, and the sign that chooses it.

    A projection names its receptor or leaves it to the sign of its weight: 1 takes positive
    weights, -1 negative ones, 0 both.
    """

    unit: Literal["mv", "pa", "ns", "1"] = "mv"
    sign: Literal[-1, 0, 1] = 0


@dataclass(frozen=True)
class NeuronModel:
    """A neuron model with its parameters filled in; see this module's docstring."""

    name: str
    parameters: Mapping[str, Any]
    state: Mapping[str, State]
    constants: Callable[[Mapping[str, Any], float], Mapping[str, Any]]
    step: Callable[..., tuple]
    #: The largest stable time step in ms.
    max_dt_ms: float
    #: The state variable that is shown as the membrane potential, in mV; None for a source.
    voltage: str | None = "v_mv"
    receptors: Mapping[str, Receptor] = field(default_factory=lambda: {"input_mv": Receptor()})
    #: For a replay: ``schedule(p, dt_ms) -> (steps, neurons)``, both (spikes,) int32, in order of
    #: step and neuron; these spikes are sent, and what `step` says of spikes is not asked.
    schedule: Callable[[Mapping[str, Any], float], tuple[Any, Any]] | None = None

    def __post_init__(self) -> None:
        for name in ("parameters", "state", "receptors"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __getstate__(self) -> dict[str, Any]:
        return {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in vars(self).items()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def with_parameters(self, changes: Mapping[str, Any]) -> "NeuronModel":
        """The same model with some parameters changed."""
        from hal9lib import neurons

        return neurons.load(self.name)(**{**self.parameters, **changes})

    def description(self) -> dict[str, Any]:
        """The JSON-able form that, loaded through the family, gives this model again."""
        shown = {k: _plain(v) for k, v in sorted(self.parameters.items())}
        return {"name": self.name, "parameters": shown}


def _plain(value: Any) -> Any:
    return value.description() if isinstance(value, Distribution | Values) else value
