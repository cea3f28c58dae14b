"""A directed weighted graph as arrays, from whatever a researcher holds one in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import matrix, numbers, one_of, symbols
from hal9lib.errors import ParameterError
from hal9lib.extras import needs

SELF_LOOPS = ("refuse", "drop", "keep")


@dataclass(frozen=True, eq=False)
class Graph:
    """Links from sources to targets, one a pair, ordered by source and then target.

    Attributes
    ----------
    nodes : how many nodes there are, unconnected ones included.
    sources, targets : (edges,) int64, from 0 to below `nodes`.
    weights : (edges,) float64, above 0.

    Examples
    --------
    >>> as_graph("example.graph", [[0, 1, 0], [0, 0, 2], [0, 0, 0]])
    Graph(3 nodes, 2 edges)
    """

    nodes: int
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    weights: NDArray[np.float64]

    @property
    def edges(self) -> int:
        """How many links there are."""
        return len(self.sources)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """(nodes + 1,) where each source's links begin: `targets[starts[i]:starts[i + 1]]`."""
        counts = np.bincount(self.sources, minlength=self.nodes)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def transposed(self) -> "Graph":
        """Every link turned round."""
        return from_links(self.nodes, self.targets, self.sources, self.weights)

    def sparse(self) -> Any:
        """A scipy.sparse CSR array, row the source and column the target."""
        sparse = needs("scipy.sparse", "a sparse array")
        parts = (self.weights, self.targets, self.starts)
        return sparse.csr_array(parts, shape=(self.nodes, self.nodes))

    def dense(self) -> NDArray[np.float64]:
        """(nodes, nodes) weights, row the source and column the target."""
        array = np.zeros((self.nodes, self.nodes))
        array[self.sources, self.targets] = self.weights
        return array

    def __repr__(self) -> str:
        return f"Graph({self.nodes:,} nodes, {self.edges:,} edges)"


def from_links(nodes: int, sources: Any, targets: Any, weights: Any) -> Graph:
    """A graph of links that are known to be good; a pair named twice becomes one, weights added."""
    place = sources * np.int64(nodes) + targets
    if np.all(place[1:] > place[:-1]):
        return Graph(nodes, sources, targets, weights)
    unique, index = np.unique(place, return_inverse=True)
    summed = np.bincount(index, weights).astype(np.float64)
    return Graph(nodes, unique // nodes, unique % nodes, summed)


def as_graph(name: str, graph: Any, *, self_loops: str = "drop", least_edges: int = 1) -> Graph:
    """What a researcher holds a graph in, as a `Graph`; links of weight 0 are none.

    Parameters
    ----------
    graph : a Graph; a square array or scipy.sparse matrix, row the source and column the target; a
        networkx graph, with ``weight`` 1 where it has none, nodes numbered in its own order and an
        undirected link as two.
    self_loops : ``drop`` leaves them out, ``refuse`` raises, ``keep`` keeps them.
    least_edges : raise if fewer are left.

    Raises
    ------
    ParameterError : not square, no node, a weight that is not finite or below 0, too few links.
    """
    one_of(f"{name}: self_loops", self_loops, SELF_LOOPS)
    found = graph if isinstance(graph, Graph) else from_links(*_checked(name, _links(name, graph)))
    loops = found.sources == found.targets
    if loops.any() and self_loops != "keep":
        if self_loops == "refuse":
            raise ParameterError(
                f"{name} has {np.count_nonzero(loops):,} self-loops, the first at node "
                f"{found.sources[loops][0]}; leave them out."
            )
        kept = ~loops
        found = Graph(found.nodes, found.sources[kept], found.targets[kept], found.weights[kept])
    if found.edges < least_edges:
        raise ParameterError(
            f"{name} has {found.nodes:,} nodes and {found.edges:,} links "
            f"between different nodes; use at least {least_edges:,}."
        )
    return found


_Links = tuple[int, Any, Any, Any]


def _links(name: str, graph: Any) -> _Links:
    """(nodes, sources, targets, weights) as they come."""
    if hasattr(graph, "tocoo"):
        return _from_sparse(name, graph)
    if hasattr(graph, "is_directed") and hasattr(graph, "edges"):
        return _from_networkx(graph)
    array = matrix(name, graph, rows="sources", columns="targets")
    _square(name, array.shape)
    sources, targets = np.nonzero(array)
    return len(array), sources, targets, array[sources, targets]


def _from_sparse(name: str, graph: Any) -> _Links:
    _square(name, graph.shape)
    found = graph.tocoo()
    # A transposed or sliced matrix may hold its places in 32 bits, which a product overflows.
    return found.shape[0], found.row.astype(np.int64), found.col.astype(np.int64), found.data


def _from_networkx(graph: Any) -> _Links:
    number = {node: index for index, node in enumerate(graph.nodes)}
    triples: Iterable[tuple[Any, Any, Any]] = graph.edges(data="weight", default=1.0)
    rows = [(number[a], number[b], w) for a, b, w in triples]
    if not graph.is_directed():
        rows += [(b, a, w) for a, b, w in rows if a != b]
    sources = np.array([row[0] for row in rows], np.int64)
    targets = np.array([row[1] for row in rows], np.int64)
    return len(number), sources, targets, [row[2] for row in rows]


def _square(name: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ParameterError(
            f"{name} has shape {shape}, which is not allowed; use as many rows as columns."
        )


def _checked(name: str, links: _Links) -> _Links:
    nodes, sources, targets, raw = links
    if nodes == 0:
        raise ParameterError(f"{name} has no node; use at least one.")
    weights = numbers(f"{name}: weights", raw)
    if (weights < 0.0).any():
        where = int(np.argmax(weights < 0.0))
        raise ParameterError(
            f"{name}[{sources[where]}, {targets[where]}] = {weights[where]:g} is not allowed; use "
            "weights of 0 or more: look at excitation and inhibition apart, or at sizes alone."
        )
    kept = weights > 0.0
    return nodes, sources[kept], targets[kept], weights[kept]


def labels(name: str, values: ArrayLike, nodes: int) -> NDArray[np.int64]:
    """(nodes,) a whole number from 0 for each node: its layer or community."""
    array = symbols(name, values)
    if len(array) != nodes:
        raise ParameterError(f"{name} has {len(array)} values and the graph {nodes} nodes.")
    return array
