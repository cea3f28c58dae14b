"""Small world: more clustered than a random graph, and hardly longer ways.

Sources: sigma, Humphries & Gurney 2008, doi:10.1371/journal.pone.0002051; omega, Telesford et al.
2011, doi:10.1089/brain.2011.0038; ways in random graphs, Fronczak, Fronczak & Hołyst 2004,
doi:10.1103/PhysRevE.70.056110.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.graph import Graph, as_graph
from hal9lib.measures._against import against
from hal9lib.measures._intervals import t_quantile
from hal9lib.measures._small_world_kernels import clustering, distances, neighbours
from hal9lib.nulls._null import Null
from hal9lib.result import Result


def small_world(
    graph: Any, *, sources: int = 200, seed: int = 0, null: Null | None = None
) -> Result:
    """``sigma = (C / C_rand) / (L / L_rand)`` (doi:10.1371/journal.pone.0002051).

    C is the mean over neurons of the share of pairs of neighbours that are linked (0 below two
    neighbours), L the mean distance over pairs that are connected. A link counts whichever way it
    runs and whatever its weight. The random graph of as many neurons n and as high a mean degree k
    is not drawn but computed, so sigma is a number of the graph alone: ``C_rand = k / (n - 1) = p``
    and ``L_rand = 1 + (1 - p) + sum over l from 2 of P(further than l)``, the first of the sum
    ``(1 - p) (1 - p^2)^(n - 2)`` and the others ``exp(-k^l / n)``.

    Parameters
    ----------
    graph : links, at least one; self-loops are left out.
    sources : from how many neurons, drawn at random, distances are taken; all if there are fewer.
    seed : of the draw of sources, 0 to 2^64 - 1.
    null : a null model of graphs; p is the chance of a sigma as large or larger.

    Returns
    -------
    Result without a unit; above 1 is a small world. The 95 % interval is that of the draw of
    sources and speaks of this graph alone; where all neurons are sources it has no width. Details:
    `C`, `L`, `C_rand`, `L_rand`; `omega`, ``L_rand / L - C / C_lattice`` with the ring lattice's
    ``C_lattice = 3 (k - 2) / (4 (k - 1))``, near 0 for a small world, below it for a lattice,
    above for a random graph; `connected`, the share of pairs that a way joins; `sources`.

    Raises
    ------
    ParameterError : no link between different neurons, or a mean degree of 1 or less.

    Notes
    -----
    Known values: ring of n with k neighbours each, C = 3 (k - 2) / (4 (k - 1)); complete graph,
    C = L = sigma = 1; a graph without triangles 0. Of 1,000 neurons with 10 neighbours, a tenth of
    the links rewired (a golden file): C 0.4987, L 4.490, and sigma 36.0 here where the reference
    has 34.5, against one drawn random graph whose C was 0.01047 and not the expected 0.0100.
    Against drawn random graphs of 50 to 1,000 neurons L_rand is within 1.4 % from a mean degree
    of 4 up, and 5 % too long at 2.5.
    Cost: 3 s for 1e5 neurons, 1e6 random links and 200 sources.
    In a graph in parts, L is short because pairs far apart are not counted: read `connected`.
    Sigma grows with the number of neurons, so compare equal sizes. Directed ways are longer.

    Examples
    --------
    Two triangles that share a neuron: C = (1 + 1 + 1 + 1 + 1/3) / 5, L = 7/5.

    >>> bow_tie = [[0,1,1,1,1], [0,0,1,0,0], [0,0,0,0,0], [0,0,0,0,1], [0,0,0,0,0]]
    >>> found = small_world(bow_tie)
    >>> round(found.details["C"], 4), round(found.details["L"], 4)
    (0.8667, 1.4)
    """
    links = as_graph("small_world.graph", graph)
    most = checks.whole("small_world.sources", sources, low=2, high=2**31 - 1)
    seed = checks.whole("small_world.seed", seed, low=0, high=2**64 - 1)
    parts = _parts(links, most, seed)
    if parts.degree <= 1.0:
        raise ParameterError(
            f"small_world.graph has a mean degree of {parts.degree:g}; use more than 1, since "
            "ways in a random graph are not known below that."
        )
    value = parts.sigma()
    chance = against(
        "small_world",
        null,
        "graph",
        links,
        lambda g: _parts(g, most, seed).sigma(),
        value,
        "greater",
    )
    return Result(
        value=value,
        unit="1",
        interval=parts.interval(),
        null=chance.null,
        p=chance.p,
        measure="small_world",
        method="95 % t over sources drawn" if parts.drawn else "exact, all sources",
        details={**parts.details(), **chance.details},
        arrays=chance.arrays,
    )


@dataclass(frozen=True)
class _Parts:
    """What sigma is made of: neurons, mean degree, C, and each source's distances."""

    nodes: int
    degree: float
    clustering: float
    far: NDArray[np.float64]
    reached: NDArray[np.float64]

    @property
    def drawn(self) -> bool:
        return len(self.far) < self.nodes

    @property
    def length(self) -> float:
        return float(self.far.sum() / self.reached.sum()) if self.reached.any() else math.nan

    def sigma(self) -> float:
        if self.degree <= 1.0:
            return math.nan
        by_chance = self.degree / (self.nodes - 1)
        shorter = _random_length(self.nodes, self.degree) / self.length
        return self.clustering / by_chance * shorter

    def interval(self) -> tuple[float, float]:
        """Sigma at either end of the interval of L: a ratio of means over sources."""
        value, count = self.sigma(), len(self.far)
        if not self.drawn:
            return value, value
        left = self.far - self.length * self.reached
        error = float((left @ left) / (count - 1) / count * (1.0 - count / self.nodes)) ** 0.5
        half = t_quantile(count - 1) * error / float(self.reached.mean()) / self.length
        return value / (1.0 + half), value / max(1e-9, 1.0 - half)

    def details(self) -> dict[str, Any]:
        length = _random_length(self.nodes, self.degree)
        found = {"C": self.clustering, "L": self.length}
        found |= {"C_rand": self.degree / (self.nodes - 1), "L_rand": length}
        if self.degree > 2.0:
            lattice = 0.75 * (self.degree - 2.0) / (self.degree - 1.0)
            found["omega"] = length / self.length - self.clustering / lattice
        connected = float(self.reached.mean()) / (self.nodes - 1)
        return {**found, "connected": connected, "sources": len(self.far)}


def _parts(links: Graph, most: int, seed: int) -> _Parts:
    nodes = links.nodes
    starts, others = neighbours(nodes, links.sources, links.targets)
    from_here = np.arange(nodes)
    if most < nodes:
        generator = np.random.Generator(np.random.Philox(seed))
        from_here = generator.choice(nodes, most, replace=False, shuffle=False)
    far, reached = distances(starts, others, from_here)
    return _Parts(
        nodes, len(others) / nodes, float(clustering(starts, others).mean()), far, reached
    )


def _random_length(nodes: int, degree: float) -> float:
    """The mean distance in a random graph: the chances to be further than 0, 1, 2 … added up."""
    p = min(1.0, degree / (nodes - 1))
    total, beyond, step = 2.0 - p, (1.0 - p) * (1.0 - p * p) ** (nodes - 2), 2
    while beyond > 1e-12:
        total += beyond
        step += 1
        beyond = min(beyond, math.exp(-min(700.0, degree**step / nodes)))
    return total
