"""Izhikevich's simple model of spiking neurons (Izhikevich 2003, doi:10.1109/TNN.2003.820440).

``dv/dt = 0.04 v^2 + 5 v + 140 - u + I``, ``du/dt = a (b v - u)``; at v >= 30 mV v becomes c and
u becomes u + d.
As in the paper's script, v takes two half steps and u one whole step, and a spike is detected at
the start of the step that follows it. The input I has no unit in the paper; here it is what
synapses deliver in a step, in mV per ms.
"""

from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.distributions import Distribution, number_or_distribution
from hal9lib.neurons._model import NeuronModel, State


def izhikevich(
    a: float = 0.02,
    b: float = 0.2,
    c_mv: float = -65.0,
    d: float = 8.0,
    current: float = 0.0,
    initial_v_mv: float | Distribution = -65.0,
) -> NeuronModel:
    """Izhikevich neuron (doi:10.1109/TNN.2003.820440); the defaults are a regular-spiking cell.

    Parameters
    ----------
    a : recovery rate per ms, above 0. b : sensitivity of recovery to v.
    c_mv : reset potential, below 30. d : jump of recovery at a spike.
    current : a constant input, in the paper's unit (mV per ms).
    initial_v_mv : potential at time 0, a number or a distribution; u starts at b times -65.

    Examples
    --------
    A fast-spiking inhibitory cell of the paper:

    >>> izhikevich(a=0.1, d=2.0).parameters["a"]
    0.1
    >>> izhikevich(a=0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: izhikevich.a = 0 is not allowed; use a finite number above 0.
    """
    parameters: dict[str, Any] = {
        "a": checks.number("izhikevich.a", a, low=0.0, open_low=True),
        "b": checks.number("izhikevich.b", b),
        "c_mv": checks.number("izhikevich.c_mv", c_mv, high=29.9),
        "d": checks.number("izhikevich.d", d),
        "current": checks.number("izhikevich.current", current),
        "initial_v_mv": number_or_distribution("izhikevich.initial_v_mv", initial_v_mv),
    }
    return NeuronModel(
        name="izhikevich",
        parameters=parameters,
        state={"v_mv": State(parameters["initial_v_mv"]), "u": State(-65.0 * parameters["b"])},
        constants=constants,
        step=step,
        max_dt_ms=1.0,  # two half steps of 0.5 ms are the largest the paper uses
    )


def constants(p: Mapping[str, float], dt_ms: float) -> dict[str, float]:
    """The parameters, and the half step that v takes twice."""
    names = ("a", "b", "c_mv", "d", "current")
    return {name: p[name] for name in names} | {"dt_ms": dt_ms, "half_ms": 0.5 * dt_ms}


def step(v_mv, u, input_mv, a, b, c_mv, d, current, dt_ms, half_ms):
    """One step: detect and reset first, then integrate, so that u never sees a v above 30."""
    spiked = v_mv >= 30.0
    v = c_mv if spiked else v_mv
    w = u + d if spiked else u
    drive = 140.0 + current - w + input_mv
    v = v + half_ms * ((0.04 * v + 5.0) * v + drive)
    v = v + half_ms * ((0.04 * v + 5.0) * v + drive)
    w = w + dt_ms * a * (b * v - w)
    return spiked, v, w
