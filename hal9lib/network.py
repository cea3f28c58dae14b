"""Descriptions of networks: populations, projections, drive. All validation, no simulation.

A `Network` is data. `Network.description` is its canonical form: the same network always gives the
same JSON, and `Network.from_description` gives it back. Nothing is drawn or allocated here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hal9lib import checks, connectivity, neurons
from hal9lib.connectivity._model import Connectivity
from hal9lib.errors import ParameterError
from hal9lib.neurons._model import NeuronModel

MAX_NEURONS = 2_000_000_000
MAX_SYNAPSES = 20_000_000_000
#: Delays are kept in a ring of this many milliseconds at most.
MAX_DELAY_MS = 1_000.0


@dataclass(frozen=True)
class Population:
    """`size` neurons of one model, numbered from `first` on within the network."""

    name: str
    size: int
    first: int
    neuron: NeuronModel


@dataclass(frozen=True)
class Projection:
    """Synapses from one population onto another: a rule, a weight and a delay."""

    source: Population
    target: Population
    connectivity: Connectivity
    weight_mv: float
    delay_ms: float


@dataclass(frozen=True)
class PoissonDrive:
    """An independent Poisson train onto each neuron of a population."""

    target: Population
    rate_hz: float
    weight_mv: float


class Network:
    """A network to simulate, described step by step.

    Parameters
    ----------
    seed : 0 to 2^64 - 1; with the description it decides every random number of a simulation.
    model : the name a saved run is found under.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.Network(seed=9)
    >>> cells = network.add(hal9.neurons.lif(), 100, name="E")
    >>> _ = network.connect(cells, cells, hal9.connectivity.fixed_indegree(10),
    ...                     weight_mv=0.1, delay_ms=1.5)
    >>> network.neurons, network.synapses
    (100, 1000)
    """

    def __init__(self, seed: int = 1, model: str = "custom") -> None:
        self._seed = checks.whole("seed", seed, low=0, high=2**64 - 1)
        self._model = checks.label("model", model)
        self._populations: list[Population] = []
        self._projections: list[Projection] = []
        self._drives: list[PoissonDrive] = []

    @property
    def seed(self) -> int:
        """What decides, with the description, every random number of a simulation."""
        return self._seed

    @property
    def model(self) -> str:
        """The name a saved run is found under."""
        return self._model

    @property
    def populations(self) -> tuple[Population, ...]:
        """The populations, in the order they were added."""
        return tuple(self._populations)

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The projections, in the order they were added."""
        return tuple(self._projections)

    @property
    def drives(self) -> tuple[PoissonDrive, ...]:
        """The Poisson drives, in the order they were added."""
        return tuple(self._drives)

    @property
    def neurons(self) -> int:
        """How many neurons there are."""
        return sum(p.size for p in self._populations)

    @property
    def synapses(self) -> int:
        """How many synapses there will be at most (exactly, for a fixed in-degree)."""
        return sum(p.connectivity.synapses(p.source.size, p.target.size) for p in self._projections)

    def add(self, neuron: NeuronModel, size: int, name: str | None = None) -> Population:
        """Add `size` neurons of one model; returns the population.

        Raises ParameterError: a size that is not a whole number of at least 1, a name in use.
        """
        if not isinstance(neuron, NeuronModel):
            raise ParameterError(
                f"neuron = {neuron!r} is not allowed; use a neuron model such as "
                f"hal9.neurons.lif(). Known: {', '.join(neurons.names())}."
            )
        size = checks.whole("size", size, low=1, high=MAX_NEURONS - self.neurons)
        name = checks.label("name", name if name is not None else f"P{len(self._populations)}")
        if any(p.name == name for p in self._populations):
            raise ParameterError(f"name = {name!r} is not allowed; a population has it already.")
        population = Population(name, size, self.neurons, neuron)
        self._populations.append(population)
        return population

    def connect(
        self,
        source: Population,
        target: Population,
        rule: Connectivity,
        *,
        weight_mv: float,
        delay_ms: float,
    ) -> Projection:
        """Connect two populations; returns the projection.

        Parameters
        ----------
        rule : from `hal9lib.connectivity`.
        weight_mv : what one spike adds to the target, negative for inhibition.
        delay_ms : from a spike to its effect; at least one time step of the simulation.

        Raises ParameterError when a value is not allowed or the rule cannot be met.
        """
        self._own("source", source)
        self._own("target", target)
        if not isinstance(rule, Connectivity):
            raise ParameterError(
                f"rule = {rule!r} is not allowed; use a connectivity rule such as "
                "hal9.connectivity.fixed_indegree(100)."
            )
        rule.check(source.size, target.size, source is target)
        projection = Projection(
            source,
            target,
            rule,
            checks.number("weight_mv", weight_mv),
            checks.number("delay_ms", delay_ms, low=0.0, high=MAX_DELAY_MS, open_low=True),
        )
        added = rule.synapses(source.size, target.size)
        if self.synapses + added > MAX_SYNAPSES:
            raise ParameterError(
                f"{self.synapses + added:,} synapses are more than one simulation holds; "
                f"use at most {MAX_SYNAPSES:,}."
            )
        self._projections.append(projection)
        return projection

    def drive(self, target: Population, *, rate_hz: float, weight_mv: float) -> PoissonDrive:
        """Give each neuron of a population its own Poisson train.

        Parameters
        ----------
        rate_hz : mean rate of the train, 0 to 10 million (many inputs may be summed in one).
        weight_mv : what one of its spikes adds to the neuron.
        """
        self._own("target", target)
        poisson = PoissonDrive(
            target,
            checks.number("rate_hz", rate_hz, low=0.0, high=1e7),
            checks.number("weight_mv", weight_mv),
        )
        self._drives.append(poisson)
        return poisson

    def check_step(self, dt_ms: float) -> float:
        """`dt_ms` if every neuron is stable at it and every delay is a whole number of it."""
        dt_ms = checks.number("dt_ms", dt_ms, low=1e-6, high=100.0)
        for population in self._populations:
            model = population.neuron
            if dt_ms > model.max_dt_ms:
                raise ParameterError(
                    f"dt_ms = {dt_ms:g} is not allowed; {model.name} is unstable there: "
                    f"use {model.max_dt_ms:g} or less."
                )
        for projection in self._projections:
            _check_delay(projection.delay_ms, dt_ms)
        return dt_ms

    def description(self) -> dict[str, Any]:
        """The canonical, JSON-able form."""
        return {
            "format": 1,
            "model": self.model,
            "seed": self.seed,
            "populations": [
                {"name": p.name, "size": p.size, "neuron": p.neuron.description()}
                for p in self._populations
            ],
            "projections": [
                {
                    "source": p.source.name,
                    "target": p.target.name,
                    "connectivity": p.connectivity.description(),
                    "weight_mv": p.weight_mv,
                    "delay_ms": p.delay_ms,
                }
                for p in self._projections
            ],
            "drives": [
                {"target": d.target.name, "rate_hz": d.rate_hz, "weight_mv": d.weight_mv}
                for d in self._drives
            ],
        }

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> "Network":
        """The network of a canonical form; raises ParameterError where it is not one."""
        if description.get("format") != 1:
            raise ParameterError(
                f"format = {description.get('format')!r} is not allowed; this version reads 1."
            )
        network = cls(seed=description["seed"], model=description["model"])
        named = {
            p["name"]: network.add(_plugin(neurons, p["neuron"]), p["size"], name=p["name"])
            for p in description["populations"]
        }
        for p in description["projections"]:
            network.connect(
                named[p["source"]],
                named[p["target"]],
                _plugin(connectivity, p["connectivity"]),
                weight_mv=p["weight_mv"],
                delay_ms=p["delay_ms"],
            )
        for d in description["drives"]:
            network.drive(named[d["target"]], rate_hz=d["rate_hz"], weight_mv=d["weight_mv"])
        return network

    def copy(self) -> "Network":
        """The same network, which stays as it is when this one is added to."""
        other = Network(self.seed, self.model)
        other._populations = list(self._populations)
        other._projections = list(self._projections)
        other._drives = list(self._drives)
        return other

    def __repr__(self) -> str:
        parts = ", ".join(f"{p.name}: {p.size:,} {p.neuron.name}" for p in self._populations)
        return f"Network({self.model!r}, seed={self.seed}, {parts}; {self.synapses:,} synapses)"

    def _own(self, role: str, population: Population) -> None:
        if population not in self._populations:
            raise ParameterError(
                f"{role} = {getattr(population, 'name', population)!r} is not a population of "
                "this network; use what network.add() returned."
            )


def _plugin(family: Any, description: Mapping[str, Any]) -> Any:
    return family.load(description["name"])(**description["parameters"])


def _check_delay(delay_ms: float, dt_ms: float) -> None:
    steps = delay_ms / dt_ms
    if steps < 1.0 - 1e-9:
        raise ParameterError(
            f"delay_ms = {delay_ms:g} is not allowed; use at least the time step dt_ms = {dt_ms:g}."
        )
    if not math.isclose(steps, round(steps), rel_tol=1e-9, abs_tol=1e-6):
        raise ParameterError(
            f"delay_ms = {delay_ms:g} is not allowed; use a whole multiple of dt_ms = {dt_ms:g}."
        )
