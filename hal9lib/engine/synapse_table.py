"""The synapses of a simulation as plain lists: who, onto whom, how strong, how late."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.build import Built, build
from hal9lib.engine.cells import Ownership, ownership
from hal9lib.engine.groups import Group, group_of, static_groups
from hal9lib.engine.layout import Bundles, Plastic
from hal9lib.network import Network


class SynapseTable(NamedTuple):
    """(synapses,) each, in order of source and delay; neurons are numbered network-wide."""

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    #: In the unit of the receptor, with sign.
    weights: NDArray[np.float64]
    delay_steps: NDArray[np.int32]


def drawn(network: Network, dt_ms: float) -> list[tuple[Group, SynapseTable]]:
    """The synapses a simulation starts with, group by group, drawn from the description."""
    owner = ownership(network, 1)
    plastic = [group_of(network, n, dt_ms) for n, p in enumerate(network.projections) if p.rules]
    return [
        (group, table(network, owner, group, build(network, owner, [group], dt_ms, np.float64)))
        for group in (*static_groups(network, dt_ms), *plastic)
    ]


def drawn_projection(network: Network, index: int, dt_ms: float) -> SynapseTable:
    """The synapses one projection starts with."""
    owner = ownership(network, 1)
    group = group_of(network, index, dt_ms)
    return table(network, owner, group, build(network, owner, [group], dt_ms, np.float64))


def table(network: Network, owner: Ownership, group: Group, built: Built | Plastic) -> SynapseTable:
    """The synapses of one group as they are now."""
    source = network.populations[group.source]
    delays = len(group.delays)
    number_at = numbers_by_place(owner)
    pieces = []
    for block in range(len(built.block_place)):
        row, synapse = int(built.block_row[block]), int(built.block_synapse[block])
        starts = built.row_start[row : row + source.size * delays + 1].astype(np.int64)
        count = int(starts[-1])
        rows = np.repeat(np.arange(source.size * delays), np.diff(starts))
        places = built.block_place[block] + built.targets[synapse : synapse + count].astype(int)
        weights = (
            built.weights[synapse : synapse + count].astype(np.float64)
            if group.weighted
            else np.full(count, group.scale)
        )
        if isinstance(built, Plastic):
            weights = weights * float(built.scale[0])
        pieces.append((rows, source.first + rows // delays, number_at[places], weights))
    rows, sources, targets, weights = (
        np.concatenate([piece[part] for piece in pieces] or [np.empty(0, int)]) for part in range(4)
    )
    order = np.lexsort((np.arange(len(rows)), targets, rows))
    return SynapseTable(
        sources[order].astype(np.int32),
        targets[order].astype(np.int32),
        weights[order].astype(np.float64),
        group.delays[(rows % delays)[order]].astype(np.int32),
    )


def out_degrees(
    network: Network, group: Group, built: Built | Bundles | Plastic
) -> NDArray[np.int64]:
    """(neurons,) how many synapses of one group leave each neuron."""
    source, delays = network.populations[group.source], len(group.delays)
    degrees = np.zeros(network.neurons, np.int64)
    inside = degrees[source.first : source.first + source.size]
    for row in built.block_row:
        starts = built.row_start[row : row + source.size * delays + 1].astype(np.int64)
        inside += np.diff(starts).reshape(source.size, delays).sum(axis=1)
    return degrees


def numbers_by_place(owner: Ownership) -> NDArray[np.int64]:
    """(places,) the number of the neuron at each place, -1 where there is none."""
    numbers = np.full(owner.places, -1, np.int64)
    for worker in range(owner.workers):
        for low, high, place in zip(
            owner.low[worker], owner.high[worker], owner.place[worker], strict=True
        ):
            numbers[place : place + high - low] = np.arange(low, high)
    return numbers
