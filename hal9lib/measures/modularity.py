"""Modularity of the best partition into communities that the Leiden algorithm finds.

Sources: Newman 2006, doi:10.1073/pnas.0601602103; directed, Leicht & Newman 2008,
doi:10.1103/PhysRevLett.100.118703; search, Traag et al. 2019, doi:10.1038/s41598-019-41695-z.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.graph import Graph, as_graph, from_links, labels
from hal9lib.measures._against import against
from hal9lib.measures._communities import best_communities
from hal9lib.measures._intervals import NORMAL_QUANTILE, clipped
from hal9lib.measures._leiden_kernels import numbered, quality
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def modularity(
    graph: Any,
    *,
    communities: ArrayLike | None = None,
    directed: bool = True,
    restarts: int = 5,
    seed: int = 0,
    null: Null | None = None,
) -> Result:
    """``Q = sum over communities c of inside_c / m - out_c in_c / m^2``, at its largest found.

    The share of link weight inside communities, less the share that the strengths out and in lead
    one to expect (doi:10.1103/PhysRevLett.100.118703); m is the weight of all links. Where every
    link has an equal one back, this is Newman's Q of an undirected graph.

    Parameters
    ----------
    graph : links from row to column, of weight 0 or more; self-loops are left out.
    communities : (neurons,) whole numbers; the Q of this partition instead of a search.
    directed : False adds each link's weight to its way back first.
    restarts : searches from single neurons, of which the best is kept.
    seed : of the searches, 0 to 2^64 - 1.
    null : a null model of graphs; p is the chance of such a Q or more. Surrogates are searched in
        the same way, since the largest Q of chance alone is far above 0.

    Returns
    -------
    Result without a unit, from -1 to below 1. ``arrays["communities"]`` holds a label for each
    neuron, 0 the largest community. The 95 % interval takes links as independent, with one density
    inside communities and one between, and the partition as given.

    Raises
    ------
    ParameterError : no link between different neurons, a weight below 0, other labels than one for
        each neuron.

    Notes
    -----
    Known values: karate club 0.4198; r cliques of s in a ring of single links, taken as the
    partition, ``s (s - 1) / (s (s - 1) + 2) - 1 / r``; one community 0; complete graph 0.
    Cost: about 4 s a restart for 1e5 neurons with 1e6 random links (the hardest case; clear
    communities take less), 150 MB.
    Every community found hangs together. A search may miss the maximum by little; at 34 nodes it
    does not. Communities smaller than about ``sqrt(2 m)`` links merge (the resolution limit,
    doi:10.1073/pnas.0605965104). A large Q alone says little: a random graph of mean degree 4 has
    0.55. The interval is about the links, not about the choice of the partition: in graphs without
    communities it lies too high.

    Examples
    --------
    Two triangles joined by one link: 12 of 14 ends lie inside, half of the strength each.

    >>> import numpy as np
    >>> triangles = np.kron(np.eye(2), 1 - np.eye(3))
    >>> triangles[2, 3] = triangles[3, 2] = 1
    >>> found = modularity(triangles)
    >>> round(found.value, 6) == round(12 / 14 - 2 * 0.25, 6), found.arrays["communities"].tolist()
    (True, [0, 0, 0, 1, 1, 1])
    """
    links = as_graph("modularity.graph", graph)
    links = links if directed else _undirected(links)
    restarts = checks.whole("modularity.restarts", restarts, low=1, high=10_000)
    seed = checks.whole("modularity.seed", seed, low=0, high=2**64 - 1)
    given = None if communities is None else _from_0(communities, links.nodes)

    def best(links: Graph) -> tuple[float, NDArray[np.int64]]:
        if given is None:
            return best_communities(links, restarts, seed)
        return quality(links.nodes, links.sources, links.targets, links.weights, given), given

    def largest(surrogate: Graph) -> float:
        return best(surrogate if directed else _undirected(surrogate))[0]

    value, label = best(links)
    found = against("modularity", null, "graph", links, largest, value, "greater")
    sizes, label = _by_size(label)
    half = NORMAL_QUANTILE * _standard_error(links, label)
    return Result(
        value=value,
        unit="1",
        interval=clipped((value - half, value + half), value, -1.0, 1.0),
        null=found.null,
        p=found.p,
        measure="modularity",
        method="95 %, links independent given the communities",
        details={"communities": len(sizes), "largest": int(sizes[0])} | dict(found.details),
        arrays={"communities": label} | dict(found.arrays),
    )


def _from_0(communities: ArrayLike, nodes: int) -> NDArray[np.int64]:
    """Given labels, numbered without gaps."""
    given = labels("modularity.communities", communities, nodes)
    found: NDArray[np.int64] = np.unique(given, return_inverse=True)[1]
    return found


def _undirected(links: Graph) -> Graph:
    """Each link's weight added to its way back as well."""
    return from_links(
        links.nodes,
        np.concatenate([links.sources, links.targets]),
        np.concatenate([links.targets, links.sources]),
        np.concatenate([links.weights, links.weights]),
    )


def _by_size(label: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(sizes, labels) with the largest community first, ties by their first neuron."""
    label, count = numbered(label)
    sizes = np.bincount(label, minlength=count)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return sizes[order], rank[label]


def _standard_error(links: Graph, label: NDArray[np.int64]) -> float:
    """The delta method: what each link adds to Q, times the variance of its being there.

    A link's influence is ``w (inside - D - (in_c(source) + out_c(target)) + 2 sum out_c in_c) / m``
    with D and the strengths as shares of m; that of a link and its way back counts as one where
    the graph is undirected. A link of a block with density p varies by 1 - p times a Poisson one.
    """
    shares = links.weights / links.weights.sum()
    a, b = label[links.sources], label[links.targets]
    out, into = np.bincount(a, shares, label.max() + 1), np.bincount(b, shares, label.max() + 1)
    inside = a == b
    influence = shares * (inside - shares[inside].sum() - into[a] - out[b] + 2.0 * (out @ into))
    sizes = np.bincount(label).astype(np.float64)
    pairs_inside = float(sizes @ (sizes - 1.0))
    pairs_between = links.nodes * (links.nodes - 1.0) - pairs_inside
    free_inside = 1.0 - np.count_nonzero(inside) / max(1.0, pairs_inside)
    free_between = 1.0 - np.count_nonzero(~inside) / max(1.0, pairs_between)
    free = np.where(inside, free_inside, free_between)
    twice = 2.0 if _is_undirected(links) else 1.0
    return float(twice * (influence**2 @ free)) ** 0.5


def _is_undirected(links: Graph) -> bool:
    back = links.transposed()
    return np.array_equal(links.sources, back.sources) and np.allclose(
        links.weights, back.weights, rtol=1e-12, atol=0.0
    )
