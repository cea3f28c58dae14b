"""The arrays of a simulation at time 0."""

from collections.abc import Sequence

import numpy as np

from hal9lib.engine import layout
from hal9lib.engine.build import Built
from hal9lib.engine.cell_plan import CellPlan
from hal9lib.engine.cells import Ownership
from hal9lib.engine.draws import initial
from hal9lib.engine.groups import Group
from hal9lib.errors import ParameterError
from hal9lib.network import Network

#: Neurons whose random numbers are drawn together; they stay in the first-level cache.
TILE = 512
#: Spikes after which a worker's record is taken.
MIN_RECORD = 1 << 18


def cells(owner: Ownership, plans: Sequence[CellPlan], real: type) -> layout.Cells:
    """The neurons' numbers, places and constants."""
    kinds = []
    for kind in ("real", "whole"):
        kinds.append(
            [[p.constants[n] for n, (k, _) in p.scalars.items() if k == kind] for p in plans]
        )
    return layout.Cells(
        first=owner.first,
        size=owner.size,
        low=owner.low,
        high=owner.high,
        place=owner.place,
        real_constants=_padded(kinds[0], real),
        whole_constants=_padded(kinds[1], np.int32),
    )


def state(
    network: Network, owner: Ownership, plans: Sequence[CellPlan], real: type
) -> layout.State:
    """Every neuron's state at time 0, its own constants, and scratch for the workers."""
    rows = {"real": 1, "whole": 1}
    for plan in plans:
        for kind, row in (*plan.states.values(), *plan.arrays.values()):
            rows[kind] = max(rows[kind], row + 1)
    slots = max([1, *(len(plan.receptors) for plan in plans)])
    found = layout.State(
        real=np.zeros((rows["real"], network.neurons), real),
        whole=np.zeros((rows["whole"], network.neurons), np.int32),
        input=np.zeros((slots, owner.places), real),
        words=np.zeros((owner.workers, 2, TILE), np.uint32),
        tally=np.zeros((owner.workers, 2, TILE), np.float32),
        noise=np.zeros(owner.places if any(p.random for p in plans) else 1, real),
        spiked=np.zeros(owner.places, np.uint8),
    )
    for index, (population, plan) in enumerate(zip(network.populations, plans, strict=True)):
        span = slice(population.first, population.first + population.size)
        for number, (name, (kind, row)) in enumerate(plan.states.items()):
            value = initial(network, index, number, population.neuron.state[name].initial)
            getattr(found, kind)[row, span] = value
        for name, (kind, row) in plan.arrays.items():
            getattr(found, kind)[row, span] = plan.constants[name]
    return found


def bundles(groups: Sequence[Group], built: Built, real: type) -> layout.Bundles:
    """The static synapses, as the loop reads them."""
    return layout.Bundles(
        source=np.array([g.source for g in groups], np.int64),
        slot=np.array([g.slot for g in groups], np.int64),
        scale=np.array([g.scale for g in groups], real),
        weighted=np.array([g.weighted for g in groups], np.bool_),
        delay_first=np.cumsum([0, *(len(g.delays) for g in groups)]).astype(np.int64),
        delays=np.concatenate([np.empty(0, np.int64), *(g.delays for g in groups)]),
        **built._asdict(),
    )


def spikes(owner: Ownership, longest: int, batch: int, record: bool) -> layout.Spikes:
    """An empty ring that reaches back as far as the longest delay, and an empty record."""
    workers, members = owner.low.shape
    owned = (owner.high - owner.low).sum(axis=1)
    # Room for a batch in which every neuron spikes in every step, beyond what is kept for a while.
    capacity = MIN_RECORD + int(owned.max()) * batch if record else 1
    slots = batch + longest
    return layout.Spikes(
        ring=np.zeros((slots, owner.places), np.int32),
        counts=np.zeros((slots, workers, -(-members // 8) * 8), np.int64),
        steps=np.empty((workers, capacity), np.int32),
        neurons=np.empty((workers, capacity), np.int32),
        taken=np.zeros((workers, 8), np.int64),
        limit=capacity - owned * batch if record else np.ones(workers, np.int64),
        record=np.array([record]),
    )


def replays(network: Network, dt_ms: float) -> layout.Replays:
    """The spikes that populations replay, by network-wide number."""
    members, steps, neurons = [], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    first = [0]
    for index, population in enumerate(network.populations):
        if population.neuron.schedule is not None:
            when, who = population.neuron.schedule(population.neuron.parameters, dt_ms)
            if len(who) and not 0 <= min(who) <= max(who) < population.size:
                raise ParameterError(
                    f"{population.neuron.name}.neurons from {min(who)} to {max(who)} are not "
                    f"allowed; population {population.name!r} has the numbers 0 to "
                    f"{population.size - 1:,}."
                )
            members.append(index)
            steps.append(np.asarray(when, np.int32))
            neurons.append(np.asarray(who, np.int32) + np.int32(population.first))
            first.append(first[-1] + len(steps[-1]))
    return layout.Replays(
        population=np.array(members, np.int64),
        first=np.array(first, np.int64),
        steps=np.concatenate(steps),
        neurons=np.concatenate(neurons),
    )


def _padded(rows: list[list], kind: type) -> np.ndarray:
    width = max([1, *map(len, rows)])
    return np.array([row + [0] * (width - len(row)) for row in rows], kind)
