"""HAL9's models and rules in NEST's words, as tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A neuron model of NEST's: its parameters and state by our names of them.

    `needs` are parameters that NEST has not, and the only value they may have. A spike of ours has
    a time `late_steps` after that of NEST's, which detects it at the end of the step before.
    """

    model: str
    parameters: Mapping[str, str]
    state: Mapping[str, str]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, float] = field(default_factory=dict)
    late_steps: int = 0


@dataclass(frozen=True)
class Synapse:
    """A plastic synapse of NEST's, and what its parameters are by those of our rule."""

    model: str
    parameters: Callable[[Mapping[str, Any]], dict[str, float]]
    #: What NEST keeps with the target instead.
    target: Callable[[Mapping[str, Any]], dict[str, float]] = field(default=lambda _p: {})
    #: Whether the delay's place, axon or dendrite, changes nothing.
    delay_free: bool = False


_LEAKY = {
    "threshold_mv": "V_th", "reset_mv": "V_reset", "rest_mv": "E_L", "refractory_ms": "t_ref",
}  # fmt: skip
_CURRENTS = _LEAKY | {
    "capacitance_pf": "C_m", "tau_m_ms": "tau_m", "tau_excitatory_ms": "tau_syn_ex",
    "tau_inhibitory_ms": "tau_syn_in", "current_pa": "I_e",
}  # fmt: skip
_SYNAPTIC = {
    "capacitance_pf": "C_m", "leak_ns": "g_L", "rest_mv": "E_L", "reset_mv": "V_reset",
    "refractory_ms": "t_ref", "current_pa": "I_e", "tau_excitatory_ms": "tau_syn_ex",
    "tau_inhibitory_ms": "tau_syn_in",
}  # fmt: skip
_CONDUCTANCES = _SYNAPTIC | {
    "reversal_excitatory_mv": "E_ex", "reversal_inhibitory_mv": "E_in", "threshold_mv": "V_th",
}  # fmt: skip
_ADAPTIVE = {
    "slope_mv": "Delta_T", "tau_w_ms": "tau_w", "a_ns": "a", "b_pa": "b", "peak_mv": "V_peak",
    "threshold_mv": "V_th",
}  # fmt: skip

CELLS = {
    "lif": Cell("iaf_psc_delta", _LEAKY | {"tau_m_ms": "tau_m"}, {"v_mv": "V_m"}),
    "lif_exp": Cell("iaf_psc_exp", _CURRENTS, {"v_mv": "V_m"}),
    "lif_alpha": Cell("iaf_psc_alpha", _CURRENTS, {"v_mv": "V_m"}),
    "lif_cond_exp": Cell("iaf_cond_exp", _CONDUCTANCES, {"v_mv": "V_m"}),
    "adex": Cell("aeif_cond_exp", _CONDUCTANCES | _ADAPTIVE, {"v_mv": "V_m", "w_pa": "w"}),
    "adex_exp": Cell("aeif_psc_exp", _SYNAPTIC | _ADAPTIVE, {"v_mv": "V_m", "w_pa": "w"}),
    "izhikevich": Cell(
        "izhikevich",
        {"a": "a", "b": "b", "c_mv": "c", "d": "d", "current": "I_e"},
        {"v_mv": "V_m", "u": "U_m"},
        fixed={"consistent_integration": False, "V_th": 30.0},
        needs={"linear": 5.0, "constant": 140.0, "pivot_mv": 0.0, "leak": 1.0, "noise": 0.0},
        late_steps=1,
    ),
}


def _stdp(p: Mapping[str, Any]) -> dict[str, float]:
    return {
        "lambda": p["learning_rate"], "alpha": p["asymmetry"], "Wmax": p["largest_weight"],
        "mu_plus": p["mu_plus"], "mu_minus": p["mu_minus"], "tau_plus": p["tau_plus_ms"],
    }  # fmt: skip


def _inhibitory(p: Mapping[str, Any]) -> dict[str, float]:
    # NEST's alpha is the expected number of spikes within both sides of its time constant.
    return {
        "eta": p["learning_rate"], "tau": p["tau_ms"], "Wmax": -p["largest_weight"],
        "alpha": 2e-3 * p["target_rate_hz"] * p["tau_ms"],
    }  # fmt: skip


def _short_term(p: Mapping[str, Any]) -> dict[str, float]:
    use = p["utilisation"]
    return {
        "U": use, "u": use, "x": 1.0,
        "tau_rec": p["tau_recovery_ms"], "tau_fac": p["tau_facilitation_ms"],
    }  # fmt: skip


def _tau_minus(p: Mapping[str, Any]) -> dict[str, float]:
    return {"tau_minus": p["tau_minus_ms"]}


def _power_law(p: Mapping[str, Any]) -> dict[str, float]:
    return {
        "lambda": p["learning_rate"], "alpha": p["asymmetry"], "mu": p["mu"],
        "tau_plus": p["tau_plus_ms"],
    }  # fmt: skip


def _triplet(p: Mapping[str, Any]) -> dict[str, float]:
    size = p["reference_weight"]
    return {
        "Aplus": p["a2_plus"] * size, "Aplus_triplet": p["a3_plus"] * size,
        "Aminus": p["a2_minus"] * size, "Aminus_triplet": p["a3_minus"] * size,
        "tau_plus": p["tau_plus_ms"], "tau_plus_triplet": p["tau_x_ms"],
        "Wmax": p["largest_weight"],
    }  # fmt: skip


def _triplet_target(p: Mapping[str, Any]) -> dict[str, float]:
    return {"tau_minus": p["tau_minus_ms"], "tau_minus_triplet": p["tau_y_ms"]}


SYNAPSES = {
    "stdp": Synapse("stdp_synapse", _stdp, _tau_minus),
    "stdp_power_law": Synapse("stdp_pl_synapse_hom", _power_law, _tau_minus),
    "stdp_triplet": Synapse("stdp_triplet_synapse", _triplet, _triplet_target),
    "stdp_inhibitory": Synapse(
        "vogels_sprekeler_synapse", _inhibitory, lambda p: {"tau_minus": p["tau_ms"]}
    ),
    "tsodyks_markram": Synapse("tsodyks2_synapse", _short_term, delay_free=True),
}
