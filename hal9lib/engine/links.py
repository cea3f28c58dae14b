"""The synapses of a network as a sparse array: what measures of structure look at."""

from typing import Any

import numpy as np

from hal9lib.engine.build import synapses
from hal9lib.extras import needs
from hal9lib.network import Network


def links(network: Network) -> Any:
    """(neurons, neurons) scipy.sparse CSR array of weights in mV, sources in rows.

    The synapses a simulation of this network has, drawn again from its description and seed;
    several synapses of one pair are added up. Takes 16 bytes a synapse, and as much again while it
    is made.
    """
    sparse = needs("scipy.sparse", "a network's graph")
    built = synapses(network, 1, 0.1, np.float64)
    pieces = [_block(network, built, index) for index in range(len(network.projections))]
    rows, columns, weights = (
        np.concatenate([piece[part] for group in pieces for piece in group] or [np.empty(0)])
        for part in range(3)
    )
    shape = (network.neurons, network.neurons)
    whole = (weights, (rows.astype(np.int32), columns.astype(np.int32)))
    return sparse.coo_array(whole, shape=shape).tocsr()


def _block(network: Network, built: Any, index: int) -> list[tuple[Any, Any, Any]]:
    """(sources, targets, weights) of each block of one projection."""
    source = network.projections[index].source
    found = []
    for block in range(*built.block_first[index]):
        row, synapse = built.block_row[block], built.block_synapse[block]
        starts = built.row_start[row : row + source.size + 1].astype(np.int64)
        count = int(starts[-1])
        sources = source.first + np.repeat(np.arange(source.size), np.diff(starts))
        targets = built.block_target[block] + built.targets[synapse : synapse + count].astype(int)
        found.append((sources, targets, np.full(count, built.weight[index])))
    return found
