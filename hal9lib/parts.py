"""The parts of a network's description: populations, projections and drives."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Distribution, Values
from hal9lib.neurons._model import NeuronModel
from hal9lib.plasticity._model import SynapseRule

#: Keyword of a weight -> the unit of the receptors it fits.
WEIGHT_UNITS = {"weight_mv": "mv", "weight_pa": "pa", "weight_ns": "ns", "weight": "1"}

Number = float | Distribution | Values


@dataclass(frozen=True, eq=False)
class Population:
    """`size` neurons of one model, numbered from `first` on within the network."""

    name: str
    size: int
    first: int
    neuron: NeuronModel
    #: (size, dimensions) float64 where the neurons lie, for rules that look at distance.
    positions: NDArray[np.float64] | None = None

    def description(self) -> dict[str, Any]:
        """The JSON-able form."""
        shown = {"name": self.name, "size": self.size, "neuron": self.neuron.description()}
        if self.positions is not None:
            shown["dimensions"] = self.positions.shape[1]
            shown["positions"] = Values(self.positions.reshape(-1)).description()
        return shown


@dataclass(frozen=True, eq=False)
class Projection:
    """Synapses from one population onto a receptor of another."""

    name: str
    source: Population
    target: Population
    connectivity: Connectivity
    weight: Number
    receptor: str
    delay_ms: Number
    rules: tuple[SynapseRule, ...] = ()

    @property
    def unit(self) -> str:
        """The unit of the weight: ``mv``, ``pa``, ``ns`` or ``1``."""
        return self.target.neuron.receptors[self.receptor].unit

    def description(self) -> dict[str, Any]:
        """The JSON-able form; what a description without it would mean too is left out."""
        shown = {
            "source": self.source.name,
            "target": self.target.name,
            "connectivity": self.connectivity.description(),
            keyword_of(self.unit): plain(self.weight),
            "delay_ms": plain(self.delay_ms),
        }
        if self.name != default_name(self.source, self.target):
            shown["name"] = self.name
        if len(self.target.neuron.receptors) > 1:
            shown["receptor"] = self.receptor
        if self.rules:
            shown["plasticity"] = [rule.description() for rule in self.rules]
        return shown


@dataclass(frozen=True, eq=False)
class PoissonDrive:
    """An independent Poisson train onto each neuron of a population."""

    target: Population
    rate_hz: float
    weight: float
    receptor: str

    @property
    def unit(self) -> str:
        """The unit of the weight."""
        return self.target.neuron.receptors[self.receptor].unit

    def description(self) -> dict[str, Any]:
        """The JSON-able form."""
        shown = {"target": self.target.name, "rate_hz": self.rate_hz}
        shown[keyword_of(self.unit)] = self.weight
        if len(self.target.neuron.receptors) > 1:
            shown["receptor"] = self.receptor
        return shown


def default_name(source: Population, target: Population) -> str:
    """What a projection is called when nobody says."""
    return f"{source.name}->{target.name}"


def plain(value: Number) -> Any:
    """A number as it is, a distribution or values as their JSON-able form."""
    return value.description() if isinstance(value, Distribution | Values) else value


def keyword_of(unit: str) -> str:
    """The keyword of a weight in this unit."""
    return next(name for name, known in WEIGHT_UNITS.items() if known == unit)
