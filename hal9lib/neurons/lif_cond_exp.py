"""Leaky integrate-and-fire neuron, exponentially decaying synaptic conductances.

``C dv/dt = leak (rest - v) + g_e (reversal_e - v) + g_i (reversal_i - v) + current``; each
conductance decays with its own time constant and jumps by the size of a spike's weight.

The conductances are exact. The potential takes one exponential step with their means over that
step (the first term of Magnus' expansion; Hochbruck & Ostermann 2010,
doi:10.1017/S0962492910000048): of second order in dt, and stable at any step, since it moves
towards a mean of the reversal potentials and never past it. At the largest step allowed, 1 ms, a
PSP of 6 nS in the default cell is right to 0.1 % of its peak. During the refractory period the
potential stays at the reset and the conductances go on.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.neurons._exact import mean_decay
from hal9lib.neurons._model import NeuronModel, Receptor, State
from hal9lib.neurons._parameters import Number, below, checked, whole_steps


def lif_cond_exp(
    capacitance_pf: Number = 200.0,
    leak_ns: Number = 10.0,
    tau_excitatory_ms: Number = 5.0,
    tau_inhibitory_ms: Number = 10.0,
    reversal_excitatory_mv: Number = 0.0,
    reversal_inhibitory_mv: Number = -80.0,
    threshold_mv: Number = -50.0,
    reset_mv: Number = -60.0,
    rest_mv: Number = -60.0,
    refractory_ms: Number = 5.0,
    current_pa: Number = 0.0,
    initial_v_mv: Number | None = None,
    initial_excitatory_ns: Number = 0.0,
    initial_inhibitory_ns: Number = 0.0,
) -> NeuronModel:
    """Leaky integrate-and-fire neuron with conductances (doi:10.1007/s10827-007-0038-6).

    Parameters
    ----------
    Each is a number, a distribution, or an array with one value a neuron.

    capacitance_pf, leak_ns : of the membrane, above 0.
    tau_excitatory_ms, tau_inhibitory_ms : decay of the conductances, above 0. Weights are in nS,
        what one spike adds; a negative one adds its size to the inhibitory conductance.
    reversal_excitatory_mv, reversal_inhibitory_mv : where the two conductances pull the potential.
    threshold_mv, reset_mv, rest_mv : potentials; the reset must lie below the threshold.
    refractory_ms : time after a spike in which the potential stays at the reset, 0 or more, to
        the nearest whole step.
    current_pa : a constant input.
    initial_v_mv : potential at time 0; the rest if left out (drawn anew where that is drawn).
    initial_excitatory_ns, initial_inhibitory_ns : conductances at time 0. A negative one
        is taken as it is: published scripts draw them from normal distributions.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    The defaults are the cells of benchmark 1 of Brette et al. 2007, after Vogels & Abbott 2005.

    >>> lif_cond_exp().receptors["inhibitory_ns"]
    Receptor(unit='ns', sign=-1)
    >>> lif_cond_exp(leak_ns=0.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: lif_cond_exp.leak_ns = 0.0 is not allowed; \
use a finite number above 0.
    """
    initial_v_mv = rest_mv if initial_v_mv is None else initial_v_mv
    parameters = checked(
        "lif_cond_exp",
        locals(),
        above_zero={"capacitance_pf", "leak_ns", "tau_excitatory_ms", "tau_inhibitory_ms"},
        from_zero={"refractory_ms"},
    )
    below("lif_cond_exp", parameters, "reset_mv", "threshold_mv")
    return NeuronModel(
        name="lif_cond_exp",
        parameters=parameters,
        state={
            "v_mv": State(parameters["initial_v_mv"]),
            "g_excitatory_ns": State(parameters["initial_excitatory_ns"]),
            "g_inhibitory_ns": State(parameters["initial_inhibitory_ns"]),
            "refractory_left": State(0, kind="whole"),
        },
        constants=constants,
        step=step,
        max_dt_ms=1.0,
        receptors={"excitatory_ns": Receptor("ns", 1), "inhibitory_ns": Receptor("ns", -1)},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """What a step of `dt_ms` needs: the decays over it, and the refractory period in steps."""
    below("lif_cond_exp", p, "reset_mv", "threshold_mv")
    names = ("leak_ns", "reversal_excitatory_mv", "reversal_inhibitory_mv", "threshold_mv")
    return {name: p[name] for name in (*names, "reset_mv")} | {
        "dt_over_c": dt_ms / p["capacitance_pf"],
        "pull_pa": p["leak_ns"] * p["rest_mv"] + p["current_pa"],
        "decay_excitatory": np.exp(-dt_ms / p["tau_excitatory_ms"]),
        "decay_inhibitory": np.exp(-dt_ms / p["tau_inhibitory_ms"]),
        "mean_excitatory": mean_decay(p["tau_excitatory_ms"], dt_ms),
        "mean_inhibitory": mean_decay(p["tau_inhibitory_ms"], dt_ms),
        "refractory_steps": whole_steps("lif_cond_exp.refractory_ms", p["refractory_ms"], dt_ms),
    }


def step(
    v_mv,
    g_excitatory_ns,
    g_inhibitory_ns,
    refractory_left,
    excitatory_ns,
    inhibitory_ns,
    leak_ns,
    reversal_excitatory_mv,
    reversal_inhibitory_mv,
    threshold_mv,
    reset_mv,
    dt_over_c,
    pull_pa,
    decay_excitatory,
    decay_inhibitory,
    mean_excitatory,
    mean_inhibitory,
    refractory_steps,
):
    """One step: the potential towards where the mean conductances pull it, then what arrived."""
    g_e = g_excitatory_ns * mean_excitatory
    g_i = g_inhibitory_ns * mean_inhibitory
    total = leak_ns + g_e + g_i
    aim = (pull_pa + g_e * reversal_excitatory_mv + g_i * reversal_inhibitory_mv) / total
    moved = aim + (v_mv - aim) * math.exp(-total * dt_over_c)
    resting = refractory_left > 0
    v_next = v_mv if resting else moved
    spiked = (not resting) and v_next >= threshold_mv
    v_next = reset_mv if spiked else v_next
    left = refractory_left - 1 if resting else refractory_left
    left = refractory_steps if spiked else left
    g_excitatory = g_excitatory_ns * decay_excitatory + excitatory_ns
    g_inhibitory = g_inhibitory_ns * decay_inhibitory - inhibitory_ns
    return spiked, v_next, g_excitatory, g_inhibitory, left
