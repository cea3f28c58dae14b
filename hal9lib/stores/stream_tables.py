"""What a stream's tables hold, and how recordings get into them."""

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hal9lib.recording.plan import Plan
from hal9lib.recording.recorder import Rates, States, Weights

if TYPE_CHECKING:
    from hal9lib.stores.stream_writer import StreamWriter

_SPIKES = {"step": "int32", "neuron": "int32"}
_RATES = {"step": "int32", "population": "int32", "hz": "float64"}


class Recorded(Protocol):
    """What holds recordings until they are taken."""

    def take_spikes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(steps, neurons) since the last call."""

    def take_states(self) -> list[States]:
        """One entry for each state probe of the plan."""

    def take_weights(self) -> list[list[Weights]]:
        """One list for each weight probe of the plan."""

    def take_rates(self) -> Rates:
        """The bins that closed since the last call."""


def tables_of(plan: Plan, precision: str) -> dict[str, dict[str, Any]]:
    """The tables of a stream of this plan: ``spikes``, ``rates``, ``state_0``, ``weights_0`` …"""
    tables: dict[str, dict[str, Any]] = {}
    if plan.spikes:
        tables["spikes"] = {"columns": _SPIKES}
    if plan.rates_steps is not None:
        names = [population.name for population in plan.network.populations]
        tables["rates"] = {"columns": _RATES, "populations": names}
    for number, state in enumerate(plan.state):
        kind = state.population.neuron.state[state.variable].kind
        value = precision if kind == "real" else "int32"
        columns = {"step": "int32", "neuron": "int32", "value": value}
        tables[f"state_{number}"] = {"columns": columns, "of": state.name}
    for number, weights in enumerate(plan.weights):
        columns = {"step": "int32", "source": "int32", "target": "int32", "weight": "float64"}
        tables[f"weights_{number}"] = {"columns": columns, "of": weights.name}
    return tables


def append_taken(writer: "StreamWriter", plan: Plan, recorded: Recorded) -> None:
    """Move everything that waits in `recorded` to the stream."""
    if plan.spikes:
        writer.append("spikes", *recorded.take_spikes())
    if plan.rates_steps is not None:
        steps, hz = recorded.take_rates()
        populations = np.arange(hz.shape[1], dtype=np.int32)
        writer.append("rates", *_rows(steps, populations, hz))
    if plan.state:
        for number, states in enumerate(recorded.take_states()):
            rows = _rows(states.steps, plan.state[number].numbers, states.values)
            writer.append(f"state_{number}", *rows)
    if plan.weights:
        for number, samples in enumerate(recorded.take_weights()):
            for step, *columns in samples:
                steps = np.broadcast_to(np.int32(step), len(columns[0]))
                writer.append(f"weights_{number}", steps, *columns)


def _rows(
    steps: NDArray[np.int32], columns: NDArray[np.int32], values: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    """A (steps, columns) array as rows (step, column, value)."""
    across, along = len(columns), len(steps)
    return np.repeat(steps, across), np.tile(columns, along), values.reshape(-1)
