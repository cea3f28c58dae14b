"""Short-term depression and facilitation (Markram, Wang & Tsodyks 1998).

At each arrival the utilisation u decays towards 0 with ``tau_facilitation_ms`` and then rises by
``U (1 - u)``, the resource x recovers towards 1 with ``tau_recovery_ms``, the factor ``u x`` of the
weight is delivered, and x falls by ``u x`` (doi:10.1073/pnas.95.9.5323; Tsodyks, Uziel & Markram
2000, doi:10.1523/JNEUROSCI.20-01-j0003.2000, with a transmitter that is inactivated at once, as in
NEST's ``tsodyks2_synapse``). The first arrival delivers U times the weight: the weight is the
absolute efficacy A of the papers. It is not changed.
"""

import math
from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.plasticity._checks import one_of
from hal9lib.plasticity._model import SynapseRule

_NAMES = ("utilisation", "tau_recovery_ms", "tau_facilitation_ms")
#: U, tau_recovery, tau_facilitation. The first two are the means of excitatory synapses onto
#: excitatory and onto inhibitory neurons in the networks of Tsodyks, Uziel & Markram 2000; the
#: third is the facilitating synapse onto an interneuron in Markram, Wang & Tsodyks 1998.
PRESETS = {
    "depressing": (0.5, 800.0, 0.0),
    "facilitating": (0.04, 100.0, 1_000.0),
    "facilitating_1998": (0.03, 130.0, 530.0),
}


def tsodyks_markram(
    *,
    preset: str = "depressing",
    utilisation: float | None = None,
    tau_recovery_ms: float | None = None,
    tau_facilitation_ms: float | None = None,
) -> SynapseRule:
    """Short-term plasticity of Tsodyks and Markram (doi:10.1073/pnas.95.9.5323).

    Parameters
    ----------
    preset : where what is left out below comes from: ``depressing``, ``facilitating`` or
        ``facilitating_1998``.
    utilisation : U, the share of the resource that a first spike uses, above 0 up to 1.
    tau_recovery_ms : time constant with which the resource recovers, above 0.
    tau_facilitation_ms : time constant with which the utilisation decays; 0 for no facilitation.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    Two arrivals 800 ms apart: 0.5 of the weight, then 0.5 * (1 - 0.5 / e).

    >>> rule = tsodyks_markram()
    >>> first, _, x = rule.on_pre(1.0, 1.0, 1e9, 0.5, 1 / 800.0)
    >>> second, *_ = rule.on_pre(1.0, x, 800.0, 0.5, 1 / 800.0)
    >>> first, round(second, 6)
    (0.5, 0.40803)
    """
    published = PRESETS[one_of("tsodyks_markram.preset", preset, tuple(PRESETS))]
    given = (utilisation, tau_recovery_ms, tau_facilitation_ms)
    values = [was if now is None else now for was, now in zip(published, given, strict=True)]
    share, recovery, facilitation = (
        checks.number(f"tsodyks_markram.{name}", value, low=0.0, high=high, open_low=open_low)
        for name, value, high, open_low in zip(
            _NAMES, values, (1.0, math.inf, math.inf), (True, True, False), strict=True
        )
    )
    return SynapseRule(
        name="tsodyks_markram",
        parameters=dict(zip(_NAMES, (share, recovery, facilitation), strict=True)),
        constants=constants,
        on_pre=on_pre if facilitation > 0.0 else _on_pre_depressing,
        state={"u": 0.0, "x": 1.0} if facilitation > 0.0 else {"x": 1.0},
        scales_delivery=True,
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The utilisation and the rates of recovery and of decay, per ms."""
    facilitation = p["tau_facilitation_ms"]
    return {
        "utilisation": p["utilisation"],
        "recovery_per_ms": 1.0 / p["tau_recovery_ms"],
        "decay_per_ms": 1.0 / facilitation if facilitation > 0.0 else 0.0,
    }


def on_pre(weight, u, x, since_pre_ms, utilisation, recovery_per_ms, decay_per_ms):
    """An arrival: catch up with the time since the last one, use u, deliver u x, leave x - u x."""
    faded = u * math.exp(-since_pre_ms * decay_per_ms)
    used = faded + utilisation * (1.0 - faded)
    recovered = 1.0 + (x - 1.0) * math.exp(-since_pre_ms * recovery_per_ms)
    return used * recovered, weight, used, recovered - used * recovered


def _on_pre_depressing(weight, x, since_pre_ms, utilisation, recovery_per_ms):
    recovered = 1.0 + (x - 1.0) * math.exp(-since_pre_ms * recovery_per_ms)
    released = utilisation * recovered
    return released, weight, recovered - released
