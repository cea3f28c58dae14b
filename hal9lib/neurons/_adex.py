"""What the adaptive exponential models share: presets, checks, constants.

The solver splits the membrane's equation in two parts that are solved exactly (Strang 1968,
doi:10.1137/0705041): half a step of leak, input and adaptation, one step of the exponential
upstroke, which ends in a spike where it would pass infinity, and half a step of the former again.
Input and adaptation enter as their means over the step; the adaptation then decays towards where
the mean of the old and the new potential pulls it. Second order in dt between spikes, and stable
at any step, since each part is. A spike is placed at the end of the step in which it happens, so
it comes up to one step late, and with it all that follows.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.neurons._exact import mean_decay
from hal9lib.neurons._parameters import below, checked, chosen, whole_steps

_NAMES = (
    "capacitance_pf", "leak_ns", "rest_mv", "threshold_mv", "slope_mv",
    "tau_w_ms", "a_ns", "b_pa", "reset_mv", "peak_mv",
)  # fmt: skip


def _cell(*values: float) -> dict[str, float]:
    return dict(zip(_NAMES, values, strict=True))


#: The cell of Brette & Gerstner 2005, and the firing patterns of table 1 of Naud et al. 2008.
PRESETS: dict[str, dict[str, float]] = {
    "brette_gerstner": _cell(281.0, 30.0, -70.6, -50.4, 2.0, 144.0, 4.0, 80.5, -70.6, 20.0),
    "tonic_spiking": _cell(200.0, 10.0, -70.0, -50.0, 2.0, 30.0, 2.0, 0.0, -58.0, 0.0),
    "adaptation": _cell(200.0, 12.0, -70.0, -50.0, 2.0, 300.0, 2.0, 60.0, -58.0, 0.0),
    "initial_burst": _cell(130.0, 18.0, -58.0, -50.0, 2.0, 150.0, 4.0, 120.0, -50.0, 0.0),
    "regular_bursting": _cell(200.0, 10.0, -58.0, -50.0, 2.0, 120.0, 2.0, 100.0, -46.0, 0.0),
    "delayed_accelerating": _cell(200.0, 12.0, -70.0, -50.0, 2.0, 300.0, -10.0, 0.0, -58.0, 0.0),
    "delayed_regular_bursting": _cell(
        100.0, 10.0, -65.0, -50.0, 2.0, 90.0, -10.0, 30.0, -47.0, 0.0
    ),
    "transient_spiking": _cell(100.0, 10.0, -65.0, -50.0, 2.0, 90.0, 10.0, 100.0, -47.0, 0.0),
    "irregular_spiking": _cell(100.0, 12.0, -60.0, -50.0, 2.0, 130.0, -11.0, 30.0, -48.0, 0.0),
}  # fmt: skip


def cell_parameters(model: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A model's arguments as parameters, checked; what the preset gives where they are None."""
    given = {name: value for name, value in arguments.items() if name != "preset"}
    given |= chosen(model, PRESETS, arguments["preset"], {name: given[name] for name in _NAMES})
    if given["initial_v_mv"] is None:
        given["initial_v_mv"] = given["rest_mv"]
    parameters = checked(
        model,
        given,
        above_zero={
            "capacitance_pf",
            "leak_ns",
            "slope_mv",
            *(n for n in given if n[:4] == "tau_"),
        },
        from_zero={"refractory_ms"},
    )
    _in_order(model, parameters)
    return parameters


def cell_constants(model: str, p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """What a step of `dt_ms` needs of the cell, and the decay of its synapses."""
    _in_order(model, p)
    names = ("leak_ns", "rest_mv", "threshold_mv", "slope_mv", "a_ns", "b_pa", "reset_mv")
    rate = p["leak_ns"] / p["capacitance_pf"]  # per ms
    return {name: p[name] for name in (*names, "peak_mv")} | {
        "pull_pa": p["leak_ns"] * p["rest_mv"] + p["current_pa"],
        "half_over_c": 0.5 * dt_ms / p["capacitance_pf"],
        "half_decay": np.exp(-0.5 * dt_ms * rate),
        "upstroke": dt_ms * rate,
        "decay_w": np.exp(-dt_ms / p["tau_w_ms"]),
        "mean_w": mean_decay(p["tau_w_ms"], dt_ms),
        "decay_excitatory": np.exp(-dt_ms / p["tau_excitatory_ms"]),
        "decay_inhibitory": np.exp(-dt_ms / p["tau_inhibitory_ms"]),
        "mean_excitatory": mean_decay(p["tau_excitatory_ms"], dt_ms),
        "mean_inhibitory": mean_decay(p["tau_inhibitory_ms"], dt_ms),
        "refractory_steps": whole_steps(f"{model}.refractory_ms", p["refractory_ms"], dt_ms),
    }


def _in_order(model: str, p: Mapping[str, Any]) -> None:
    below(model, p, "reset_mv", "peak_mv")
    below(model, p, "threshold_mv", "peak_mv")
