"""Layers of a network from its links: communities, in the order of their height in its flow.

Communities: Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z. Levels: MacKay, Johnson
& Sansom 2020, doi:10.1098/rsos.201138.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.graph import Graph, as_graph
from hal9lib.measures._against import against
from hal9lib.measures._communities import best_communities
from hal9lib.measures._layers import NO_LAYER, at, between_share, levels_of
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def layers_by_community(
    graph: Any, *, restarts: int = 5, seed: int = 0, null: Null | None = None
) -> Result:
    """How many communities a network has, which its flow puts in an order: modules as layers.

    Communities are those of the largest modularity found (`modularity`,
    doi:10.1038/s41598-019-41695-z), ordered by the mean trophic level of their neurons. They are
    layers as far as the levels differ between them: `between`, the share of the levels' variance
    that lies between communities, is what a null is asked about.

    Parameters
    ----------
    graph : links from row to column, of weight 0 or more; self-loops are left out.
    restarts : searches for communities, of which the best is kept. seed : of the searches.
    null : a null model of graphs; p is the chance of as large a share `between`, in surrogates
        searched for communities in the same way.

    Returns
    -------
    Result in layers. ``arrays["layers"]`` is the layer of each neuron from 0, the source, up; -1
    for a neuron without links. ``arrays["levels"]``, ``arrays["layer_levels"]`` and
    ``arrays["sizes"]`` go with it. No interval: a number of communities has no known sampling
    error; compare seeds with `layer_stability`. Details: `between`, `modularity`, and `closest`,
    the least step in mean level from a layer to the next.

    Raises
    ------
    ParameterError : no link between different neurons, or levels that could not be found.

    Notes
    -----
    Known values: r cliques in a chain, linked one way, are r layers, in order. One community: 1.
    Cost: that of `modularity`, about 4 s a restart for 1e5 neurons and 1e6 random links, and 0.7 s
    for levels.
    For layers that hold more links inside than between. Layers that are linked to the next alone
    have no links inside and are no communities; `layers_by_level` finds them. Two communities side
    by side, at the same level, count as two layers: `closest` is then near 0. Small communities
    merge in large networks (the resolution limit).

    Examples
    --------
    Two triangles with links both ways inside, and one link from the second to the first:

    >>> import numpy as np
    >>> triangles = np.kron(np.eye(2), 1 - np.eye(3))
    >>> triangles[5, 0] = 1
    >>> found = layers_by_community(triangles)
    >>> found.value, found.arrays["layers"].tolist()
    (2.0, [1, 1, 1, 0, 0, 0])
    """
    links = as_graph("layers_by_community.graph", graph)
    restarts = checks.whole("layers_by_community.restarts", restarts, low=1, high=10_000)
    seed = checks.whole("layers_by_community.seed", seed, low=0, high=2**64 - 1)
    quality, linked, levels, label = _communities(links, restarts, seed)
    if not np.isfinite(levels).all():
        raise ParameterError(
            "layers_by_community.graph: its levels were not found, since its weights reach over "
            "too many orders of magnitude, or its paths are too long; use comparable weights."
        )

    def share(surrogate: Graph) -> float:
        _, _, heights, groups = _communities(surrogate, restarts, seed)
        return between_share(heights, groups)

    between = between_share(levels, label)
    chance = against("layers_by_community", null, "graph", links, share, between, "greater")
    means = np.bincount(label, levels) / np.bincount(label)
    order = np.argsort(means, kind="stable")
    label, means = np.argsort(order)[label], means[order]
    layers = np.full(links.nodes, NO_LAYER)
    layers[linked] = label
    steps = {"closest": float(np.diff(means).min())} if len(means) > 1 else {}
    return Result(
        value=float(len(means)),
        unit="layers",
        null=chance.null,
        p=chance.p,
        measure="layers_by_community",
        details={"between": between, "modularity": quality, **steps, **chance.details},
        arrays={
            "layers": layers,
            "levels": at(linked, levels, links.nodes),
            "layer_levels": means,
            "sizes": np.bincount(label),
            **chance.arrays,
        },
    )


def _communities(
    links: Graph, restarts: int, seed: int
) -> tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """(modularity, the neurons that have links, their levels, their communities from 0)."""
    quality, label = best_communities(links, restarts, seed)
    linked, levels = levels_of(links)
    return quality, linked, levels, np.unique(label[linked], return_inverse=True)[1]
