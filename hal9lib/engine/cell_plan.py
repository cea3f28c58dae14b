"""Where each population's variables and constants lie, and the source of its update."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hal9lib.engine.assembly import function_source, returns_tuple
from hal9lib.engine.draws import parameters_of
from hal9lib.errors import SimulationError
from hal9lib.network import Network, Population
from hal9lib.neurons._model import RANDOM, NeuronModel


@dataclass(frozen=True)
class CellPlan:
    """One population: its constants' values, and what a name in its step stands for.

    `places` gives the source text of each name: one entry a neuron where it ends in ``[i]``.
    """

    constants: Mapping[str, Any]
    #: State variable -> (kind, row of `State.real` or `State.whole`).
    states: Mapping[str, tuple[str, int]]
    #: Constant -> ("real" or "whole", column of the constants), or a row where it is an array.
    scalars: Mapping[str, tuple[str, int]]
    arrays: Mapping[str, tuple[str, int]]
    receptors: tuple[str, ...]
    random: str | None
    scheduled: bool


def plan_of(network: Network, index: int, dt_ms: float) -> CellPlan:
    """The plan of one population; its drawn parameters are drawn here."""
    population = network.populations[index]
    neuron = population.neuron
    constants = neuron.constants(parameters_of(network, index), dt_ms)
    used = {"real": 0, "whole": 0}

    def next_row(kind: str) -> tuple[str, int]:
        used[kind] += 1
        return kind, used[kind] - 1

    states = {name: next_row(state.kind) for name, state in neuron.state.items()}
    arrays = {name: next_row(_kind(v)) for name, v in constants.items() if np.ndim(v)}
    scalars: dict[str, tuple[str, int]] = {}
    columns = {"real": 0, "whole": 0}
    for name, value in constants.items():
        if not np.ndim(value):
            scalars[name] = (_kind(value), columns[_kind(value)])
            columns[_kind(value)] += 1
    arguments = _arguments(neuron, constants)
    random = [name for name in arguments if name in RANDOM]
    return CellPlan(
        constants, states, scalars, arrays, tuple(neuron.receptors),
        random[0] if random else None, neuron.schedule is not None,
    )  # fmt: skip


def update_sources(network: Network, plans: list[CellPlan]) -> list[str]:
    """The source of every distinct update, and of the branch between them."""
    variants: dict[tuple, tuple[int, list[int]]] = {}
    parts: list[str] = []
    for index, (population, plan) in enumerate(zip(network.populations, plans, strict=True)):
        step = function_source(population.neuron.step, "step_0")
        shape = (step, *map(str, (plan.states, plan.scalars, plan.arrays, plan.receptors)))
        if shape not in variants:
            number = len(variants)
            variants[shape] = (number, [])
            parts.append(function_source(population.neuron.step, f"step_{number}"))
            parts.append(_update_source(population, plan, number))
        variants[shape][1].append(index)
    lines = ["def update(worker, population, step, cells, drives, replays, state):"]
    for number, members in variants.values():
        lines += [
            f"    if {' or '.join(f'population == {index}' for index in members)}:",
            f"        update_{number}(worker, population, step, cells, drives, replays, state)",
        ]
    return [*parts, "\n".join(lines)]


def _update_source(population: Population, plan: CellPlan, number: int) -> str:
    """The loop over neurons of one model: everything by name, one call of its step."""
    arguments = list(inspect.signature(population.neuron.step).parameters)
    each = {name: f"state.{kind}[{row}][low:high]" for name, (kind, row) in plan.states.items()}
    each |= {name: f"state.{kind}[{row}][low:high]" for name, (kind, row) in plan.arrays.items()}
    each |= {
        name: f"state.input[{slot}][place : place + size]"
        for slot, name in enumerate(plan.receptors)
    }
    lines = [
        f"def update_{number}(worker, population, step, cells, drives, replays, state):",
        "    low, high = cells.low[worker, population], cells.high[worker, population]",
        "    place, size = cells.place[worker, population], high - low",
        "    spiked = state.spiked[place : place + size]",
    ]
    if plan.scheduled:
        lines += ["    spiked[:] = np.uint8(0)"]
        lines += ["    replay(worker, step, population, cells, replays, state)"]
        return "\n".join(lines)
    if plan.random:
        normal = plan.random == "random_normal"
        lines.append(f"    draw_noise(worker, population, step, {normal}, cells, drives, state)")
        each[plan.random] = "state.noise[place : place + size]"
    # Slices that start at zero: an index that may be negative keeps the loop from being vectorised.
    # A model's names get an ending, so that none can be one of the loop's own.
    lines += [f"    {name}__ = {text}" for name, text in each.items()]
    lines += [
        f"    {name}__ = cells.{kind}_constants[population, {column}]"
        for name, (kind, column) in plan.scalars.items()
    ]
    call = ", ".join(f"{name}__[i]" if name in each else f"{name}__" for name in arguments)
    results = ", ".join(["fired", *(f"{name}__new__" for name in plan.states)])
    if not plan.states and returns_tuple(population.neuron.step):
        results += ","
    lines += ["    for i in range(size):"]
    lines += [f"        {results} = step_{number}({call})"]
    lines += [f"        {name}__[i] = {name}__new__" for name in plan.states]
    lines += [f"        {name}__[i] = real(0.0)" for name in plan.receptors]
    lines += ["        spiked[i] = fired"]
    return "\n".join(lines)


def _kind(value: Any) -> str:
    return "whole" if np.asarray(value).dtype.kind in "iu" else "real"


def _arguments(neuron: NeuronModel, constants: Mapping[str, Any]) -> list[str]:
    """The names `step` asks for; SimulationError where one is nothing that there is."""
    arguments = list(inspect.signature(neuron.step).parameters)
    unknown = [
        a for a in arguments if a not in {*neuron.state, *neuron.receptors, *constants, *RANDOM}
    ]
    if unknown:
        raise SimulationError(
            f"{neuron.name}.step has the argument {unknown[0]!r}, which is neither a state "
            f"variable ({', '.join(neuron.state)}), a receptor ({', '.join(neuron.receptors)}), "
            f"a constant ({', '.join(constants)}), nor one of {', '.join(RANDOM)}."
        )
    if sum(a in RANDOM for a in arguments) > 1:
        raise SimulationError(f"{neuron.name}.step asks for both of {', '.join(RANDOM)}; use one.")
    return arguments
