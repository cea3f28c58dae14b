"""Every spike and the potential against NEST's models, whose runs lie in a golden file.

Its solvers of the last three are adaptive, ours take fixed steps: a spike of AdEx falls up to two
steps of 0.1 ms apart, as one late spike delays the next. NEST takes AdEx through several spikes
within a step where there is no refractory period; so there is one here.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from hal9lib import neurons

from .stepping import stepped

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "neurons_nest.json").read_text())
#: NEST's parameters by our names; what is not here has one name in both, or is a default.
NAMES = {
    "C_m": "capacitance_pf", "g_L": "leak_ns", "tau_m": "tau_m_ms", "E_L": "rest_mv",
    "V_th": "threshold_mv", "V_reset": "reset_mv", "t_ref": "refractory_ms", "I_e": "current_pa",
    "tau_syn_ex": "tau_excitatory_ms", "tau_syn_in": "tau_inhibitory_ms", "V_m": "initial_v_mv",
    "E_ex": "reversal_excitatory_mv", "E_in": "reversal_inhibitory_mv", "Delta_T": "slope_mv",
    "tau_w": "tau_w_ms", "a": "a_ns", "b": "b_pa", "V_peak": "peak_mv", "w": "initial_w_pa",
}  # fmt: skip
#: Model -> how far a spike may be off, in steps; the potential, in mV, before the first spike.
TOLERANCES = {
    "lif": (0, 1e-10),
    "lif_exp": (0, 1e-10),
    "lif_alpha": (0, 1e-10),
    "lif_cond_exp": (0, 1e-3),
    "adex": (1, 0.02),
    "adex_exp": (2, 0.02),
}


def run_of(name):
    """The same neuron, stepped under the same spikes."""
    case = GOLDEN["models"][name]
    given = {NAMES[key]: value for key, value in case["parameters"].items()}
    if name == "lif":
        given.pop("capacitance_pf")  # a delta synapse moves the potential by its weight
    model = neurons.load(name)(**given)
    arriving: dict[int, dict[str, float]] = {}
    later = round(GOLDEN["delay_ms"] / GOLDEN["dt_ms"])
    for sign, kind, weight in zip(
        (1, -1), ("excitatory", "inhibitory"), case["weights"], strict=True
    ):
        receptor = next(n for n, r in model.receptors.items() if r.sign in (sign, 0))
        for step in GOLDEN[f"{kind}_steps"]:
            sums = arriving.setdefault(step + later, {})
            sums[receptor] = sums.get(receptor, 0.0) + weight
    return case, stepped(model, GOLDEN["duration_ms"], GOLDEN["dt_ms"], arriving)


@pytest.mark.parametrize("name", TOLERANCES)
def test_spikes_and_potential_are_those_of_nest(name):
    case, run = run_of(name)
    steps_off, v_off_mv = TOLERANCES[name]
    expected = np.array(case["spikes_ms"])
    assert len(expected) >= 5
    assert len(run.times_ms) == len(expected)
    np.testing.assert_allclose(run.times_ms, expected, atol=steps_off * GOLDEN["dt_ms"] + 1e-6)
    each_ms = round(1.0 / GOLDEN["dt_ms"])
    found = run["v_mv"][each_ms::each_ms][: len(case["v_mv"])]
    compared = np.arange(1, len(found) + 1)
    if steps_off:  # afterwards a spike that is a step off is tens of mV
        compared = compared[: int(expected[0])]
    assert len(compared) >= 5
    np.testing.assert_allclose(
        found[compared - 1], np.array(case["v_mv"])[compared - 1], atol=v_off_mv, rtol=0.0
    )


def test_the_golden_file_holds_every_model_that_both_have():
    assert set(GOLDEN["models"]) == set(TOLERANCES)
