"""The ±1 rule: the share of links that lead from a layer to the next.

The idea is that of synfire chains (Abeles 1991, doi:10.1017/CBO9780511574566), grown from identical
neurons by Jun & Jin 2007, doi:10.1371/journal.pone.0000723. No paper defines this number; the
definition is HAL9's.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.graph import Graph, as_graph
from hal9lib.graph import labels as checked_labels
from hal9lib.measures._against import Against, against
from hal9lib.measures._intervals import t_quantile, wilson
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def adjacent_link_share(
    graph: ArrayLike | Graph,
    layers: ArrayLike,
    *,
    strongest: float = 1.0,
    by_weight: bool = False,
    null: Null | None = None,
) -> Result:
    """``links with layer(target) = layer(source) + 1, divided by all links``.

    1 where only neighbouring layers talk, and forwards, as in a synfire chain (Abeles 1991; Jun &
    Jin 2007, doi:10.1371/journal.pone.0000723). The definition is HAL9's.

    Parameters
    ----------
    graph : links from row to column, weights 0 or more: a square array or sparse matrix, a networkx
        graph, a Graph. Self-loops are left out.
    layers : (nodes,) the layer of each neuron, whole numbers from 0; their differences count, so
        number the layers without gaps.
    strongest : look at this share of the links only, those with the largest weights; all that are
        as strong as the weakest of them are kept. Above 0, up to 1.
    by_weight : add up weights instead of counting links.
    null : a null model of labels, such as `layer_permutation` (do the layers matter?), or of
        graphs, such as `rewired` (do the links, given each neuron's degrees?). `p` is the chance of
        a share as high.

    Returns
    -------
    Result without a unit, from 0 to 1. ``arrays["share_by_distance"]`` is the share of links that
    climb ``arrays["distances"]`` layers. Details: `same_layer` (distance 0), `previous_layer` (-1),
    `further_ahead` (above 1), `further_back` (below -1), `links` looked at, and `sources`, the
    neurons they start from. The interval is Wilson's, its sample size the one that has the spread
    of the share over source neurons, whose links belong together; None for a single source.

    Raises
    ------
    ParameterError : no link, a weight that is negative or not finite, not one layer for each node,
        a layer that is not a whole number from 0, `strongest` out of range.

    Notes
    -----
    Layers that were found in the same links make the share high by themselves: against
    `layer_permutation` that counts as structure. Take layers from activity, from other links, or
    find them anew in each surrogate.

    Known values: 1 for links to the next layer alone. With labels dealt at random over L layers of
    equal size the mean is ``(L - 1) / L^2`` times ``n / (n - 1)``. In a growing synfire chain of
    200 neurons the share of strong links fell from 0.82 to 0.64 to 0.43 as training went on.

    Cost: a pass over the links, and a partial sort where `strongest` is below 1; 0.1 s for
    1,000,000 links of 100,000 neurons.

    Examples
    --------
    Layers 0, 1 and 2; two links to the next layer, one across two:

    >>> found = adjacent_link_share([[0, 1, 1], [0, 0, 1], [0, 0, 0]], [0, 1, 2])
    >>> round(found.value, 4), found.details["further_ahead"] == 1 / 3
    (0.6667, True)
    >>> dict(zip(found.arrays["distances"].tolist(), found.arrays["share_by_distance"].round(2)))
    {1: np.float64(0.67), 2: np.float64(0.33)}
    """
    links = as_graph("adjacent_link_share.graph", graph)
    layer = checked_labels("adjacent_link_share.layers", layers, links.nodes)
    part = checks.number(
        "adjacent_link_share.strongest", strongest, low=0.0, high=1.0, open_low=True
    )
    looked_at = _strongest(links, part)
    share = _share_by_weight if by_weight else _share
    value = share(looked_at, layer)
    interval, sources = _interval(looked_at, layer, value, by_weight)
    compared = _compared(links, layer, part, null, share, value)
    distances, shares = _by_distance(looked_at, layer, by_weight)
    return Result(
        value=value,
        unit="1",
        interval=interval,
        null=compared.null,
        p=compared.p,
        measure="adjacent_link_share",
        method="95 %, Wilson over source neurons" if interval else "",
        details={
            "same_layer": float(shares[distances == 0].sum()),
            "previous_layer": float(shares[distances == -1].sum()),
            "further_ahead": float(shares[distances > 1].sum()),
            "further_back": float(shares[distances < -1].sum()),
            "links": looked_at.edges,
            "sources": sources,
            **compared.details,
        },
        arrays={"distances": distances, "share_by_distance": shares, **compared.arrays},
    )


_Share = Callable[[Graph, NDArray[Any]], float]


def _strongest(links: Graph, part: float) -> Graph:
    """The links whose weights are among the largest `part` of all, ties with the last included."""
    if part == 1.0:
        return links
    rank = links.edges - math.ceil(part * links.edges - 1e-9)
    kept = links.weights >= np.partition(links.weights, rank)[rank]
    return Graph(links.nodes, links.sources[kept], links.targets[kept], links.weights[kept])


def _climbs(links: Graph, layer: NDArray[np.int64]) -> NDArray[np.int64]:
    return layer[links.targets] - layer[links.sources]


def _share(links: Graph, layer: NDArray[np.int64]) -> float:
    return float(np.count_nonzero(_climbs(links, layer) == 1) / links.edges)


def _share_by_weight(links: Graph, layer: NDArray[np.int64]) -> float:
    next_one = _climbs(links, layer) == 1
    return float(links.weights[next_one].sum() / links.weights.sum())


def _compared(
    links: Graph,
    layer: NDArray[np.int64],
    part: float,
    null: Null | None,
    share: _Share,
    value: float,
) -> Against:
    """Surrogates of the layers keep the links, surrogates of the graph the layers."""
    name = "adjacent_link_share"
    if isinstance(null, Null) and null.kind == "labels":
        looked_at = _strongest(links, part)
        return against(name, null, "labels", layer, lambda x: share(looked_at, x), value, "greater")

    def of_graph(surrogate: Graph) -> float:
        return share(_strongest(surrogate, part), layer)

    return against(name, null, "graph", links, of_graph, value, "greater")


def _by_distance(
    links: Graph, layer: NDArray[np.int64], by_weight: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(distances, the share of the links at each)."""
    distances, index = np.unique(_climbs(links, layer), return_inverse=True)
    counts = np.bincount(index, links.weights if by_weight else None).astype(np.float64)
    return distances, counts / counts.sum()


def _interval(
    links: Graph, layer: NDArray[np.int64], share: float, by_weight: bool
) -> tuple[tuple[float, float] | None, int]:
    """(Wilson's interval, how many sources).

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953. The spread over sources is that of a
    ratio, linearised. Where it is 0, as at a share of 1, as many independent links are assumed as
    there are sources.
    """
    weights = links.weights if by_weight else np.ones(links.edges)
    every = np.bincount(links.sources, weights, links.nodes)
    near = np.bincount(links.sources, weights * (_climbs(links, layer) == 1), links.nodes)
    sources = int(np.count_nonzero(every))
    if sources < 2:
        return None, sources
    variance = ((near - share * every) ** 2).sum() / every.sum() ** 2 * sources / (sources - 1)
    of_one = share * (1.0 - share)  # the variance of a single link
    size = of_one / variance if variance > 1e-12 * of_one else float(sources)
    return wilson(share, size, t_quantile(sources - 1)), sources
