"""Izhikevich's simple model of spiking neurons (Izhikevich 2003, doi:10.1109/TNN.2003.820440).

``dv/dt = 0.04 v^2 + linear v + constant - u + I``, ``du/dt = a (b (v - pivot) - leak u)``, in the
paper with linear 5, constant 140, pivot 0 and leak 1; at v >= 30 mV v becomes c and u becomes
u + d. As in the paper's script, v takes two half steps and u one whole step, of first order in dt,
and a spike is detected at the start of the step that follows it. The input I has no unit in the
paper; here it is what synapses deliver in a step, in mV per ms.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.distributions import Distribution, Values
from hal9lib.errors import ParameterError
from hal9lib.neurons._izhikevich import PRESETS
from hal9lib.neurons._model import NeuronModel, State
from hal9lib.neurons._parameters import Number, below, checked, chosen


def izhikevich(
    preset: str = "regular_spiking",
    a: Number | None = None,
    b: Number | None = None,
    c_mv: Number | None = None,
    d: Number | None = None,
    linear: Number | None = None,
    constant: Number | None = None,
    pivot_mv: Number | None = None,
    leak: Number | None = None,
    current: Number = 0.0,
    noise: Number = 0.0,
    initial_v_mv: Number = -65.0,
    initial_u: Number | None = None,
) -> NeuronModel:
    """Izhikevich neuron (doi:10.1109/TNN.2003.820440); the default is a regular-spiking cell.

    Parameters
    ----------
    Each but the preset is a number, a distribution, or an array with one value a neuron.

    preset : gives what is left out of the next eight. The paper's cell types:
        ``regular_spiking``, ``intrinsically_bursting``, ``chattering``, ``fast_spiking``,
        ``thalamo_cortical``, ``resonator_2003``, ``low_threshold_spiking``; and the behaviours of
        Izhikevich 2004 (doi:10.1109/TNN.2004.832719), which an unknown name's error lists.
    a : rate of recovery per ms; negative in two of the presets. b : its sensitivity to v.
    c_mv : reset potential, below 30. d : jump of recovery at a spike.
    linear, constant : of the quadratic. pivot_mv, leak : of the recovery; see above.
    current : a constant input, in the paper's unit (mV per ms).
    noise : standard deviation of a normal input drawn anew in each step, 0 or more, same unit.
        The paper draws it once a ms; at a smaller step the same noise has a smaller effect.
    initial_v_mv : potential at time 0.
    initial_u : recovery at time 0; b times the potential if left out, b times -65 where that is a
        distribution.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    A fast-spiking inhibitory cell of the paper:

    >>> izhikevich("fast_spiking").parameters["a"]
    0.1
    >>> izhikevich(c_mv=40.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: izhikevich.c_mv = 40 is not allowed; use less than peak_mv = 30.
    """
    cell = {"a": a, "b": b, "c_mv": c_mv, "d": d, "linear": linear, "constant": constant}
    cell = chosen("izhikevich", PRESETS, preset, cell | {"pivot_mv": pivot_mv, "leak": leak})
    other = {"current": current, "noise": noise, "initial_v_mv": initial_v_mv}
    parameters = checked("izhikevich", cell | other, from_zero={"noise"})
    below("izhikevich", parameters | {"peak_mv": 30.0}, "c_mv", "peak_mv")
    if initial_u is None:
        initial_u = _initial_u(parameters["b"], parameters["initial_v_mv"])
    parameters |= checked("izhikevich", {"initial_u": initial_u})
    return NeuronModel(
        name="izhikevich",
        parameters=parameters,
        state={"v_mv": State(parameters["initial_v_mv"]), "u": State(parameters["initial_u"])},
        constants=constants,
        step=step if parameters["noise"] == 0.0 else _step_with_noise,
        max_dt_ms=1.0,  # two half steps of 0.5 ms are the largest the paper uses
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """The parameters, and the half step that v takes twice; refuses a recovery faster than it."""
    below("izhikevich", {**p, "peak_mv": 30.0}, "c_mv", "peak_mv")
    fastest = float(np.max(np.abs(p["a"] * p["leak"])))
    if fastest * dt_ms >= 2.0:
        raise ParameterError(
            f"izhikevich.a = {fastest:g} (times the leak) is not allowed at dt_ms = {dt_ms:g}, "
            f"where recovery is unstable; use less than {2.0 / dt_ms:g}, or a shorter step."
        )
    names = ("a", "b", "c_mv", "d", "linear", "constant", "pivot_mv", "leak", "current", "noise")
    return {name: p[name] for name in names} | {"dt_ms": dt_ms, "half_ms": 0.5 * dt_ms}


def step(
    v_mv, u, input_mv, a, b, c_mv, d, linear, constant, pivot_mv, leak, current, dt_ms, half_ms
):
    """One step in the order of the paper's script: detect, reset, integrate v, then u."""
    spiked = v_mv >= 30.0
    v = c_mv if spiked else v_mv
    w = u + d if spiked else u
    drive = constant + current - w + input_mv
    v = v + half_ms * ((0.04 * v + linear) * v + drive)
    v = v + half_ms * ((0.04 * v + linear) * v + drive)
    w = w + dt_ms * a * (b * (v - pivot_mv) - leak * w)
    return spiked, v, w


def _step_with_noise(
    v_mv, u, input_mv, random_normal, a, b, c_mv, d, linear, constant, pivot_mv, leak, current,
    noise, dt_ms, half_ms,
):  # fmt: skip
    """The same step with a normal input; apart, so that only those who ask draw numbers."""
    spiked = v_mv >= 30.0
    v = c_mv if spiked else v_mv
    w = u + d if spiked else u
    drive = constant + current - w + input_mv + noise * random_normal
    v = v + half_ms * ((0.04 * v + linear) * v + drive)
    v = v + half_ms * ((0.04 * v + linear) * v + drive)
    w = w + dt_ms * a * (b * (v - pivot_mv) - leak * w)
    return spiked, v, w


def _initial_u(b: Number, v_mv: Number) -> Any:
    """b times the potential, as the paper's script starts."""
    if isinstance(b, Distribution):
        raise ParameterError(
            "izhikevich.initial_u is missing, which b gives where it is a number or an array; "
            "use a number, a distribution or an array for it, too."
        )
    start = -65.0 if isinstance(v_mv, Distribution) else v_mv
    if isinstance(b, Values) or isinstance(start, Values):
        low, high = (x.array if isinstance(x, Values) else x for x in (b, start))
        return Values(low * high)
    return b * start
