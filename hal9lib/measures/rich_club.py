"""Rich club: how densely the neurons with many links are linked among themselves.

Sources: Zhou & Mondragón 2004, doi:10.1109/LCOMM.2004.823426; against graphs of the same degrees,
Colizza, Flammini, Serrano & Vespignani 2006, doi:10.1038/nphys209.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.graph import Graph, as_graph
from hal9lib.measures._against import against
from hal9lib.measures._intervals import wilson
from hal9lib.nulls._null import Null
from hal9lib.result import Result

#: The share of neurons that the club holds at most, where no degree is named.
_CLUB = 0.1


def rich_club(graph: Any, *, degree: int | None = None, null: Null | None = None) -> Result:
    """``phi(k) = links among / pairs of`` neurons of more than k links (doi:10.1038/nphys209).

    A link counts whichever way it runs, once for a pair, and whatever its weight; a neuron's degree
    is the number of others it is linked with.

    Parameters
    ----------
    graph : links, at least one; self-loops are left out.
    degree : k, 0 or more. None takes the least k that leaves a tenth of the neurons or fewer, but
        two at least. Name it before looking: p holds for one k.
    null : a null model of graphs; p is the chance of such a phi or more at this k. Hubs are linked
        with one another by chance already, so take ``rewired(undirected=True)`` of a symmetric
        graph, which keeps every degree. In a surrogate without two such neurons phi is 0.

    Returns
    -------
    Result without a unit, from 0 to 1. ``details``: ``degree``, ``members`` and, with a null,
    ``normalised``, phi over the surrogates' mean (above 1: a rich club). ``arrays``: ``k`` and
    ``phi`` for all k that leave two neurons and, with a null, ``phi_null``, the surrogates' mean.
    The 95 % interval is Wilson's (doi:10.1080/01621459.1927.10502953), pairs of members taken as
    independent and the members as given.

    Raises
    ------
    ParameterError : no link between different neurons, a degree that fewer than two exceed.

    Notes
    -----
    Known values: complete graph 1 at every k; a star has one neuron above k = 1, so no club; the
    karate club's 16 values of a golden file. Cost: a sort of the links: 0.04 s at 1e6 links of
    100,000 neurons; with a null a rewiring each.
    phi grows with k in nearly every network: the value alone says little, the comparison does. A
    club of few members has a wide interval. Where k is chosen by looking at many, p is too small.

    Examples
    --------
    Three hubs, all linked, each with two neurons of its own: above one link there are 3 of 3 pairs.

    >>> hubs = np.zeros((9, 9))
    >>> hubs[[0, 0, 1], [1, 2, 2]] = 1
    >>> hubs[[0, 0, 1, 1, 2, 2], [3, 4, 5, 6, 7, 8]] = 1
    >>> found = rich_club(hubs, degree=1)
    >>> found.value, found.details["members"], found.arrays["phi"].round(3).tolist()
    (1.0, 3, [0.25, 1.0, 1.0, 1.0])
    """
    links = as_graph("rich_club.graph", graph)
    curve = _curve(links)
    k = _degree(curve, links.nodes, degree)
    value, total = float(curve.phi[k]), np.zeros(len(curve.phi))
    beside = against("rich_club", null, "graph", links, _statistic(k, total), value, "greater")
    clubs = curve.pairs >= 1.0
    details: dict[str, Any] = {"degree": k, "members": int(curve.members[k])}
    arrays = {"k": np.flatnonzero(clubs), "phi": curve.phi[clubs]}
    if null is not None:
        arrays["phi_null"] = (total / null.draws)[clubs]
        if beside.details["null_mean"] > 0.0:
            details["normalised"] = value / beside.details["null_mean"]
    return Result(
        value=value,
        unit="1",
        interval=wilson(value, float(curve.pairs[k])),
        null=beside.null,
        p=beside.p,
        measure="rich_club",
        method="95 %, Wilson over pairs of members",
        details={**details, **beside.details},
        arrays={**arrays, **beside.arrays},
    )


class _Curve(NamedTuple):
    """For k = 0, 1, …: phi, and how many members and pairs of members there are."""

    phi: NDArray[np.float64]
    members: NDArray[np.int64]
    pairs: NDArray[np.float64]


def _curve(links: Graph) -> _Curve:
    low, high = _pairs(links)
    degrees = np.bincount(np.concatenate([low, high]), minlength=links.nodes)
    size = int(degrees.max(initial=0)) + 1
    members = _above(degrees, size)
    inside = _above(np.minimum(degrees[low], degrees[high]), size)
    pairs = members * (members - 1) / 2.0
    phi = np.divide(inside, pairs, out=np.zeros(size), where=pairs > 0.0)
    return _Curve(phi, members, pairs)


def _pairs(links: Graph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both ends of each linked pair, once."""
    low = np.minimum(links.sources, links.targets)
    place = np.sort(low * links.nodes + np.maximum(links.sources, links.targets))
    place = place[np.concatenate([[True], place[1:] > place[:-1]])] if len(place) else place
    return place // links.nodes, place % links.nodes


def _above(values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """(size,) how many values are above 0, above 1, …"""
    counts = np.bincount(values, minlength=size)
    return len(values) - np.cumsum(counts)


def _degree(curve: _Curve, nodes: int, degree: int | None) -> int:
    """k, such that two neurons or more have more links."""
    last = int(np.count_nonzero(curve.pairs >= 1.0)) - 1  # a link has two ends, so 0 or more
    if degree is not None:
        return checks.whole("rich_club.degree", degree, low=0, high=last)
    few = np.flatnonzero(curve.members[: last + 1] <= max(2.0, _CLUB * nodes))
    return int(few[0]) if len(few) else last


def _statistic(k: int, total: NDArray[np.float64]) -> Callable[[Graph], float]:
    """phi of a surrogate at k, 0 where it has no such club; adds its whole curve to `total`."""

    def phi_of(surrogate: Graph) -> float:
        phi = _curve(surrogate).phi
        shared = min(len(phi), len(total))
        total[:shared] += phi[:shared]
        return float(phi[k]) if k < len(phi) else 0.0

    return phi_of
