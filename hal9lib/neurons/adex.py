"""Adaptive exponential integrate-and-fire neuron, exponentially decaying conductances.

Brette & Gerstner 2005, doi:10.1152/jn.00686.2005:
``C dv/dt = -leak (v - rest) + leak slope exp((v - threshold)/slope) - w + current
+ g_e (reversal_e - v) + g_i (reversal_i - v)``, ``tau_w dw/dt = a (v - rest) - w``; when v reaches
the peak it is reset and w grows by b. The solver is described in ``_adex.py``. During a refractory
period, which the paper does not have, the potential stays at the reset; w and the conductances go
on.
"""

import math
from collections.abc import Mapping
from typing import Any

from hal9lib.neurons._adex import cell_constants, cell_parameters
from hal9lib.neurons._model import NeuronModel, Receptor, State
from hal9lib.neurons._parameters import Number


def adex(
    preset: str = "brette_gerstner",
    capacitance_pf: Number | None = None,
    leak_ns: Number | None = None,
    rest_mv: Number | None = None,
    threshold_mv: Number | None = None,
    slope_mv: Number | None = None,
    tau_w_ms: Number | None = None,
    a_ns: Number | None = None,
    b_pa: Number | None = None,
    reset_mv: Number | None = None,
    peak_mv: Number | None = None,
    tau_excitatory_ms: Number = 5.0,
    tau_inhibitory_ms: Number = 10.0,
    reversal_excitatory_mv: Number = 0.0,
    reversal_inhibitory_mv: Number = -80.0,
    refractory_ms: Number = 0.0,
    current_pa: Number = 0.0,
    initial_v_mv: Number | None = None,
    initial_w_pa: Number = 0.0,
) -> NeuronModel:
    """Adaptive exponential neuron with conductances (doi:10.1152/jn.00686.2005).

    Parameters
    ----------
    Each but the preset is a number, a distribution, or an array with one value a neuron.

    preset : ``brette_gerstner``, the paper's cell, or a firing pattern of Naud et al. 2008
        (doi:10.1007/s00422-008-0264-7), at the current of its figure: ``tonic_spiking`` 500 pA,
        ``adaptation`` 500, ``initial_burst`` 400, ``regular_bursting`` 210,
        ``delayed_accelerating`` 300, ``delayed_regular_bursting`` 110, ``transient_spiking`` 180,
        ``irregular_spiking`` 160. It gives what is left out of the following ten.
    capacitance_pf, leak_ns, rest_mv : of the membrane; the first two above 0.
    threshold_mv, slope_mv : where the exponential upstroke sets in, and its width, above 0.
    tau_w_ms, a_ns, b_pa : time constant of the adaptation, above 0; its coupling to the
        potential; its jump at a spike.
    reset_mv, peak_mv : where a spike puts the potential, and where it is detected; reset and
        threshold must lie below the peak.
    tau_excitatory_ms, tau_inhibitory_ms : decay of the conductances, above 0. Weights are in nS,
        what one spike adds; a negative one adds its size to the inhibitory conductance.
    reversal_excitatory_mv, reversal_inhibitory_mv : where the two conductances pull the potential.
    refractory_ms : time after a spike in which the potential stays at the reset, 0 or more, to
        the nearest whole step.
    current_pa : a constant input.
    initial_v_mv, initial_w_pa : at time 0; the rest if left out (drawn anew where that is drawn).

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    >>> adex(preset="regular_bursting").parameters["reset_mv"]
    -46.0
    >>> adex(slope_mv=0.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: adex.slope_mv = 0.0 is not allowed; use a finite number above 0.
    """
    parameters = cell_parameters("adex", locals())
    return NeuronModel(
        name="adex",
        parameters=parameters,
        state={
            "v_mv": State(parameters["initial_v_mv"]),
            "w_pa": State(parameters["initial_w_pa"]),
            "g_excitatory_ns": State(0.0),
            "g_inhibitory_ns": State(0.0),
            "refractory_left": State(0, kind="whole"),
        },
        constants=constants,
        step=step,
        max_dt_ms=0.5,
        receptors={"excitatory_ns": Receptor("ns", 1), "inhibitory_ns": Receptor("ns", -1)},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """What a step of `dt_ms` needs: the cell's and its synapses' decays, reversal potentials."""
    return cell_constants("adex", p, dt_ms) | {
        "reversal_excitatory_mv": p["reversal_excitatory_mv"],
        "reversal_inhibitory_mv": p["reversal_inhibitory_mv"],
    }


def step(
    v_mv, w_pa, g_excitatory_ns, g_inhibitory_ns, refractory_left, excitatory_ns, inhibitory_ns,
    leak_ns, rest_mv, threshold_mv, slope_mv, a_ns, b_pa, reset_mv, peak_mv, pull_pa, half_over_c,
    upstroke, decay_w, mean_w, decay_excitatory, decay_inhibitory, mean_excitatory, mean_inhibitory,
    refractory_steps, reversal_excitatory_mv, reversal_inhibitory_mv,
):  # fmt: skip
    """One step: half of the linear part, the upstroke, the other half; then what arrived."""
    g_e = g_excitatory_ns * mean_excitatory
    g_i = g_inhibitory_ns * mean_inhibitory
    total = leak_ns + g_e + g_i
    half_decay = math.exp(-total * half_over_c)
    pull_w = a_ns * (v_mv - rest_mv)
    aim = pull_pa - (pull_w + (w_pa - pull_w) * mean_w)
    aim = (aim + g_e * reversal_excitatory_mv + g_i * reversal_inhibitory_mv) / total
    moved = aim + (v_mv - aim) * half_decay
    above = (moved - threshold_mv) / slope_mv
    room = 1.0 - upstroke * math.exp(40.0 if above > 40.0 else above)
    moved = moved - slope_mv * math.log(1e-6 if room < 1e-6 else room)
    moved = aim + (moved - aim) * half_decay
    moved = peak_mv if room < 1e-6 or moved > peak_mv else moved
    resting = refractory_left > 0
    v_next = v_mv if resting else moved
    pull_w = a_ns * (0.5 * (v_mv + v_next) - rest_mv)
    w_next = pull_w + (w_pa - pull_w) * decay_w
    spiked = (not resting) and v_next >= peak_mv
    v_next = reset_mv if spiked else v_next
    w_next = w_next + b_pa if spiked else w_next
    left = refractory_left - 1 if resting else refractory_left
    left = refractory_steps if spiked else left
    g_excitatory = g_excitatory_ns * decay_excitatory + excitatory_ns
    g_inhibitory = g_inhibitory_ns * decay_inhibitory - inhibitory_ns
    return spiked, v_next, w_next, g_excitatory, g_inhibitory, left
