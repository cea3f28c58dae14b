"""Rewiring that keeps every node's number of links in and out.

Source: Maslov & Sneppen 2002, doi:10.1126/science.1065103; what swaps alone do not reach: Berger &
Müller-Hannemann 2010, arXiv:0912.0685.
"""

import numpy as np

from hal9lib import checks
from hal9lib.arrays import one_of
from hal9lib.errors import ParameterError
from hal9lib.graph import Graph
from hal9lib.nulls._null import LEAST_DRAWS, Null, switch
from hal9lib.nulls._swap_kernels import deal_within
from hal9lib.nulls._swaps import SWAPS_PER_LINK, equals_exchanged, swapped

WEIGHTS = ("source", "all")


def rewired(
    *,
    swaps_per_link: float = SWAPS_PER_LINK,
    undirected: bool | None = None,
    weights: str | None = None,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Every graph with the same degrees is as likely (doi:10.1126/science.1065103).

    Keeps: each node's number of links in and of links out, exactly; of an undirected graph its
    degree and that it is undirected; the weights as a set, or those of each source.
    Destroys: who is linked with whom beyond that: clusters, layers, motifs, degree correlations.
    No self-loops, no link twice.

    Parameters
    ----------
    swaps_per_link : how many times for each link two links a → b, c → d are made into a → d, c → b.
        As many more are tried as fail, up to 400 for each that is done. In a graph that lacks
        fewer links than it has, for each that it lacks.
    undirected : True swaps links with their opposites; None does where every link has an opposite
        of the same weight.
    weights : ``source`` deals out each source's weights among its own links, so that the strength
        of its output is kept; ``all`` deals them out among all links. None: ``source``, but
        ``all`` in an undirected graph, whose links have none.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    A swap that would make a self-loop or a link twice is not done and counts as tried, so that all
    graphs come up as often. Some directed graphs cannot be reached by swaps: cycles of three turned
    round, whose nodes have the same degrees (Berger & Müller-Hannemann 2010, arXiv:0912.0685).
    Nodes of the same degrees change places at random first, which reaches them.
    Each draw begins at the graph itself. After 10 swaps a link each has been moved 20 times, and
    its links, and those among its hubs, are found again as often as by chance (tested on lattices,
    hubs and densities up to 0.93). Limits: fuller graphs, and graphs like a star where nearly
    nothing can be swapped, may stay closer to themselves than chance has it.
    The strength of what comes into a node is not kept where weights differ, as they do where a
    network has several synapses from one neuron to another: look at the links alone then.
    Cost: 2 s at 1e6 links, half of that where they are undirected, 0.1 ms at 400 links of 100
    nodes (tests/benchmarks/nulls.md): 999 draws at 1e6 links take half an hour.

    Examples
    --------
    >>> from hal9lib.graph import as_graph
    >>> ring = np.roll(np.eye(8), 1, axis=1)
    >>> surrogate = rewired(seed=1).surrogate(ring).dense()
    >>> surrogate.sum(0).tolist() == surrogate.sum(1).tolist() == [1.0] * 8
    True
    >>> rewired(seed=1).surrogate(ring + ring.T).dense().sum(0).tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    """
    options = {
        "swaps_per_link": checks.number(
            "rewired.swaps_per_link", swaps_per_link, low=0.0, high=1e6, open_low=True
        ),
        "undirected": switch("rewired.undirected", undirected),
        "weights": None if weights is None else one_of("rewired.weights", weights, WEIGHTS),
    }
    return Null("rewired", "graph", _sample, draws, seed, progress, options)


def _sample(
    graph: Graph,
    generator: np.random.Generator,
    swaps_per_link: float,
    undirected: bool | None,
    weights: str | None,
) -> Graph:
    if undirected is not False:
        alone = _alone(graph)
        if undirected and alone >= 0:
            raise ParameterError(
                f"rewired.undirected = True is not allowed: the link {graph.sources[alone]} → "
                f"{graph.targets[alone]} has no opposite of the same weight; use False, or a "
                "symmetric graph."
            )
        undirected = alone < 0
    if undirected:
        if weights == "source":
            raise ParameterError(
                "rewired.weights = 'source' is not allowed for an undirected graph; use 'all'."
            )
        return _undirected(graph, generator, swaps_per_link)
    n = graph.nodes
    links = equals_exchanged(generator, n, graph.sources, graph.targets)
    sources, targets = swapped(generator, *links, (n, n), swaps_per_link)
    place = np.sort(sources * n + targets)
    if weights == "all":
        dealt = generator.permutation(graph.weights)
    else:
        dealt = graph.weights.copy()
        deal_within(dealt, graph.starts, generator.random(graph.edges))
    return Graph(n, graph.sources.copy(), place - graph.sources * n, dealt)


def _undirected(graph: Graph, generator: np.random.Generator, swaps_per_link: float) -> Graph:
    n, once = graph.nodes, graph.sources < graph.targets
    links = graph.sources[once], graph.targets[once]
    one, other = swapped(generator, *links, (n, n), swaps_per_link, undirected=True)
    place = np.concatenate([one * n + other, other * n + one])
    order = np.argsort(place)
    sources, targets = np.divmod(place[order], n)
    dealt = generator.permutation(graph.weights[once])
    return Graph(n, sources, targets, np.concatenate([dealt, dealt])[order])


def _alone(graph: Graph) -> int:
    """The number of the first link without an opposite of the same weight, or -1."""
    n = graph.nodes
    place, back = graph.sources * n + graph.targets, graph.targets * n + graph.sources
    order = np.argsort(back)
    apart = np.abs(graph.weights - graph.weights[order])
    same = (place == back[order]) & (apart <= 1e-9 * graph.weights)
    return -1 if same.all() else int(np.argmin(same))
