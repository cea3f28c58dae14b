"""Leaky integrate-and-fire neuron, delta synapses, exact integration.

Between spikes ``tau_m dv/dt = rest - v``; a synapse moves v at once by its weight. The step is the
exact solution (Rotter & Diesmann 1999, doi:10.1007/s004220050570). Input that arrives during the
refractory period is lost, as in Brunel 2000 (doi:10.1023/A:1008925309027).
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.neurons._model import NeuronModel, State
from hal9lib.neurons._parameters import Number, below, checked, whole_steps


def lif(
    tau_m_ms: Number = 20.0,
    threshold_mv: Number = 20.0,
    reset_mv: Number = 10.0,
    rest_mv: Number = 0.0,
    refractory_ms: Number = 2.0,
    initial_v_mv: Number | None = None,
) -> NeuronModel:
    """Leaky integrate-and-fire neuron with delta synapses (doi:10.1023/A:1008925309027).

    Parameters
    ----------
    Each is a number, a distribution, or an array with one value a neuron.

    tau_m_ms : membrane time constant, above 0.
    threshold_mv, reset_mv, rest_mv : potentials; the reset must lie below the threshold.
    refractory_ms : time after a spike in which the potential stays at the reset, 0 or more, to
        the nearest whole step.
    initial_v_mv : potential at time 0; the rest if left out (drawn anew where that is drawn).

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    The defaults are those of Brunel's model A.

    >>> lif(tau_m_ms=10.0).parameters["tau_m_ms"]
    10.0
    >>> lif(reset_mv=25.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: lif.reset_mv = 25 is not allowed; \
use less than threshold_mv = 20.
    """
    initial_v_mv = rest_mv if initial_v_mv is None else initial_v_mv
    parameters = checked(
        "lif",
        locals(),
        above_zero={"tau_m_ms"},
        from_zero={"refractory_ms"},
    )
    below("lif", parameters, "reset_mv", "threshold_mv")
    return NeuronModel(
        name="lif",
        parameters=parameters,
        state={
            "v_mv": State(parameters["initial_v_mv"]),
            "refractory_left": State(0, kind="whole"),
        },
        constants=constants,
        step=step,
        max_dt_ms=math.inf,  # the solution is exact at any step
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """What a step of `dt_ms` needs: the decay over it, and the refractory period in steps."""
    below("lif", p, "reset_mv", "threshold_mv")
    return {
        "decay": np.exp(-dt_ms / p["tau_m_ms"]),
        "rest_mv": p["rest_mv"],
        "threshold_mv": p["threshold_mv"],
        "reset_mv": p["reset_mv"],
        "refractory_steps": whole_steps("lif.refractory_ms", p["refractory_ms"], dt_ms),
    }


def step(v_mv, refractory_left, input_mv, decay, rest_mv, threshold_mv, reset_mv, refractory_steps):
    """One step: decay towards rest, add the input, compare with the threshold."""
    resting = refractory_left > 0
    moved = rest_mv + (v_mv - rest_mv) * decay + input_mv
    v_next = v_mv if resting else moved
    spiked = (not resting) and v_next >= threshold_mv
    v_next = reset_mv if spiked else v_next
    left = refractory_left - 1 if resting else refractory_left
    left = refractory_steps if spiked else left
    return spiked, v_next, left
