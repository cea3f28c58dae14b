"""What a simulation records, read from `record=` and checked in one place.

``{"spikes": "all" | "none" | {"E": "all", "I": [0, 5, 7], "R": slice(0, 10)},``
`` "state": [{"population": "E", "variables": ["v_mv"], "neurons": [0, 1], "every_ms": 1.0}],``
`` "weights": [{"projection": "E->I", "every_ms": 100.0}],``
`` "rates": {"every_ms": 5.0}}``

Every key may be left out; spikes are then recorded, and nothing else. States and weights are those
at ``every_ms``, ``2 every_ms`` and so on, at the end of the step that ends there; a rate is that of
the ``every_ms`` before. What is recorded changes no spike and is no part of a run's key.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.network import Network, Population
from hal9lib.recording.selection import Neurons, numbers, plain, select

KEYS = ("spikes", "state", "weights", "rates")
_STATE_KEYS = ("population", "variables", "neurons", "every_ms")
_SPIKES_WORDS = (
    "use 'all', 'none', or a mapping from populations to neurons such as {'E': 'all', 'I': [0, 5]}"
)


@dataclass(frozen=True)
class StateProbe:
    """One state variable of some neurons of one population, every so many steps."""

    population: Population
    variable: str
    neurons: Neurons
    every_steps: int

    @property
    def name(self) -> str:
        """How it is called among a run's states, such as ``E.v_mv``."""
        return f"{self.population.name}.{self.variable}"

    @property
    def numbers(self) -> NDArray[np.int32]:
        """(neurons,) int32, within the network, in the order they were asked for."""
        return numbers(self.neurons, self.population)


@dataclass(frozen=True)
class WeightProbe:
    """The weights of one projection, every so many steps."""

    projection: int
    name: str
    every_steps: int


