"""Descriptions of networks: populations, projections, drive. All validation, no simulation.

A `Network` is data. `Network.description` is its canonical form: the same network always gives the
same JSON, and `Network.from_description` gives it back. Nothing is drawn or allocated here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hal9lib import checks, connectivity, neurons, part_checks, plasticity
from hal9lib.connectivity._model import Connectivity
from hal9lib.errors import ParameterError
from hal9lib.neurons._model import NeuronModel
from hal9lib.parts import WEIGHT_UNITS, PoissonDrive, Population, Projection, default_name
from hal9lib.plasticity._model import SynapseRule

MAX_NEURONS = 2_000_000_000
MAX_SYNAPSES = 20_000_000_000


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
        """How many synapses there will be (expected, where a rule draws how many)."""
        return sum(p.connectivity.size(p.source, p.target)[0] for p in self._projections)

    def add(
        self, neuron: NeuronModel, size: int, name: str | None = None, *, positions: Any = None
    ) -> Population:
        """Add `size` neurons of one model; returns the population.

        Parameters
        ----------
        positions : (size, 1 to 3), where the neurons lie, for rules that look at distance.

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
        part_checks.check_sizes(neuron, size)
        population = Population(
            name, size, self.neurons, neuron, part_checks.positions_of(positions, size)
        )
        self._populations.append(population)
        return population

    def connect(
        self,
        source: Population,
        target: Population,
        connectivity: Connectivity,
        *,
        weight_mv: Any = None,
        weight_pa: Any = None,
        weight_ns: Any = None,
        weight: Any = None,
        delay_ms: Any,
        receptor: str | None = None,
        rule: SynapseRule | Sequence[SynapseRule] | None = None,
        name: str | None = None,
    ) -> Projection:
        """Connect two populations; returns the projection.

        Parameters
        ----------
        connectivity : which pairs, from `hal9lib.connectivity`.
        weight_mv, weight_pa, weight_ns, weight : one of them, in the unit of the target's
            receptor: what one spike adds to it, negative for inhibition. A number, a distribution,
            or an array for a rule made from arrays.
        delay_ms : from a spike to its effect; at least one time step of the simulation. Likewise
            a number, a distribution (rounded to whole steps when drawn) or an array.
        receptor : of the target; chosen by the weight's unit and sign if left out.
        rule : one plasticity rule from `hal9lib.plasticity`, or several that act in turn.
        name : ``source->target`` if left out, with a number where there is one already.

        Raises ParameterError when a value is not allowed or the rule cannot be met.
        """
        self._own("source", source)
        self._own("target", target)
        name = self._projection_name(source, target, name)
        weights = {"weight_mv": weight_mv, "weight_pa": weight_pa, "weight_ns": weight_ns}
        projection = part_checks.projection_of(
            (source, target), connectivity, weights | {"weight": weight}, delay_ms, receptor, rule,
            name,
        )  # fmt: skip
        added = self.synapses + connectivity.size(source, target)[0]
        if added > MAX_SYNAPSES:
            raise ParameterError(
                f"{added:,} synapses are more than one simulation holds; "
                f"use at most {MAX_SYNAPSES:,}."
            )
        self._projections.append(projection)
        return projection

    def drive(
        self,
        target: Population,
        *,
        rate_hz: float,
        weight_mv: float | None = None,
        weight_pa: float | None = None,
        weight_ns: float | None = None,
        weight: float | None = None,
        receptor: str | None = None,
    ) -> PoissonDrive:
        """Give each neuron of a population its own Poisson train.

        Parameters
        ----------
        rate_hz : mean rate of the train, 0 to 10 million (many inputs may be summed in one).
        weight_mv, weight_pa, weight_ns, weight : what one of its spikes adds to the receptor.
        """
        self._own("target", target)
        keyword, given = part_checks.weight_of(
            {"weight_mv": weight_mv, "weight_pa": weight_pa, "weight_ns": weight_ns}
            | {"weight": weight}
        )
        rate_hz = checks.number("rate_hz", rate_hz, low=0.0, high=1e7)
        value = checks.number(keyword, given)
        poisson = PoissonDrive(
            target,
            rate_hz,
            value,
            part_checks.receptor_of(target, keyword, part_checks.sign_of(value), receptor),
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
            part_checks.check_delay(projection.delay_ms, dt_ms)
        return dt_ms

    def description(self) -> dict[str, Any]:
        """The canonical, JSON-able form."""
        return {
            "format": 1,
            "model": self.model,
            "seed": self.seed,
            "populations": [p.description() for p in self._populations],
            "projections": [p.description() for p in self._projections],
            "drives": [d.description() for d in self._drives],
        }

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> "Network":
        """The network of a canonical form; raises ParameterError where it is not one."""
        if description.get("format") != 1:
            raise ParameterError(
                f"format = {description.get('format')!r} is not allowed; this version reads 1."
            )
        network = cls(seed=description["seed"], model=description["model"])
        named = {}
        for p in description["populations"]:
            neuron = _plugin(neurons, p["neuron"])
            named[p["name"]] = network.add(
                neuron, p["size"], p["name"], positions=part_checks.positions_from(p)
            )
        for p in description["projections"]:
            network.connect(
                named[p["source"]],
                named[p["target"]],
                _plugin(connectivity, p["connectivity"]),
                **{k: p[k] for k in ("delay_ms", "receptor", "name", *WEIGHT_UNITS) if k in p},
                rule=[_plugin(plasticity, r) for r in p.get("plasticity", ())],
            )
        for d in description["drives"]:
            network.drive(
                named[d["target"]],
                **{k: d[k] for k in ("rate_hz", "receptor", *WEIGHT_UNITS) if k in d},
            )
        return network

    def copy(self) -> "Network":
        """The same network, which stays as it is when this one is added to."""
        other = Network(self.seed, self.model)
        other._populations = list(self._populations)
        other._projections = list(self._projections)
        other._drives = list(self._drives)
        return other

    def with_neuron(self, population: int, neuron: NeuronModel) -> "Network":
        """A copy in which one population has other parameters; its projections follow."""
        description = self.description()
        description["populations"][population]["neuron"] = neuron.description()
        return Network.from_description(description)

    def __repr__(self) -> str:
        parts = ", ".join(f"{p.name}: {p.size:,} {p.neuron.name}" for p in self._populations)
        return f"Network({self.model!r}, seed={self.seed}, {parts}; {self.synapses:,} synapses)"

    def _projection_name(self, source: Population, target: Population, name: str | None) -> str:
        """A name no projection has yet: `name`, or ``source->target``, or that with a number."""
        taken = {p.name for p in self._projections}
        if name is None:
            first = default_name(source, target)
            numbers = (f"{first} {n}" for n in range(2, len(taken) + 2))
            return next(known for known in (first, *numbers) if known not in taken)
        if name in taken:
            raise ParameterError(f"name = {name!r} is not allowed; a projection has it already.")
        return name

    def _own(self, role: str, population: Population) -> None:
        if not any(population is p for p in self._populations):
            raise ParameterError(
                f"{role} = {getattr(population, 'name', population)!r} is not a population of "
                "this network; use what network.add() returned."
            )


def changed(neuron: NeuronModel, changes: Mapping[str, Any]) -> NeuronModel:
    """The same model with other parameters; ParameterError naming those there are."""
    for name in changes:
        if name not in neuron.parameters:
            raise ParameterError(
                f"{name} is not a parameter of {neuron.name}; "
                f"known: {', '.join(neuron.parameters)}."
            )
    return neuron.with_parameters(changes)


def _plugin(family: Any, description: Mapping[str, Any]) -> Any:
    return family.load(description["name"])(**description["parameters"])
