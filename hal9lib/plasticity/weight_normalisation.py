"""The sum of a neuron's inputs, brought back to one value again and again.

Every interval each weight is multiplied by ``total_weight`` over the sum of the magnitudes that the
target receives through this projection (von der Malsburg 1973, doi:10.1007/BF00288907; as synaptic
normalisation in Lazar, Pipa & Triesch 2009, doi:10.3389/neuro.10.023.2009). A target whose inputs
are all 0 stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from hal9lib import checks
from hal9lib.plasticity._model import SynapseRule


def weight_normalisation(total_weight: float, *, interval_ms: float = 100.0) -> SynapseRule:
    """Multiplicative normalisation of a neuron's inputs (doi:10.3389/neuro.10.023.2009).

    Parameters
    ----------
    total_weight : what the magnitudes of a target's weights of this projection add up to, in the
        unit of the projection's weight, above 0.
    interval_ms : time between two normalisations, above 0.

    Raises
    ------
    ParameterError : a value is not a finite number or lies outside what is allowed.

    Examples
    --------
    One of the weights of a target that receives 4 where it should receive 2:

    >>> weight_normalisation(total_weight=2.0).on_interval(0.5, 4.0, 2.0)
    (0.25,)
    """
    name = "weight_normalisation"
    parameters = {
        "total_weight": checks.number(f"{name}.total_weight", total_weight, low=0.0, open_low=True),
        "interval_ms": checks.number(f"{name}.interval_ms", interval_ms, low=0.0, open_low=True),
    }
    return SynapseRule(
        name=name,
        parameters=parameters,
        constants=constants,
        on_interval=on_interval,
        interval_ms=parameters["interval_ms"],
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, float]:
    """The sum to bring the weights to."""
    return {"total_weight": p["total_weight"]}


def on_interval(weight, incoming, total_weight):
    """The weight's share of what comes in, of the sum that should."""
    return (weight / incoming * total_weight if incoming > 0.0 else weight,)
