"""A network as plain numbers: what NEST's script needs to build the very same one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution, Values
from hal9lib.engine.simulation import Simulation
from hal9lib.engine.synapse_table import drawn_projection
from hal9lib.errors import ParameterError
from hal9lib.parts import Population, Projection
from hal9lib.verify.translation import CELLS, SYNAPSES

Arrays = dict[str, NDArray[Any]]


def exported(simulation: Simulation) -> tuple[dict[str, Any], Arrays]:
    """(JSON-able description, arrays) of a simulation at step 0, in NEST's words.

    Neurons keep their numbers. Raises ParameterError naming what NEST has not.
    """
    network, dt_ms = simulation.network, simulation.dt_ms
    arrays: Arrays = {}
    populations = [
        _population(simulation, index, population, arrays)
        for index, population in enumerate(network.populations)
    ]
    projections = []
    for index, projection in enumerate(network.projections):
        projections.append(_synapse(projection))
        table = drawn_projection(network, index, dt_ms)
        late = getattr(CELLS.get(projection.source.neuron.name), "late_steps", 0)
        arrays[f"sources_{index}"] = table.sources
        arrays[f"targets_{index}"] = table.targets
        arrays[f"weights_{index}"] = table.weights
        arrays[f"delays_{index}"] = table.delay_steps + late
    drives = [
        {"first": d.target.first, "size": d.target.size, "rate_hz": d.rate_hz, "weight": d.weight}
        for d in network.drives
    ]
    description = {
        "dt_ms": dt_ms,
        "populations": populations,
        "projections": projections,
        "drives": drives,
    }
    return description, arrays


def late_steps(simulation: Simulation) -> NDArray[np.int64]:
    """(neurons,) steps by which the time of each neuron's spikes is after that of NEST's."""
    return np.concatenate([
        np.full(p.size, getattr(CELLS.get(p.neuron.name), "late_steps", 0))
        for p in simulation.network.populations
    ])  # fmt: skip


def _population(
    simulation: Simulation, index: int, population: Population, arrays: Arrays
) -> dict[str, Any]:
    neuron = population.neuron
    shown: dict[str, Any] = {"first": population.first, "size": population.size}
    if neuron.schedule is not None:
        steps, cells = neuron.schedule(neuron.parameters, simulation.dt_ms)
        arrays[f"replay_steps_{index}"], arrays[f"replay_neurons_{index}"] = steps, cells
        if len(steps) and steps[0] < 1:
            raise ParameterError(
                f"{population.name} has a spike in the first step; NEST's relay takes them from "
                "the second on."
            )
        return shown | {"model": "parrot_neuron", "fixed": {}, "arrays": []}
    cell = CELLS.get(neuron.name)
    if cell is None:
        raise ParameterError(
            f"{neuron.name} has no counterpart in NEST; known: {', '.join(CELLS)}, spike_replay."
        )
    for name, value in cell.needs.items():
        if neuron.parameters[name] != value:
            raise ParameterError(
                f"{neuron.name}.{name} = {neuron.parameters[name]!r} is not allowed; "
                f"NEST's {cell.model} has {value:g}."
            )
    for ours, theirs in cell.parameters.items():
        arrays[f"{theirs}_{index}"] = _numbers(neuron.name, ours, neuron.parameters[ours])
    for ours, theirs in cell.state.items():
        arrays[f"{theirs}_{index}"] = simulation.state(ours, population.name).astype(np.float64)
    names = [*cell.parameters.values(), *cell.state.values()]
    return shown | {"model": cell.model, "fixed": dict(cell.fixed), "arrays": names}


def _numbers(model: str, name: str, value: Any) -> NDArray[np.float64]:
    if isinstance(value, Distribution):
        raise ParameterError(
            f"{model}.{name} = {value!r} is not allowed; use a number or an array, which NEST can "
            "be given."
        )
    return value.array if isinstance(value, Values) else np.array([value], np.float64)


def _synapse(projection: Projection) -> dict[str, Any]:
    if not projection.rules:
        return {"model": "static_synapse", "parameters": {}, "target": {}, "delay_free": True}
    name = projection.rules[0].name
    known = SYNAPSES.get(name)
    if known is None or len(projection.rules) > 1:
        rules = ", ".join(rule.name for rule in projection.rules)
        raise ParameterError(
            f"{projection.name} with {rules} has no counterpart in NEST; "
            f"use one rule of {', '.join(SYNAPSES)}."
        )
    given = projection.rules[0].parameters
    return {
        "model": known.model,
        "parameters": known.parameters(given),
        "target": known.target(given),
        "delay_free": known.delay_free,
    }
