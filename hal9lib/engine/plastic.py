"""The arrays of a plastic projection at time 0."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.build import Built
from hal9lib.engine.groups import Group
from hal9lib.engine.layout import Plastic
from hal9lib.engine.plastic_source import PlasticPlan
from hal9lib.network import Network

#: A trace that has decayed to less than this is taken for nothing.
NOTHING = 1e-12
_STRETCH = 128


def plastic(
    network: Network, group: Group, built: Built, plan: PlasticPlan, batch: int, dt_ms: float,
    real: type,
) -> Plastic:  # fmt: skip
    """One plastic projection, no spike of either side yet."""
    target = network.projections[group.members[0]].target
    rows = len(built.row_start)
    # Room for the spikes of a batch after those at which a sweep is asked for.
    slots = 1 << (max(32, 4 * batch) - 1).bit_length()
    fine, coarse = decay_tables(plan.taus_ms(), dt_ms, real)
    return Plastic(
        source=np.array([group.source]),
        target=np.array([network.populations.index(target)]),
        slot=np.array([group.slot]),
        scale=np.array([group.scale], real),
        delays=group.delays,
        block_first=built.block_first[0],
        block_place=built.block_place,
        block_row=built.block_row,
        block_synapse=built.block_synapse,
        row_start=built.row_start,
        targets=built.targets,
        weights=built.weights,
        extras=_extras(plan, len(built.targets), real),
        row_last=np.full(rows, -1, np.int32),
        row_done=np.zeros(rows, np.int32),
        row_traces=np.zeros((max(1, len(plan.pre)), rows), real),
        ring_steps=np.zeros((target.size, slots), np.int32),
        ring_traces=np.zeros((max(1, len(plan.post)), target.size, slots), real),
        fired=np.zeros(target.size, np.int64),
        swept=np.zeros(target.size, np.int64),
        full=np.zeros((int(built.block_first.shape[1]) - 1, 8), np.int64),
        incoming=np.zeros(target.size, real),
        constants=np.array([*plan.constants.values(), 0.0], real),
        fine=fine,
        coarse=coarse,
    )


def _extras(plan: PlasticPlan, synapses: int, real: type) -> NDArray[Any]:
    """(state variables, synapses) each synapse's own state at time 0."""
    if not plan.extras:
        return np.zeros((1, 1), real)
    return np.repeat(np.array([*plan.extras.values()], real)[:, None], synapses, axis=1)


def decay_tables(
    taus_ms: list[float], dt_ms: float, real: type
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """exp(-steps dt / tau) as a product of two short tables, for each time constant.

    >>> fine, coarse = decay_tables([20.0], 0.1, np.float64)
    >>> round(float(fine[0, 300 & 127] * coarse[0, 300 >> 7]) / math.exp(-1.5), 12)
    1.0
    """
    longest = max([1.0, *taus_ms])
    stretches = math.ceil(-math.log(NOTHING) * longest / dt_ms / _STRETCH) + 2
    rates = dt_ms / np.array(taus_ms or [1.0])[:, None]
    fine = np.exp(-rates * np.arange(_STRETCH))
    coarse = np.exp(-rates * _STRETCH * np.arange(stretches))
    coarse[:, -1] = 0.0
    return fine.astype(real), coarse.astype(real)
