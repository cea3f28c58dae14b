"""Random digraph with the nodes and links of the one observed (Erdős & Rényi's G(n, m)).

Source: Erdős & Rényi 1959, doi:10.5486/PMD.1959.6.3-4.12, with directed links.
"""

import numpy as np

from hal9lib.errors import ParameterError
from hal9lib.graph import Graph
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.nulls._places import distinct


def random_digraph(
    *, draws: int = LEAST_DRAWS, seed: int = 0, progress: bool | None = None
) -> Null:
    """Every set of `m` links between `n` nodes is as likely (doi:10.5486/PMD.1959.6.3-4.12).

    Keeps: the numbers of nodes and links exactly, and the weights as a set, dealt out at random.
    Destroys: degrees, direction, order, clusters. No self-loops, no link twice.

    Parameters
    ----------
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Cost: m random numbers and a sort of them; 0.05 s at 1e6 links (tests/benchmarks/nulls.md).
    Memory goes with m, never with n squared.

    Examples
    --------
    >>> from hal9lib.graph import as_graph
    >>> chain = as_graph("chain", [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    >>> random_digraph(seed=1).surrogate(chain)
    Graph(3 nodes, 2 edges)
    """
    return Null("random_digraph", "graph", _sample, draws, seed, progress)


def _sample(graph: Graph, generator: np.random.Generator) -> Graph:
    n, m = graph.nodes, graph.edges
    if m > n * (n - 1):
        raise ParameterError(
            f"random_digraph: {m:,} links between {n:,} nodes; without self-loops "
            f"there is place for {n * (n - 1):,}."
        )
    sources, others = np.divmod(distinct(generator, n * (n - 1), m), max(1, n - 1))
    targets = others + (others >= sources)  # the n - 1 others of each source
    return Graph(n, sources, targets, generator.permutation(graph.weights))
