"""Random graph without cycles, with the nodes and links of the one observed.

Source: a random order of the nodes and random links along it, Karrer & Newman 2009,
doi:10.1103/PhysRevE.80.046110, without their constraint on degrees.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.graph import Graph
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.nulls._places import distinct


def random_dag(*, draws: int = LEAST_DRAWS, seed: int = 0, progress: bool | None = None) -> Null:
    """Every order of `n` nodes is as likely, and every set of `m` links along it.

    Keeps: the numbers of nodes and links exactly, the weights as a set, dealt out at random; and
    that no path leads back, where the observed graph has none.
    Destroys: degrees, layers, which links skip layers, clusters; and all cycles.

    Parameters
    ----------
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Source: doi:10.1103/PhysRevE.80.046110 without its constraint on degrees. Order and links are
    uniform together; a graph that fits many orders comes up more often than one that fits few.
    Cost: m random numbers and two sorts; 0.08 s at 1e6 links (tests/benchmarks/nulls.md).
    There is no graph without cycles of more than n (n - 1) / 2 links: that is refused.

    Examples
    --------
    >>> from hal9lib.graph import as_graph
    >>> ring = as_graph("ring", [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    >>> surrogate = random_dag(seed=1).surrogate(ring)
    >>> surrogate, sorted((surrogate.dense() > 0).sum(0).tolist())
    (Graph(3 nodes, 3 edges), [0, 1, 2])
    """
    return Null("random_dag", "graph", _sample, draws, seed, progress)


def _sample(graph: Graph, generator: np.random.Generator) -> Graph:
    n, m = graph.nodes, graph.edges
    places = n * (n - 1) // 2
    if m > places:
        raise ParameterError(
            f"random_dag: {m:,} links between {n:,} nodes; without cycles "
            f"there is place for {places:,}. Use random_digraph."
        )
    order = generator.permutation(n)
    earlier, later = _pairs(n, distinct(generator, places, m))
    place = np.sort(order[earlier] * n + order[later])
    sources, targets = np.divmod(place, n)
    return Graph(n, sources, targets, generator.permutation(graph.weights))


def _pairs(n: int, place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pair i < j of each place, in the order (0, 1), (0, 2) … (1, 2) …"""
    first = np.arange(n) * np.int64(n - 1) - np.arange(n) * (np.arange(n) - 1) // 2
    earlier = np.searchsorted(first, place, side="right") - 1
    return earlier, place - first[earlier] + earlier + 1
