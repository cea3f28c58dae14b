"""Pair-based spike-timing-dependent plasticity between 0 and a largest weight.

With w the weight as a share of the largest, a postsynaptic spike adds
``learning_rate (1 - w)^mu_plus exp(-interval / tau_plus)`` for each arrival up to then, and an
arrival takes ``asymmetry learning_rate w^mu_minus exp(-interval / tau_minus)`` for each earlier
postsynaptic spike (Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003). Exponents 0, 0 are
additive STDP (Song, Miller & Abbott 2000, doi:10.1038/78829), 0, 1 that of van Rossum, Bi &
Turrigiano 2000 (doi:10.1523/JNEUROSCI.20-23-08812.2000) and 1, 1 the multiplicative of Rubin, Lee
& Sompolinsky 2001 (doi:10.1103/PhysRevLett.86.364).

Parameters and weight dependence are those of NEST's ``stdp_synapse``. As in Brian2's examples, the
delay lies in the axon, a spike delivers the weight as it was before its arrival, and a spike of the
target in the step of an arrival counts as after it: an interval of 0 potentiates. In NEST the
delay lies in the dendrite, the weight is delivered after depression, and interval 0 does nothing.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal

from hal9lib import checks
from hal9lib.plasticity._checks import pairing_of
from hal9lib.plasticity._model import SynapseRule, Trace


def stdp(
    largest_weight: float,
    *,
    learning_rate: float = 0.01,
    asymmetry: float = 1.05,
    mu_plus: float = 0.0,
    mu_minus: float = 0.0,
    tau_plus_ms: float = 20.0,
    tau_minus_ms: float = 20.0,
    pairing: Literal["all_to_all", "nearest"] = "all_to_all",
) -> SynapseRule:
    """Pair-based STDP with bounds (doi:10.1523/JNEUROSCI.23-09-03697.2003); additive by default.

    Parameters
    ----------
    largest_weight : the upper bound of the weight's magnitude, in the unit of the projection's
        weight, above 0. For inhibition it bounds the magnitude: the sign stays.
    learning_rate : the most that one pair adds, as a share of `largest_weight`.
    asymmetry : depression over potentiation, at the exponents' ends.
    mu_plus, mu_minus : how potentiation fades towards the largest weight and depression towards 0;
        0 to 1, 0 for not at all (additive), 1 for linearly (multiplicative).
    tau_plus_ms, tau_minus_ms : time constants of potentiation and of depression.
    pairing : ``all_to_all``, or ``nearest``: a spike pairs with the latest one of the other side.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    One pair of an arrival and, 20 ms later, a spike of the target: 0.01 * 0.3 / e more.

    >>> rule = stdp(largest_weight=0.3)
    >>> constants = rule.constants(rule.parameters, 0.1)
    >>> (after,) = rule.on_post(0.1, math.exp(-20.0 / 20.0), constants["potentiation"],
    ...                         constants["largest_weight"])
    >>> round(after - 0.1, 6)
    0.001104
    """
    parameters: dict[str, Any] = {
        "largest_weight": checks.number(
            "stdp.largest_weight", largest_weight, low=0.0, open_low=True
        ),
        "learning_rate": checks.number("stdp.learning_rate", learning_rate, low=0.0),
        "asymmetry": checks.number("stdp.asymmetry", asymmetry, low=0.0),
        "mu_plus": checks.number("stdp.mu_plus", mu_plus, low=0.0, high=1.0),
        "mu_minus": checks.number("stdp.mu_minus", mu_minus, low=0.0, high=1.0),
        "tau_plus_ms": checks.number("stdp.tau_plus_ms", tau_plus_ms, low=0.0, open_low=True),
        "tau_minus_ms": checks.number("stdp.tau_minus_ms", tau_minus_ms, low=0.0, open_low=True),
        "pairing": pairing_of("stdp.pairing", pairing),
    }
    p = parameters
    at_spike: Literal["sum", "nearest"] = "nearest" if pairing == "nearest" else "sum"
    return SynapseRule(
        name="stdp",
        parameters=parameters,
        constants=constants,
        on_pre={0.0: on_pre, 1.0: _on_pre_linear}.get(p["mu_minus"], _on_pre_power),
        on_post={0.0: on_post, 1.0: _on_post_linear}.get(p["mu_plus"], _on_post_power),
        pre_traces={"pre_trace": Trace(p["tau_plus_ms"], at_spike)},
        post_traces={"post_trace": Trace(p["tau_minus_ms"], at_spike)},
        largest_weight=p["largest_weight"],
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The amplitudes in the weight's unit, the bound, and the exponents."""
    potentiation = p["learning_rate"] * p["largest_weight"]
    return {
        "potentiation": potentiation,
        "depression": p["asymmetry"] * potentiation,
        "largest_weight": p["largest_weight"],
        "mu_plus": p["mu_plus"],
        "mu_minus": p["mu_minus"],
    }


def on_pre(weight, post_trace, depression):
    """An arrival depresses by the earlier spikes of the target, whatever the weight."""
    return (max(weight - depression * post_trace, 0.0),)


def on_post(weight, pre_trace, potentiation, largest_weight):
    """A spike of the target potentiates by the arrivals so far, whatever the weight."""
    return (min(weight + potentiation * pre_trace, largest_weight),)


def _on_pre_linear(weight, post_trace, depression, largest_weight):
    return (max(weight - depression * post_trace * (weight / largest_weight), 0.0),)


def _on_post_linear(weight, pre_trace, potentiation, largest_weight):
    room = max(1.0 - weight / largest_weight, 0.0)
    return (min(weight + potentiation * pre_trace * room, largest_weight),)


def _on_pre_power(weight, post_trace, depression, largest_weight, mu_minus):
    share = weight / largest_weight
    power = math.exp(mu_minus * math.log(share)) if share > 0.0 else 0.0
    return (max(weight - depression * post_trace * power, 0.0),)


def _on_post_power(weight, pre_trace, potentiation, largest_weight, mu_plus):
    room = 1.0 - weight / largest_weight
    power = math.exp(mu_plus * math.log(room)) if room > 0.0 else 0.0
    return (min(weight + potentiation * pre_trace * power, largest_weight),)