@dataclass(frozen=True)
class Plan:
    """What is recorded: ask `read_plan` for one.

    Attributes
    ----------
    spikes : the populations of which spikes are kept, and which of their neurons.
    state : one probe for each variable of a population, in the order asked for.
    rates_steps : steps between two population rates; None where none are recorded.
    """

    network: Network
    dt_ms: float
    spikes: tuple[tuple[Population, Neurons], ...]
    state: tuple[StateProbe, ...] = ()
    weights: tuple[WeightProbe, ...] = ()
    rates_steps: int | None = None

    @property
    def every_spike(self) -> bool:
        """Whether the spikes of all neurons are kept."""
        return sum(len(neurons) for _, neurons in self.spikes) == self.network.neurons

    @property
    def needs_spikes(self) -> bool:
        """Whether a simulation has to look at its spikes at all."""
        return bool(self.spikes) or self.rates_steps is not None

    def mask(self) -> NDArray[np.bool_]:
        """(neurons,) bool: whose spikes are kept."""
        kept = np.zeros(self.network.neurons, bool)
        for population, neurons in self.spikes:
            kept[numbers(neurons, population)] = True
        return kept

    def next_sample(self, step: int) -> int | None:
        """The next number of steps done, above `step`, at which states or weights are taken."""
        every = [p.every_steps for p in self.state] + [p.every_steps for p in self.weights]
        return min(((step // steps + 1) * steps for steps in every), default=None)

    def description(self) -> dict[str, Any]:
        """The canonical, JSON-able form, which `read_plan` reads."""
        spikes: Any = {p.name: plain(neurons, p.size) for p, neurons in self.spikes}
        if not self.spikes or self.every_spike:
            spikes = "all" if self.spikes else "none"
        found: dict[str, Any] = {"spikes": spikes}
        if self.state:
            found["state"] = [
                {
                    "population": probe.population.name,
                    "variables": [probe.variable],
                    "neurons": plain(probe.neurons, probe.population.size),
                    "every_ms": self._ms(probe.every_steps),
                }
                for probe in self.state
            ]
        if self.weights:
            found["weights"] = [
                {"projection": probe.name, "every_ms": self._ms(probe.every_steps)}
                for probe in self.weights
            ]
        if self.rates_steps is not None:
            found["rates"] = {"every_ms": self._ms(self.rates_steps)}
        return found

    def _ms(self, steps: int) -> float:
        # Twelve digits: 3 steps of 0.1 ms are 0.3, not 0.30000000000000004.
        return float(f"{steps * self.dt_ms:.12g}")


def read_plan(record: Mapping[str, Any] | None, network: Network, dt_ms: float) -> Plan:
    """The plan that `record` means; see this module's docstring.

    Raises ParameterError naming the key, its value and what is known.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.models.brunel(neurons=1_000, indegree=100)
    >>> plan = read_plan({"spikes": {"E": [0, 1, 2]}, "rates": {"every_ms": 5}}, network, 0.1)
    >>> plan.description()
    {'spikes': {'E': [0, 1, 2]}, 'rates': {'every_ms': 5.0}}
    >>> read_plan({"spike": "all"}, network, 0.1)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: record['spike'] = 'all' is not known; known: spikes, state, \
weights, rates.
    """
    record = _mapping("record", {} if record is None else record, KEYS, ())
    rates = record.get("rates")
    if rates is not None:
        rates = _mapping("record['rates']", rates, ("every_ms",), ("every_ms",))
    return Plan(
        network=network,
        dt_ms=dt_ms,
        spikes=_spikes(record.get("spikes", "all"), network),
        state=_state(record.get("state") or (), network, dt_ms),
        weights=_weights(record.get("weights") or (), network, dt_ms),
        rates_steps=None if rates is None else _every("record['rates']", rates, dt_ms),
    )


def _spikes(chosen: Any, network: Network) -> tuple[tuple[Population, Neurons], ...]:
    if isinstance(chosen, str) and chosen in ("all", "none"):
        populations = network.populations if chosen == "all" else ()
        return tuple((population, range(population.size)) for population in populations)
    if not isinstance(chosen, Mapping):
        raise ParameterError(f"record['spikes'] = {chosen!r} is not allowed; {_SPIKES_WORDS}.")
    members = {population.name: population for population in network.populations}
    _known("record['spikes']", chosen, tuple(members), "populations")
    return tuple(
        (population, select(f"record['spikes'][{name!r}]", chosen[name], population))
        for name, population in members.items()
        if name in chosen
    )


def _state(listed: Any, network: Network, dt_ms: float) -> tuple[StateProbe, ...]:
    members = {population.name: population for population in network.populations}
    found: list[StateProbe] = []
    for index, entry in enumerate(_list("record['state']", listed)):
        name = f"record['state'][{index}]"
        entry = _mapping(name, entry, _STATE_KEYS, ("population", "variables", "every_ms"))
        key = entry["population"]
        population = members[_one(f"{name}['population']", key, tuple(members))]
        neurons = select(f"{name}['neurons']", entry.get("neurons", "all"), population)
        every_steps = _every(name, entry, dt_ms)
        known = tuple(population.neuron.state)
        for variable in _list(f"{name}['variables']", entry["variables"], known):
            variable = _one(f"{name}['variables']", variable, known)
            probe = StateProbe(population, variable, neurons, every_steps)
            if any(probe.name == other.name for other in found):
                raise ParameterError(
                    f"{name} records {variable} of {population.name} again; name all its neurons "
                    "in one entry."
                )
            found.append(probe)
    return tuple(found)


def _weights(listed: Any, network: Network, dt_ms: float) -> tuple[WeightProbe, ...]:
    names = tuple(p.name for p in network.projections)
    found: list[WeightProbe] = []
    for index, entry in enumerate(_list("record['weights']", listed)):
        name = f"record['weights'][{index}]"
        keys = ("projection", "every_ms")
        entry = _mapping(name, entry, keys, keys)
        chosen = entry["projection"]
        if isinstance(chosen, int | np.integer) and not isinstance(chosen, bool):
            chosen = names[chosen] if 0 <= chosen < len(names) else chosen
        place = names.index(_one(f"{name}['projection']", chosen, names))
        if any(probe.projection == place for probe in found):
            raise ParameterError(
                f"{name} records the weights of {names[place]} again; once will do."
            )
        found.append(WeightProbe(place, names[place], _every(name, entry, dt_ms)))
    return tuple(found)


def _every(name: str, entry: Mapping[str, Any], dt_ms: float) -> int:
    name = f"{name}['every_ms']"
    every_ms = checks.number(name, entry["every_ms"], low=0.0, high=1e10, open_low=True)
    steps = round(every_ms / dt_ms)
    if steps < 1 or not math.isclose(steps * dt_ms, every_ms, rel_tol=1e-9, abs_tol=1e-6 * dt_ms):
        raise ParameterError(
            f"{name} = {every_ms:g} is not allowed; use a whole multiple of dt_ms = {dt_ms:g}."
        )
    return steps


def _mapping(
    name: str, value: Any, keys: tuple[str, ...], needed: tuple[str, ...]
) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ParameterError(
            f"{name} = {value!r} is not allowed; use a mapping with the keys {', '.join(keys)}."
        )
    _known(name, value, keys, "")
    for key in needed:
        if key not in value:
            raise ParameterError(f"{name} has no {key!r}; it needs {', '.join(needed)}.")
    return value


def _list(name: str, value: Any, known: tuple[str, ...] = ()) -> Sequence[Any]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise ParameterError(f"{name} = {value!r} is not allowed; use a list.")
    if known and not value:
        raise ParameterError(f"{name} = {value!r} is empty; known: {', '.join(known)}.")
    return value


def _one(name: str, value: Any, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        there = ", ".join(known) or "none, as the network has none"
        raise ParameterError(f"{name} = {value!r} is not known; known: {there}.")
    return value


def _known(name: str, value: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in value:
        if key not in known:
            raise ParameterError(
                f"{name}[{key!r}] = {value[key]!r} is not known; known{what and ' ' + what}: "
                f"{', '.join(known)}."
            )
