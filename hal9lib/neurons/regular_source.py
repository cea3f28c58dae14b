"""A source of spikes at regular intervals, as a current-driven pacemaker gives them."""

import math
from collections.abc import Mapping
from typing import Any

from hal9lib.neurons._model import NeuronModel, State
from hal9lib.neurons._parameters import Number, checked, whole_steps


def regular_source(interval_ms: Number = 100.0, start_ms: Number | None = None) -> NeuronModel:
    """Spikes at start, start + interval, and so on. Source: a clock; it takes no input.

    Parameters
    ----------
    Each is a number, a distribution, or an array with one value a neuron.

    interval_ms : from one spike to the next, to the nearest whole step, one at least.
    start_ms : time of the first spike, likewise; the interval if left out (drawn anew where that
        is drawn). A distribution such as ``uniform(0.1, 100.0)`` gives each neuron its phase.

    Raises
    ------
    ParameterError : a value is not allowed, or shorter than the time step of a simulation.

    Examples
    --------
    Spikes at 5, 15, 25 ms and so on:

    >>> constants(regular_source(10.0, start_ms=5.0).parameters, 0.1)
    {'interval_steps': 100, 'start_steps': 50}
    """
    parameters = checked(
        "regular_source",
        {
            "interval_ms": interval_ms,
            "start_ms": interval_ms if start_ms is None else start_ms,
        },
        above_zero={"interval_ms", "start_ms"},
    )
    return NeuronModel(
        name="regular_source",
        parameters=parameters,
        state={"steps_left": State(-1, kind="whole")},  # below 0: not started
        constants=constants,
        step=step,
        max_dt_ms=math.inf,
        voltage=None,
        receptors={},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """The interval and the start in steps."""
    return {
        f"{name}_steps": whole_steps(f"regular_source.{name}_ms", p[f"{name}_ms"], dt_ms, least=1)
        for name in ("interval", "start")
    }


def step(steps_left, interval_steps, start_steps):
    """One step: count down, and spike at zero."""
    left = (start_steps if steps_left < 0 else steps_left) - 1
    spiked = left == 0
    return spiked, interval_steps if spiked else left
