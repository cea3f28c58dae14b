"""A pulse of input to some neurons of a population, checked."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.parts import Population


def pulse(
    member: Population, weight: Any, neurons: Any, receptor: str | None
) -> tuple[int, NDArray[Any], NDArray[np.float64]]:
    """(receptor slot, neurons within the population, weight of each): `Simulation.stimulate`."""
    receptors = list(member.neuron.receptors)
    if not receptors or (receptor is not None and receptor not in receptors):
        raise ParameterError(
            f"receptor = {receptor!r} is not one of {member.neuron.name}; "
            f"known: {', '.join(receptors) or 'none'}."
        )
    chosen = np.arange(member.size) if neurons is None else np.atleast_1d(neurons)
    if chosen.dtype.kind not in "iu" or ((chosen < 0) | (chosen >= member.size)).any():
        raise ParameterError(
            f"neurons are not allowed; use whole numbers from 0 to {member.size - 1:,}."
        )
    given = np.broadcast_to(np.asarray(weight, np.float64), chosen.shape)
    if not np.isfinite(given).all():
        raise ParameterError("weight holds a number that is not finite; use finite numbers.")
    return receptors.index(receptor or receptors[0]), chosen, given
