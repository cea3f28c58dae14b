"""What a neuron model is: named parameters, declared state, constants, and one step.

A model's file holds three plain Python functions:

``lif(...)``            the public function: parameters with units in, a `NeuronModel` out
``constants(p, dt_ms)`` what a step needs and a parameter does not give directly
``step(...)``           one time step of one neuron, in numbers only

The engine reads the names of `step`'s arguments: a state variable, a constant, or ``input_mv``
(what synapses and drive delivered in this step). It returns ``(spiked, *state)``, the state in
the declared order. `step` is handed to the engine as source and compiled into its loop, so it
may use nothing but arithmetic, ``math`` and its own arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from hal9lib.distributions import Distribution


@dataclass(frozen=True)
class State:
    """One state variable: its initial value and whether it is a real or a whole number."""

    initial: float | Distribution
    kind: Literal["real", "whole"] = "real"


@dataclass(frozen=True)
class NeuronModel:
    """A neuron model with its parameters filled in; see this module's docstring."""

    name: str
    parameters: Mapping[str, Any]
    state: Mapping[str, State]
    constants: Callable[[Mapping[str, Any], float], Mapping[str, float]]
    step: Callable[..., tuple]
    #: The largest stable time step in ms.
    max_dt_ms: float
    #: The state variable that is shown as the membrane potential, in mV.
    voltage: str = "v_mv"

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
        object.__setattr__(self, "state", MappingProxyType(dict(self.state)))

    def __getstate__(self) -> dict[str, Any]:
        return {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in vars(self).items()}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def description(self) -> dict[str, Any]:
        """The JSON-able form that, loaded through the family, gives this model again."""
        shown = {k: _plain(v) for k, v in sorted(self.parameters.items())}
        return {"name": self.name, "parameters": shown}


def _plain(value: Any) -> Any:
    return value.description() if isinstance(value, Distribution) else value
