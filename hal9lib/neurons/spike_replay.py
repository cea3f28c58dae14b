"""A population that sends given spikes again: recorded ones, or designed ones."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Values, number_or_distribution
from hal9lib.errors import ParameterError
from hal9lib.neurons._model import NeuronModel
from hal9lib.neurons._parameters import MOST_STEPS


def spike_replay(times_ms: Any, neurons: Any) -> NeuronModel:
    """Spikes at given times by given neurons. Source: what was recorded; it takes no input.

    Parameters
    ----------
    times_ms : (spikes,) above 0, in any order; each is moved to the nearest whole step, so two
        spikes of one neuron must not fall into one step.
    neurons : (spikes,) whole numbers from 0 on, the neuron of each spike within its population.

    Raises
    ------
    ParameterError : a value is not allowed, or two spikes of a neuron fall into one step of a
        simulation.

    Examples
    --------
    A spike of step s has the time (s + 1) dt, so a spike at 1 ms belongs to step 9:

    >>> model = spike_replay([2.0, 1.0], [0, 3])
    >>> steps, neurons = model.schedule(model.parameters, 0.1)
    >>> steps.tolist(), neurons.tolist()
    ([9, 19], [3, 0])
    >>> spike_replay([-1.0], [0])
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: spike_replay.times_ms[0] = -1.0 is not allowed; \
use a finite number above 0.
    """
    times = _list("times_ms", times_ms, open_low=True)
    cells = _list("neurons", neurons)
    wrong = (cells.array != np.floor(cells.array)) | (cells.array > MOST_STEPS)
    _refuse("neurons", cells.array, wrong, "whole numbers from 0 on")
    if len(times) != len(cells):
        raise ParameterError(
            f"spike_replay.neurons has {len(cells):,} values for {len(times):,} times; "
            "use one for each."
        )
    return NeuronModel(
        name="spike_replay",
        parameters={"times_ms": times, "neurons": cells},
        state={},
        constants=constants,
        step=step,
        max_dt_ms=math.inf,
        voltage=None,
        receptors={},
        schedule=_schedule,
    )


def constants(_p: Mapping[str, Any], _dt_ms: float) -> dict[str, Any]:
    """None: the schedule says all."""
    return {}


def step():
    """One step: the engine takes the spikes from the schedule."""
    return (False,)


def _schedule(p: Mapping[str, Any], dt_ms: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(steps, neurons) in order of both; raises ParameterError where the step is too long."""
    times, cells = p["times_ms"].array, p["neurons"].array
    steps = np.rint(times / dt_ms) - 1.0
    _refuse("times_ms", times, steps < 0.0, f"more than half a step of dt_ms = {dt_ms:g}")
    _refuse("times_ms", times, steps > MOST_STEPS, f"at most {MOST_STEPS:,} steps of {dt_ms:g} ms")
    order = np.lexsort((cells, steps))
    steps, cells = steps[order], cells[order]
    again = np.zeros(len(times), np.bool_)
    again[order[1:]] = (np.diff(steps) == 0.0) & (np.diff(cells) == 0.0)
    _refuse(
        "times_ms", times, again,
        f"a dt_ms below {dt_ms:g}: in one step a neuron has one spike at most, and has it already",
    )  # fmt: skip
    return steps.astype(np.int32), cells.astype(np.int32)


def _list(name: str, given: Any, open_low: bool = False) -> Values:
    """A list of numbers of at least 0, also from its JSON-able form."""
    found = number_or_distribution(f"spike_replay.{name}", given, low=0.0, open_low=open_low)
    if not isinstance(found, Values):
        raise ParameterError(f"spike_replay.{name} = {given!r} is not allowed; use a list.")
    return found


def _refuse(name: str, values: NDArray[Any], wrong: NDArray[np.bool_], use: str) -> None:
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ParameterError(
            f"spike_replay.{name}[{first}] = {values[first]:g} is not allowed; use {use}."
        )
