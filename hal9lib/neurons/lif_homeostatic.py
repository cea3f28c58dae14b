"""Leaky integrate-and-fire neuron whose threshold moves until it fires at a target rate.

`lif` with intrinsic plasticity: each of its own spikes raises the threshold by
``adaptation_mv``, and in every second it falls by ``adaptation_mv target_rate_hz``, so that it
stands still on average only at the target rate. It is the continuous form of the intrinsic
plasticity in Lazar, Pipa & Triesch 2009 (doi:10.3389/neuro.10.023.2009), of which Desai,
Rutherford & Turrigiano 1999 (doi:10.1038/9165) saw the like in cultures. Over a time T in which it
is not held at its lowest value the threshold changes by
``adaptation_mv (spikes - target_rate_hz T)``.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.neurons._model import NeuronModel, State
from hal9lib.neurons._parameters import Number, below, checked, whole_steps


def lif_homeostatic(
    target_rate_hz: Number = 5.0,
    adaptation_mv: Number = 0.1,
    lowest_threshold_mv: Number = 11.0,
    tau_m_ms: Number = 20.0,
    threshold_mv: Number = 20.0,
    reset_mv: Number = 10.0,
    rest_mv: Number = 0.0,
    refractory_ms: Number = 2.0,
    initial_v_mv: Number | None = None,
) -> NeuronModel:
    """LIF neuron with intrinsic plasticity of its threshold (doi:10.3389/neuro.10.023.2009).

    Parameters
    ----------
    Each is a number, a distribution, or an array with one value a neuron.

    target_rate_hz : the rate at which the threshold stands still on average, 0 or more.
    adaptation_mv : by how much a spike raises the threshold, 0 or more.
    lowest_threshold_mv : the threshold falls no further; between the reset and `threshold_mv`.
    threshold_mv : the threshold at time 0. The state ``shift_mv`` is how far it has moved since.
    tau_m_ms, reset_mv, rest_mv, refractory_ms : as of `lif`.
    initial_v_mv : potential at time 0; the rest if left out (drawn anew where that is drawn).

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    A step of 1 ms without a spike lowers the threshold by 0.1 mV * 5 Hz * 1 ms.

    >>> cell = lif_homeostatic()
    >>> c = cell.constants(cell.parameters, 1.0)
    >>> _, _, _, shift_mv, *_ = cell.step(0.0, 0, 0.0, 0.0, 0.0, 0.0, **c)
    >>> round(shift_mv, 6)
    -0.0005
    """
    parameters = checked(
        "lif_homeostatic",
        {
            "target_rate_hz": target_rate_hz,
            "adaptation_mv": adaptation_mv,
            "lowest_threshold_mv": lowest_threshold_mv,
            "tau_m_ms": tau_m_ms,
            "threshold_mv": threshold_mv,
            "reset_mv": reset_mv,
            "rest_mv": rest_mv,
            "refractory_ms": refractory_ms,
            "initial_v_mv": rest_mv if initial_v_mv is None else initial_v_mv,
        },
        above_zero={"tau_m_ms"},
        from_zero={"refractory_ms", "target_rate_hz", "adaptation_mv"},
    )
    _check_order(parameters)
    # Where the shift was at the last spike, and the steps since, are kept so that a fall by less
    # than float32 resolves in a step is not lost.
    shifts = {n: State(0.0) for n in ("shift_mv", "shift_at_spike_mv", "quiet_steps")}
    voltage = State(parameters["initial_v_mv"])
    return NeuronModel(
        name="lif_homeostatic",
        parameters=parameters,
        state={"v_mv": voltage, "refractory_left": State(0, kind="whole")} | shifts,
        constants=constants,
        step=step,
        max_dt_ms=math.inf,  # the solution is exact at any step
    )


def _check_order(p: Mapping[str, Any]) -> None:
    below("lif_homeostatic", p, "reset_mv", "lowest_threshold_mv")
    below("lif_homeostatic", p, "lowest_threshold_mv", "threshold_mv")


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """What a step needs: as of `lif`, and how far the threshold rises, falls and may fall."""
    _check_order(p)
    return {
        "decay": np.exp(-dt_ms / p["tau_m_ms"]),
        "rest_mv": p["rest_mv"],
        "threshold_mv": p["threshold_mv"],
        "reset_mv": p["reset_mv"],
        "refractory_steps": whole_steps("lif_homeostatic.refractory_ms", p["refractory_ms"], dt_ms),
        "adaptation_mv": p["adaptation_mv"],
        "fall_mv": p["adaptation_mv"] * p["target_rate_hz"] * dt_ms * 1e-3,
        "lowest_shift_mv": p["lowest_threshold_mv"] - p["threshold_mv"],
    }


def step(
    v_mv,
    refractory_left,
    shift_mv,
    shift_at_spike_mv,
    quiet_steps,
    input_mv,
    decay,
    rest_mv,
    threshold_mv,
    reset_mv,
    refractory_steps,
    adaptation_mv,
    fall_mv,
    lowest_shift_mv,
):
    """One step: as of `lif`, against the threshold as it stands; then the threshold moves."""
    resting = refractory_left > 0
    moved = rest_mv + (v_mv - rest_mv) * decay + input_mv
    v_next = v_mv if resting else moved
    spiked = (not resting) and v_next >= threshold_mv + shift_mv
    v_next = reset_mv if spiked else v_next
    left = refractory_left - 1 if resting else refractory_left
    left = refractory_steps if spiked else left
    at_spike = shift_mv + adaptation_mv - fall_mv if spiked else shift_at_spike_mv
    quiet = 0.0 if spiked else quiet_steps + 1.0
    shift = max(at_spike - fall_mv * quiet, lowest_shift_mv)
    return spiked, v_next, left, shift, at_spike, quiet
