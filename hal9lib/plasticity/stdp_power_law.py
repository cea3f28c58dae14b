"""Power-law spike-timing-dependent plasticity without an upper bound.

A postsynaptic spike adds ``learning_rate w0^(1 - mu) w^mu exp(-interval / tau_plus)`` for each
arrival up to then; an arrival takes ``asymmetry learning_rate w exp(-interval / tau_minus)`` for
each earlier postsynaptic spike (Morrison, Aertsen & Diesmann 2007,
doi:10.1162/neco.2007.19.6.1437). A weight of 0 stays 0. The defaults are those of NEST's
benchmark of this rule (``hpc_benchmark``), where w0 is 1 pA.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal

from hal9lib import checks
from hal9lib.plasticity._checks import pairing_of
from hal9lib.plasticity._model import SynapseRule, Trace


def stdp_power_law(
    reference_weight: float,
    *,
    learning_rate: float = 0.1,
    asymmetry: float = 0.0513,
    mu: float = 0.4,
    tau_plus_ms: float = 15.0,
    tau_minus_ms: float = 30.0,
    pairing: Literal["all_to_all", "nearest"] = "all_to_all",
) -> SynapseRule:
    """Power-law STDP (doi:10.1162/neco.2007.19.6.1437).

    Parameters
    ----------
    reference_weight : the weight w0 at which a pair adds `learning_rate` times the weight, in the
        unit of the projection's weight, above 0.
    learning_rate : what one pair adds at `reference_weight`, as a share of it.
    asymmetry : depression over potentiation, at `reference_weight`.
    mu : exponent of potentiation, 0 to 1.
    tau_plus_ms, tau_minus_ms : time constants of potentiation and of depression.
    pairing : ``all_to_all``, or ``nearest``: a spike pairs with the latest one of the other side.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    At 16 times the reference weight and mu = 0.5 one pair adds 0.1 * 4 references.

    >>> rule = stdp_power_law(reference_weight=1.0, mu=0.5)
    >>> (after,) = rule.on_post(16.0, 1.0, rule.constants(rule.parameters, 0.1)["potentiation"],
    ...                         0.5)
    >>> round(after, 12)
    16.4
    """
    name = "stdp_power_law"
    parameters: dict[str, Any] = {
        "reference_weight": checks.number(
            f"{name}.reference_weight", reference_weight, low=0.0, open_low=True
        ),
        "learning_rate": checks.number(f"{name}.learning_rate", learning_rate, low=0.0),
        "asymmetry": checks.number(f"{name}.asymmetry", asymmetry, low=0.0),
        "mu": checks.number(f"{name}.mu", mu, low=0.0, high=1.0),
        "tau_plus_ms": checks.number(f"{name}.tau_plus_ms", tau_plus_ms, low=0.0, open_low=True),
        "tau_minus_ms": checks.number(f"{name}.tau_minus_ms", tau_minus_ms, low=0.0, open_low=True),
        "pairing": pairing_of(f"{name}.pairing", pairing),
    }
    at_spike: Literal["sum", "nearest"] = "nearest" if pairing == "nearest" else "sum"
    return SynapseRule(
        name=name,
        parameters=parameters,
        constants=constants,
        on_pre=on_pre,
        on_post=on_post,
        pre_traces={"pre_trace": Trace(parameters["tau_plus_ms"], at_spike)},
        post_traces={"post_trace": Trace(parameters["tau_minus_ms"], at_spike)},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The amplitudes, and the exponent."""
    return {
        "potentiation": p["learning_rate"] * p["reference_weight"] ** (1.0 - p["mu"]),
        "depression": p["asymmetry"] * p["learning_rate"],
        "mu": p["mu"],
    }


def on_pre(weight, post_trace, depression):
    """An arrival takes a share of the weight, by the earlier spikes of the target."""
    return (max(weight - weight * depression * post_trace, 0.0),)


def on_post(weight, pre_trace, potentiation, mu):
    """A spike of the target adds a power of the weight, by the arrivals so far."""
    power = math.exp(mu * math.log(weight)) if weight > 0.0 else 0.0
    return (weight + potentiation * pre_trace * power,)
