"""Flow hierarchy: whether the links of a network share one direction, and how high each node is.

Source: MacKay, Johnson & Sansom 2020, doi:10.1098/rsos.201138. F is their trophic incoherence, and
low is hierarchical. networkx.flow_hierarchy is another number (Luo & Magee 2011,
doi:10.1002/cplx.20368), and networkx.trophic_levels the older definition, which needs a basal node.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.errors import ParameterError
from hal9lib.graph import Graph, as_graph
from hal9lib.measures._against import against
from hal9lib.measures._components import in_cycles, weak_components
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._levels import incoherence
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: Up to here leverages are exact: an inverse of nodes x nodes numbers.
_EXACT_NODES = 1_000


def flow_hierarchy(graph: ArrayLike | Graph, *, null: Null | None = None) -> Result:
    """``F = sum w (h_target - h_source - 1)^2 / sum w`` with the levels h that make it least.

    Trophic incoherence of doi:10.1098/rsos.201138. F is 0 where every link climbs exactly one level
    (coherent: a tree, layers with links to the next alone) and 1 where the links have no direction
    in common (a ring): the *lower*, the more hierarchical. `coherence` in the details is 1 - F.

    Parameters
    ----------
    graph : links from row to column, weights 0 or more: a square array or sparse matrix, a networkx
        graph, a Graph. Self-loops are left out.
    null : a null model of graphs. `p` is the chance of an F as *low*. Against `random_digraph` it
        asks for any direction; against `random_dag` for layers beyond a mere lack of cycles.

    Returns
    -------
    Result without a unit, from 0 to 1. ``arrays["levels"]`` is the level of each node, the lowest
    of each weakly connected component 0. Details: `coherence`; `depth`, the highest level;
    `components`, the weakly connected ones; `links_in_cycles` and `nodes_in_cycles`, the shares
    inside strongly connected ones; `unbiased`, F less its bias. The interval is that of `unbiased`,
    widened to hold F where it does not; None where links are too few (see the notes).

    Raises
    ------
    ParameterError : no link between different nodes, a weight that is negative or not finite, or
        levels that conjugate gradients did not find (weights over many orders of magnitude).

    Notes
    -----
    The levels solve ``(diag(u) - W - W^T) h = v``, with u what comes in plus what goes out of a
    node and v what comes in less what goes out: each level is the weighted mean of what its
    neighbours ask for, here within 1e-12. Weakly connected components do not touch one another.

    *Ring closure.* One link from the end of a chain of 5 back to its second node takes F from 0 to
    0.8: read `links_in_cycles` and `nodes_in_cycles` beside F.

    *Bias and interval.* Fitting n levels to m links makes F too low: without any direction it is
    about ``1 - n / m``, not 1; in 4 layers with strays and 5 links a neuron F is 20 % below what an
    endless sample of links has, `unbiased` within 1 % of it, and the interval covers in 95 %; with
    2.7 links a neuron in 89 %. Compare networks by `unbiased`. Leaving out one link changes the sum
    of squares by exactly ``w r^2 / (1 - leverage)``, so the jackknife over links has a closed form.
    It takes each link as one draw from a wide choice. Where most of the possible links exist, or
    weights are counts of such draws, the interval is too wide; it is left out unless links are more
    than twice as many as a forest of the nodes has. Above 1,000 nodes a leverage is that of the
    link and the two stars around it, scaled so that they add up to ``n - components`` as they must:
    the standard error is right within 1 % on random graphs, within 6 % on 50 layers of 10 with 5
    links a neuron.

    Known values: chain, tree, complete layers 0; ring 1; feed-forward loop 1/9, levels 0, 2/3, 4/3.
    Weights times a constant change nothing; turning all links round mirrors the levels.

    Cost: links times steps of conjugate gradients. On a core of its own 0.3 s for 100,000 nodes and
    1,000,000 random links. The steps grow with the network's length: a single chain of 100,000
    takes half a minute.

    Examples
    --------
    A feed-forward loop: 0 to 1, 1 to 2, and a short cut from 0 to 2.

    >>> found = flow_hierarchy([[0, 1, 1], [0, 0, 1], [0, 0, 0]])
    >>> round(found.value, 6), found.arrays["levels"].round(3).tolist()
    (0.111111, [0.0, 0.667, 1.333])
    """
    links = as_graph("flow_hierarchy.graph", graph)
    value, levels = incoherence(*_parts(links))
    if not np.isfinite(value):
        raise ParameterError(
            "flow_hierarchy.graph: its levels were not found; its weights, from "
            f"{links.weights.min():g} to {links.weights.max():g}, reach over too many orders of "
            "magnitude, or its paths are too long; use comparable weights."
        )
    value, component = min(1.0, value), weak_components(links)
    levels -= _lowest(levels, component)[component]
    components = int(component.max()) + 1
    interval, unbiased = None, {}
    if links.edges > 2 * (links.nodes - components):
        interval, unbiased["unbiased"] = _jackknife(links, levels, value, component)
    compared = against("flow_hierarchy", null, "graph", links, _statistic, value, "less")
    links_in, nodes_in = in_cycles(links)
    return Result(
        value=value,
        unit="1",
        interval=interval,
        null=compared.null,
        p=compared.p,
        measure="flow_hierarchy",
        method="95 %, jackknife over links, less bias" if interval else "",
        details={
            "coherence": 1.0 - value,
            **unbiased,
            "depth": float(levels.max()),
            "components": components,
            "links_in_cycles": links_in,
            "nodes_in_cycles": nodes_in,
            **compared.details,
        },
        arrays={"levels": levels, **compared.arrays},
    )


def _parts(links: Graph) -> tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    # F knows no unit of weight, and sums of large ones might overflow.
    return links.nodes, links.sources, links.targets, links.weights / links.weights.max()


def _statistic(links: Graph) -> float:
    return float(incoherence(*_parts(links))[0])


def _lowest(levels: NDArray[np.float64], component: NDArray[np.int64]) -> NDArray[np.float64]:
    lowest = np.full(component.max() + 1, np.inf)
    np.minimum.at(lowest, component, levels)
    return lowest


def _jackknife(
    links: Graph, levels: NDArray[np.float64], value: float, component: NDArray[np.int64]
) -> tuple[tuple[float, float], float]:
    """(The interval, F less its bias) from F without each link in turn."""
    weights, m = links.weights, links.edges
    leverage = (_leverages if links.nodes <= _EXACT_NODES else _near_leverages)(links, component)
    squares = weights * (levels[links.targets] - levels[links.sources] - 1.0) ** 2
    free = 1.0 - leverage
    # A link that alone holds two parts together has leverage 1 and no error to lose.
    lost = np.divide(squares, free, out=np.zeros(m), where=free > 1e-9)
    total = weights.sum()
    without = np.maximum(0.0, value * total - lost) / (total - weights)
    spread = without - without.mean()
    unbiased = m * value - (m - 1) * float(without.mean())
    error = float((m - 1) / m * (spread @ spread)) ** 0.5
    interval = clipped(t_interval(unbiased, error, m - 1), value, 0.0, 1.0)
    return interval, min(1.0, max(0.0, unbiased))


def _leverages(links: Graph, component: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much of each link's length its own wish decides: weight times effective resistance."""
    both = links.dense()
    both += both.T
    # A constant on each component's block takes the null space away and no resistance.
    mean = both.sum() / links.nodes
    laplacian = (component[:, None] == component) * (mean / links.nodes) - both
    laplacian[np.diag_indices(links.nodes)] += both.sum(axis=0)
    inverse = np.linalg.inv(laplacian)
    i, j = links.sources, links.targets
    found: NDArray[np.float64] = inverse[i, i] + inverse[j, j] - 2.0 * inverse[i, j]
    return links.weights * found


def _near_leverages(links: Graph, component: NDArray[np.int64]) -> NDArray[np.float64]:
    """Leverages of each link between two stars whose tips are one, scaled to their known sum.

    Joining the tips can only shorten detours, so detours are scaled down, all by one factor.
    """
    i, j, weights = links.sources, links.targets, links.weights
    both = np.bincount(i, weights, links.nodes) + np.bincount(j, weights, links.nodes)
    at_i, at_j = np.maximum(0.0, both[i] - weights), np.maximum(0.0, both[j] - weights)
    known = at_i + at_j > 0.0
    detour = np.divide(at_i * at_j, at_i + at_j, out=np.zeros(links.edges), where=known)
    aim = links.nodes - int(component.max()) - 1
    low, high = 0.0, 1.0
    for _ in range(30):
        factor = (low + high) / 2.0
        enough = (weights / (weights + factor * detour)).sum() >= aim
        low, high = (factor, high) if enough else (low, factor)
    found: NDArray[np.float64] = weights / (weights + low * detour)
    return found
