"""The communities of a graph, for measures that build on them."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.graph import Graph
from hal9lib.measures._leiden_kernels import search


def best_communities(links: Graph, restarts: int, seed: int) -> tuple[float, NDArray[np.int64]]:
    """(the largest modularity found, (nodes,) labels) by Leiden from `restarts` starts."""
    generator = np.random.Generator(np.random.Philox(seed))
    value, label = search(
        links.nodes, links.sources, links.targets, links.weights, restarts, generator
    )
    return float(value), label
