"""The synapses of a network as a sparse array: what measures of structure look at."""

from typing import Any

import numpy as np

from hal9lib.engine.synapse_table import drawn
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.network import Network

#: Delays do not enter a graph; any step that suits them will do.
_DT_MS = 0.1


def links(network: Network, dt_ms: float = _DT_MS) -> Any:
    """(neurons, neurons) scipy.sparse CSR array of weights, sources in rows.

    The synapses a simulation of this network starts with, drawn again from its description and
    seed, each weight in the unit of its receptor; several synapses of one pair are added up. Takes
    16 bytes a synapse, and as much again while it is made. Raises ParameterError where synapses
    come and go.
    """
    for projection in network.projections:
        if any(rule.growth is not None for rule in projection.rules):
            raise ParameterError(
                f"the synapses of {projection.name} come and go while it runs, and its description "
                "holds those it began with only; record its weights and make a graph of "
                f"run.weights[{projection.name!r}][-1], or ask Simulation.weights."
            )
    sparse = needs("scipy.sparse", "a network's graph")
    tables = [table for _, table in drawn(network, dt_ms)]
    sources, targets, weights = (
        np.concatenate([np.empty(0), *(getattr(table, name) for table in tables)])
        for name in ("sources", "targets", "weights")
    )
    shape = (network.neurons, network.neurons)
    whole = (weights, (sources.astype(np.int32), targets.astype(np.int32)))
    return sparse.coo_array(whole, shape=shape).tocsr()
