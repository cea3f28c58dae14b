"""Synapses that are created and removed while the network runs, towards rates of the neurons' own.

Butz & van Ooyen 2013 (doi:10.1371/journal.pcbi.1003259), as Diaz-Pier et al. 2016
(doi:10.3389/fnana.2016.00057) put it into a simulator. A neuron grows axonal and dendritic
elements, ``dz/dt = growth (2 exp(-((r - middle) / width)^2) - 1)`` with ``middle = (least +
target) / 2`` and ``width = (target - least) / (2 sqrt(ln 2))``, so that they neither grow nor
shrink at `least_hz` and at the target. r is the neuron's calcium read as a rate: it decays with
`tau_calcium_ms` and rises by its inverse at each spike. (The papers' calcium is beta tau r.)

Every `interval_ms`, a neuron with fewer whole elements than synapses loses random ones of them,
first for want of axonal, then of dendritic elements, and the other side's element is free again;
then free axonal and dendritic elements of a kind are paired at random, so a pair of neurons may
have several synapses. A synapse starts with the projection's weight. What is still free loses a
share `free_loss`: without it, elements that found no partner pile up, and rates run away.
"""

from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.plasticity._model import Elements, Growth, SynapseRule


def structural(
    axon_target_hz: float,
    dendrite_target_hz: float,
    *,
    least_hz: float = 0.0,
    axon_growth_per_s: float = 0.1,
    dendrite_growth_per_s: float = 0.1,
    free_loss: float = 0.1,
    tau_calcium_ms: float = 10_000.0,
    interval_ms: float = 1_000.0,
    kind: str | None = None,
    self_connections: bool = True,
) -> SynapseRule:
    """Structural plasticity (doi:10.1371/journal.pcbi.1003259), beginning with any connectivity.

    Elements belong to neurons and are shared: all projections of one kind from E draw on the same
    axonal elements of E, and say the same of them.

    Parameters
    ----------
    axon_target_hz, dendrite_target_hz : the rates at which the source's axonal and the target's
        dendritic elements rest: 5 and 20 for a projection from cells of 5 Hz onto cells of 20 Hz.
    least_hz : the rate below which elements are lost.
    axon_growth_per_s, dendrite_growth_per_s : the most elements that grow in a second.
    free_loss : the share of a neuron's free elements that is lost after each update, 0 to 1.
    tau_calcium_ms : over which a neuron reads its own rate. interval_ms : time between updates.
    kind : elements that fit each other; by the sign of the weight if left out.
    self_connections : whether a neuron may be its own partner.

    Raises
    ------
    ParameterError : a value is not allowed; a target is not above `least_hz`.

    Examples
    --------
    >>> rule = structural(5.0, 20.0, dendrite_growth_per_s=0.4)
    >>> rule.growth.dendrite
    Elements(least_hz=0.0, target_hz=20.0, growth_per_s=0.4)
    >>> structural(5.0, 0.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: structural.dendrite_target_hz = 0.0 is not allowed; \
use a finite number above 0.
    """
    p = _checked(locals())
    axon, dendrite = (
        Elements(p["least_hz"], p[f"{side}_target_hz"], p[f"{side}_growth_per_s"])
        for side in ("axon", "dendrite")
    )
    return SynapseRule(
        name="structural",
        parameters=p,
        constants=constants,
        interval_ms=p["interval_ms"],
        growth=Growth(
            axon, dendrite, p["tau_calcium_ms"], p["free_loss"], p["kind"], self_connections
        ),
    )


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, each a number within its bounds."""
    bounds: dict[str, dict[str, Any]] = {"least_hz": {"low": 0.0}}
    for side in ("axon", "dendrite"):
        bounds[f"{side}_target_hz"] = {"open_low": True}
        bounds[f"{side}_growth_per_s"] = {"low": 0.0, "high": 1e4}
    bounds["free_loss"] = {"low": 0.0, "high": 1.0}
    bounds |= {name: {"low": 0.0, "open_low": True} for name in ("tau_calcium_ms", "interval_ms")}
    p: dict[str, Any] = {}
    for name, limits in bounds.items():
        limits.setdefault("low", p.get("least_hz"))
        p[name] = checks.number(f"structural.{name}", given[name], **limits)
    kind, same = given["kind"], given["self_connections"]
    p["kind"] = None if kind is None else checks.label("structural.kind", kind)
    if not isinstance(same, bool):
        raise ParameterError(
            f"structural.self_connections = {same!r} is not allowed; use True or False."
        )
    return p | {"self_connections": same}


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """None: nothing is computed at a synapse."""
    return {}
