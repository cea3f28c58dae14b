"""Triplet spike-timing-dependent plasticity (Pfister & Gerstner 2006).

The arrival's traces r1, r2 decay with ``tau_plus_ms``, ``tau_x_ms``, those of the target's spikes
o1, o2 with ``tau_minus_ms``, ``tau_y_ms``. In units of ``reference_weight`` an arrival takes
``o1 (a2_minus + a3_minus r2)`` and a spike of the target adds ``r1 (a2_plus + a3_plus o2)``, where
r2 and o2 do not count the spike itself (doi:10.1523/JNEUROSCI.1425-06.2006, equations 3 and 4).
Conventions of delay, delivery and equal times are those of `stdp`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from hal9lib import checks
from hal9lib.plasticity._checks import bound, largest_weight_of, one_of, pairing_of
from hal9lib.plasticity._model import SynapseRule, Trace

_NAMES = ("a2_plus", "a3_plus", "a2_minus", "a3_minus", "tau_x_ms", "tau_y_ms")
#: Tables 3 and 4 of the paper, by preset and pairing. Of a minimal model tau_x plays no part (and
#: the table leaves it out): it is that of the full one.
PRESETS = {
    ("visual_cortex_full", "all_to_all"): (5e-10, 6.2e-3, 7e-3, 2.3e-4, 101.0, 125.0),
    ("visual_cortex_minimal", "all_to_all"): (0.0, 6.5e-3, 7.1e-3, 0.0, 101.0, 114.0),
    ("visual_cortex_full", "nearest"): (8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714.0, 40.0),
    ("visual_cortex_minimal", "nearest"): (0.0, 5e-2, 8e-3, 0.0, 714.0, 40.0),
    ("hippocampus_full", "all_to_all"): (6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946.0, 27.0),
    ("hippocampus_minimal", "all_to_all"): (5.3e-3, 8e-3, 3.5e-3, 0.0, 946.0, 40.0),
    ("hippocampus_full", "nearest"): (4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575.0, 47.0),
    ("hippocampus_minimal", "nearest"): (4.6e-3, 9.1e-3, 3e-3, 0.0, 575.0, 48.0),
}


def stdp_triplet(
    reference_weight: float,
    *,
    largest_weight: float | None = None,
    preset: str = "visual_cortex_minimal",
    pairing: Literal["all_to_all", "nearest"] = "all_to_all",
    a2_plus: float | None = None,
    a3_plus: float | None = None,
    a2_minus: float | None = None,
    a3_minus: float | None = None,
    tau_plus_ms: float = 16.8,
    tau_minus_ms: float = 33.7,
    tau_x_ms: float | None = None,
    tau_y_ms: float | None = None,
) -> SynapseRule:
    """Triplet STDP (doi:10.1523/JNEUROSCI.1425-06.2006).

    Parameters
    ----------
    reference_weight : the weight whose change the amplitudes are shares of, in the unit of the
        projection's weight, above 0: in the paper, that before the experiment.
    largest_weight : the upper bound of the magnitude in the same unit; none if left out.
    preset : where what is left out below comes from: ``visual_cortex_minimal``,
        ``visual_cortex_full``, ``hippocampus_minimal`` or ``hippocampus_full``, fits of the paper
        for either pairing.
    pairing : ``all_to_all``, or ``nearest``: every trace counts the latest spike only.
    a2_plus, a3_plus : amplitudes of potentiation by pairs and triplets, 0 or more.
    a2_minus, a3_minus : amplitudes of depression by pairs and triplets, 0 or more.
    tau_plus_ms, tau_x_ms : time constants of the fast and slow trace of arrivals.
    tau_minus_ms, tau_y_ms : time constants of the fast and slow trace of the target's spikes.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    >>> rule = stdp_triplet(reference_weight=1.0, preset="hippocampus_minimal")
    >>> rule.parameters["a2_minus"], rule.parameters["tau_y_ms"]
    (0.0035, 40.0)
    """
    presets = tuple(dict.fromkeys(name for name, _ in PRESETS))
    row = (one_of("stdp_triplet.preset", preset, presets),
           pairing_of("stdp_triplet.pairing", pairing))  # fmt: skip
    given = (a2_plus, a3_plus, a2_minus, a3_minus, tau_x_ms, tau_y_ms)
    numbers = {
        name: published if value is None else value
        for name, published, value in zip(_NAMES, PRESETS[row], given, strict=True)
    }
    numbers |= {"reference_weight": reference_weight}
    numbers |= {"tau_plus_ms": tau_plus_ms, "tau_minus_ms": tau_minus_ms}
    parameters: dict[str, Any] = {
        name: checks.number(
            f"stdp_triplet.{name}", value, low=0.0, open_low=not name.startswith("a")
        )
        for name, value in numbers.items()
    }
    parameters["pairing"] = pairing
    parameters["largest_weight"] = largest_weight_of("stdp_triplet.largest_weight", largest_weight)
    return _rule(parameters)


def _rule(p: Mapping[str, Any]) -> SynapseRule:
    at_spike: Literal["sum", "nearest"] = "nearest" if p["pairing"] == "nearest" else "sum"
    slow = p["a3_minus"] > 0.0
    pre_traces = {"r1": Trace(p["tau_plus_ms"], at_spike)}
    return SynapseRule(
        name="stdp_triplet",
        parameters=p,
        constants=constants,
        on_pre=on_pre if slow else _on_pre_minimal,
        on_post=on_post,
        pre_traces=pre_traces | ({"r2": Trace(p["tau_x_ms"], at_spike)} if slow else {}),
        post_traces={
            "o1": Trace(p["tau_minus_ms"], at_spike),
            "o2": Trace(p["tau_y_ms"], at_spike),
        },
        largest_weight=p["largest_weight"],
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The amplitudes in the weight's unit, and the bound."""
    names = ("a2_plus", "a3_plus", "a2_minus", "a3_minus")
    amplitudes = {name: p[name] * p["reference_weight"] for name in names}
    return amplitudes | {"largest_weight": bound(p["largest_weight"])}


def on_pre(weight, o1, r2, a2_minus, a3_minus):
    """An arrival depresses by the target's earlier spikes, more after an earlier arrival."""
    return (max(weight - o1 * (a2_minus + a3_minus * r2), 0.0),)


def on_post(weight, r1, o2, a2_plus, a3_plus, largest_weight):
    """A spike of the target potentiates by the arrivals so far, more after an earlier spike."""
    return (min(weight + r1 * (a2_plus + a3_plus * o2), largest_weight),)


def _on_pre_minimal(weight, o1, a2_minus):
    return (max(weight - o1 * a2_minus, 0.0),)
