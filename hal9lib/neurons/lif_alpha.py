"""Leaky integrate-and-fire neuron, alpha-shaped synaptic currents, exact integration.

``C dv/dt = -C/tau_m (v - rest) + i_e + i_i + current``; a spike of weight w adds the current
``w e/tau t exp(-t/tau)``, which peaks at w after tau. The step is the exact solution (Rotter &
Diesmann 1999, doi:10.1007/s004220050570): what arrives at the end of a step acts from the next
one on. During the refractory period the potential stays at the reset and the currents go on, so
what arrives then is not lost.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.neurons._exact import from_alpha, from_exponential
from hal9lib.neurons._model import NeuronModel, Receptor, State
from hal9lib.neurons._parameters import Number, below, checked, whole_steps


def lif_alpha(
    capacitance_pf: Number = 250.0,
    tau_m_ms: Number = 10.0,
    tau_excitatory_ms: Number = 0.325,
    tau_inhibitory_ms: Number = 0.325,
    threshold_mv: Number = -55.0,
    reset_mv: Number = -70.0,
    rest_mv: Number = -70.0,
    refractory_ms: Number = 1.0,
    current_pa: Number = 0.0,
    initial_v_mv: Number | None = None,
) -> NeuronModel:
    """Leaky integrate-and-fire neuron with alpha currents (doi:10.1007/s004220050570).

    Parameters
    ----------
    Each is a number, a distribution, or an array with one value a neuron.

    capacitance_pf, tau_m_ms : of the membrane, above 0.
    tau_excitatory_ms, tau_inhibitory_ms : time from a spike to the peak of its current, above 0.
        Weights are in pA, the height of that peak; negative ones are inhibitory.
    threshold_mv, reset_mv, rest_mv : potentials; the reset must lie below the threshold.
    refractory_ms : time after a spike in which the potential stays at the reset, 0 or more, to
        the nearest whole step.
    current_pa : a constant input.
    initial_v_mv : potential at time 0; the rest if left out (drawn anew where that is drawn).

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    The defaults are the cells of the synfire chain of Diesmann, Gewaltig & Aertsen 1999
    (doi:10.1038/990101).

    >>> lif_alpha().receptors["excitatory_pa"]
    Receptor(unit='pa', sign=1)
    >>> lif_alpha(tau_m_ms=0.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: lif_alpha.tau_m_ms = 0.0 is not allowed; \
use a finite number above 0.
    """
    initial_v_mv = rest_mv if initial_v_mv is None else initial_v_mv
    parameters = checked(
        "lif_alpha",
        locals(),
        above_zero={"capacitance_pf", "tau_m_ms", "tau_excitatory_ms", "tau_inhibitory_ms"},
        from_zero={"refractory_ms"},
    )
    below("lif_alpha", parameters, "reset_mv", "threshold_mv")
    return NeuronModel(
        name="lif_alpha",
        parameters=parameters,
        state={
            "v_mv": State(parameters["initial_v_mv"]),
            "i_excitatory_pa": State(0.0),
            "i_inhibitory_pa": State(0.0),
            "slope_excitatory": State(0.0),
            "slope_inhibitory": State(0.0),
            "refractory_left": State(0, kind="whole"),
        },
        constants=constants,
        step=step,
        max_dt_ms=math.inf,  # the solution is exact at any step
        receptors={"excitatory_pa": Receptor("pa", 1), "inhibitory_pa": Receptor("pa", -1)},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """The propagators over a step of `dt_ms`, and the refractory period in steps."""
    below("lif_alpha", p, "reset_mv", "threshold_mv")
    found: dict[str, Any] = {
        "dt_ms": dt_ms,
        "decay": np.exp(-dt_ms / p["tau_m_ms"]),
        "steady_mv": p["rest_mv"] + p["current_pa"] * p["tau_m_ms"] / p["capacitance_pf"],
        "threshold_mv": p["threshold_mv"],
        "reset_mv": p["reset_mv"],
        "refractory_steps": whole_steps("lif_alpha.refractory_ms", p["refractory_ms"], dt_ms),
    }
    for kind in ("excitatory", "inhibitory"):
        tau_ms = p[f"tau_{kind}_ms"]
        found[f"decay_{kind}"] = np.exp(-dt_ms / tau_ms)
        found[f"jump_{kind}"] = math.e / tau_ms
        found[f"from_{kind}"] = from_exponential(tau_ms, p["tau_m_ms"], dt_ms) / p["capacitance_pf"]
        found[f"from_slope_{kind}"] = from_alpha(tau_ms, p["tau_m_ms"], dt_ms) / p["capacitance_pf"]
    return found


def step(
    v_mv,
    i_excitatory_pa,
    i_inhibitory_pa,
    slope_excitatory,
    slope_inhibitory,
    refractory_left,
    excitatory_pa,
    inhibitory_pa,
    dt_ms,
    decay,
    steady_mv,
    threshold_mv,
    reset_mv,
    refractory_steps,
    decay_excitatory,
    decay_inhibitory,
    jump_excitatory,
    jump_inhibitory,
    from_excitatory,
    from_inhibitory,
    from_slope_excitatory,
    from_slope_inhibitory,
):
    """One step: the potential by the currents as they were, then the currents by what arrived."""
    resting = refractory_left > 0
    moved = steady_mv + (v_mv - steady_mv) * decay
    moved = moved + from_excitatory * i_excitatory_pa + from_slope_excitatory * slope_excitatory
    moved = moved + from_inhibitory * i_inhibitory_pa + from_slope_inhibitory * slope_inhibitory
    v_next = v_mv if resting else moved
    spiked = (not resting) and v_next >= threshold_mv
    v_next = reset_mv if spiked else v_next
    left = refractory_left - 1 if resting else refractory_left
    left = refractory_steps if spiked else left
    i_excitatory = (i_excitatory_pa + dt_ms * slope_excitatory) * decay_excitatory
    i_inhibitory = (i_inhibitory_pa + dt_ms * slope_inhibitory) * decay_inhibitory
    new_excitatory = slope_excitatory * decay_excitatory + jump_excitatory * excitatory_pa
    new_inhibitory = slope_inhibitory * decay_inhibitory + jump_inhibitory * inhibitory_pa
    return spiked, v_next, i_excitatory, i_inhibitory, new_excitatory, new_inhibitory, left
