"""Plasticity of inhibition that balances excitation (Vogels et al. 2011).

Every pair of an arrival and a spike of the target adds ``learning_rate exp(-|interval| / tau)``,
whichever came first, and every arrival takes ``learning_rate alpha``, ``alpha = 2 target_rate tau``
(doi:10.1126/science.1211095). Inhibition grows until the target's rate is `target_rate_hz`.
Conventions of delay, delivery and equal times are those of `stdp`.
"""

from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.plasticity._checks import bound, largest_weight_of
from hal9lib.plasticity._model import SynapseRule, Trace


def stdp_inhibitory(
    learning_rate: float,
    *,
    target_rate_hz: float = 3.0,
    tau_ms: float = 20.0,
    largest_weight: float | None = None,
) -> SynapseRule:
    """Inhibitory plasticity towards a rate of the target (doi:10.1126/science.1211095).

    Parameters
    ----------
    learning_rate : what one pair at interval 0 adds to the weight's magnitude, in the unit of the
        projection's weight, 0 or more.
    target_rate_hz : the rate of the target at which inhibition neither grows nor shrinks.
    tau_ms : time constant of the window, and of both traces.
    largest_weight : the upper bound of the magnitude, in the weight's unit; none if left out.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    An arrival onto a silent target takes 0.01 * (2 * 3 Hz * 20 ms):

    >>> rule = stdp_inhibitory(0.01)
    >>> alpha = rule.constants(rule.parameters, 0.1)["alpha"]
    >>> (after,) = rule.on_pre(1.0, 0.0, 0.01, alpha, 1e38)
    >>> round(after, 12)
    0.9988
    """
    name = "stdp_inhibitory"
    parameters: dict[str, Any] = {
        "learning_rate": checks.number(f"{name}.learning_rate", learning_rate, low=0.0),
        "target_rate_hz": checks.number(f"{name}.target_rate_hz", target_rate_hz, low=0.0),
        "tau_ms": checks.number(f"{name}.tau_ms", tau_ms, low=0.0, open_low=True),
        "largest_weight": largest_weight_of(f"{name}.largest_weight", largest_weight),
    }
    return SynapseRule(
        name=name,
        parameters=parameters,
        constants=constants,
        on_pre=on_pre,
        on_post=on_post,
        pre_traces={"pre_trace": Trace(parameters["tau_ms"])},
        post_traces={"post_trace": Trace(parameters["tau_ms"])},
        largest_weight=parameters["largest_weight"],
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The rate, alpha = 2 target_rate tau, and the bound."""
    return {
        "learning_rate": p["learning_rate"],
        "alpha": 2.0 * p["target_rate_hz"] * 1e-3 * p["tau_ms"],
        "largest_weight": bound(p["largest_weight"]),
    }


def on_pre(weight, post_trace, learning_rate, alpha, largest_weight):
    """An arrival: more by the target's earlier spikes, less by a constant."""
    changed = weight + learning_rate * (post_trace - alpha)
    return (min(max(changed, 0.0), largest_weight),)


def on_post(weight, pre_trace, learning_rate, largest_weight):
    """A spike of the target: more by the arrivals so far."""
    return (min(weight + learning_rate * pre_trace, largest_weight),)
