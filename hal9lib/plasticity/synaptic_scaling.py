"""Homeostatic scaling of a neuron's inputs towards a rate of its own.

Every synapse of a target changes by the same factor: ``dw/dt = gain w (target - rate)``, with an
integral term ``integral_gain w`` times the integral of ``target - rate`` if asked for (van Rossum,
Bi & Turrigiano 2000, equation 3, doi:10.1523/JNEUROSCI.20-23-08812.2000, after the multiplicative
scaling found by Turrigiano et al. 1998, doi:10.1038/36103). The rate is read from the target's
spikes with the time constant ``tau_rate_ms`` and starts at 0. Each interval multiplies the weight
by the exponential of what the equation's right side holds at its end.
"""

import math
from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.plasticity._checks import bound, largest_weight_of
from hal9lib.plasticity._model import SynapseRule, Trace


def synaptic_scaling(
    target_rate_hz: float,
    *,
    gain_per_hz_s: float = 4e-5,
    integral_gain_per_hz_s2: float = 0.0,
    tau_rate_ms: float = 100_000.0,
    interval_ms: float = 1_000.0,
    largest_weight: float | None = None,
) -> SynapseRule:
    """Homeostatic synaptic scaling (doi:10.1523/JNEUROSCI.20-23-08812.2000).

    Parameters
    ----------
    target_rate_hz : the rate of the target at which its inputs stay as they are, 0 or more.
    gain_per_hz_s : relative change of a weight in a second, by Hz below the target rate.
    integral_gain_per_hz_s2 : the same of the integral term (1e-7 in the paper); 0 for none.
    tau_rate_ms : time constant of the estimate of the rate; long against the target's intervals.
    interval_ms : time between two changes; short against `tau_rate_ms`.
    largest_weight : the upper bound of the magnitude, in the weight's unit; none if left out.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    A silent target, 10 Hz below its rate: in 1 s its inputs grow by exp(4e-5 * 10).

    >>> rule = synaptic_scaling(10.0)
    >>> c = rule.constants(rule.parameters, 0.1)
    >>> (after,) = rule.on_interval(1.0, 0.0, 10.0, c["hz_of_trace"], c["gain"], 1e38)
    >>> round(after, 8)
    1.00040008
    """
    name = "synaptic_scaling"
    numbers = {"target_rate_hz": target_rate_hz, "gain_per_hz_s": gain_per_hz_s}
    numbers |= {"integral_gain_per_hz_s2": integral_gain_per_hz_s2}
    times = {"tau_rate_ms": tau_rate_ms, "interval_ms": interval_ms}
    p: dict[str, Any] = {k: checks.number(f"{name}.{k}", v, low=0.0) for k, v in numbers.items()}
    p |= {k: checks.number(f"{name}.{k}", v, low=0.0, open_low=True) for k, v in times.items()}
    p["largest_weight"] = largest_weight_of(f"{name}.largest_weight", largest_weight)
    integral = p["integral_gain_per_hz_s2"] > 0.0
    return SynapseRule(
        name=name,
        parameters=p,
        constants=constants,
        on_interval=_on_interval_integral if integral else on_interval,
        interval_ms=p["interval_ms"],
        post_traces={"post_trace": Trace(p["tau_rate_ms"])},
        state={"owed": 0.0} if integral else {},
        largest_weight=p["largest_weight"],
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The target rate, the rate that a unit of the trace stands for, and the gains by interval."""
    interval_s = p["interval_ms"] * 1e-3
    return {
        "target_rate_hz": p["target_rate_hz"],
        "hz_of_trace": 1e3 / p["tau_rate_ms"],
        "gain": p["gain_per_hz_s"] * interval_s,
        "integral_gain": p["integral_gain_per_hz_s2"] * interval_s * interval_s,
        "largest_weight": bound(p["largest_weight"]),
    }


def on_interval(weight, post_trace, target_rate_hz, hz_of_trace, gain, largest_weight):
    """Scale by how far the target's rate lies below the one it should have."""
    missing_hz = target_rate_hz - hz_of_trace * post_trace
    return (min(weight * math.exp(gain * missing_hz), largest_weight),)


def _on_interval_integral(
    weight, owed, post_trace, target_rate_hz, hz_of_trace, gain, integral_gain, largest_weight
):
    missing_hz = target_rate_hz - hz_of_trace * post_trace
    owed_then = owed + missing_hz
    grown = weight * math.exp(gain * missing_hz + integral_gain * owed_then)
    return min(grown, largest_weight), owed_then
