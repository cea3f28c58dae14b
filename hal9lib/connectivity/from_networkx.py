"""One synapse for each edge of a networkx graph, two where it is undirected.

networkx: Hagberg, Schult & Swart 2008 (doi:10.25080/TCWV9851).
"""

from typing import Any

import numpy as np

from hal9lib.connectivity._given import given
from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Values
from hal9lib.errors import ParameterError


def from_networkx(graph: Any) -> Connectivity:
    """The edges of a networkx graph (doi:10.25080/TCWV9851) as synapses.

    Neurons are numbered as the graph's nodes are listed. What is a number on each edge is among
    the rule's ``values`` under its name, to be handed on or not.

    Parameters
    ----------
    graph : a graph, directed or not, whose edges may be multiple.

    Examples
    --------
    >>> import networkx
    >>> import hal9lib as hal9
    >>> graph = networkx.DiGraph()
    >>> graph.add_edge("a", "b", weight=0.5, delay_ms=1.5)
    >>> graph.add_edge("b", "a", weight=0.2, delay_ms=2.0)
    >>> rule = from_networkx(graph)
    >>> network = hal9.Network()
    >>> cells = network.add(hal9.neurons.lif(), 2)
    >>> _ = network.connect(cells, cells, rule, weight_mv=rule.values["weight"],
    ...                     delay_ms=rule.values["delay_ms"])
    """
    if not (hasattr(graph, "is_directed") and hasattr(graph, "edges")):
        raise ParameterError(
            f"from_networkx.graph = {graph!r} is not allowed; use a networkx graph."
        )
    number = {node: index for index, node in enumerate(graph.nodes)}
    if not number:
        raise ParameterError("from_networkx.graph has no node; use at least one.")
    edges = list(graph.edges(data=True))
    if not graph.is_directed():
        edges += [(b, a, attributes) for a, b, attributes in edges if a != b]
    ends = tuple(np.array([number[edge[side]] for edge in edges], np.int64) for side in (0, 1))
    shape = (len(number), len(number))
    return given("from_networkx", (ends[0], ends[1]), shape, values=_values(edges))


def _values(edges: list[tuple[Any, Any, dict]]) -> dict[str, Values]:
    """What is a number on each edge; ParameterError where it is one on some edges only."""
    found = {}
    for name in sorted({str(key) for *_, attributes in edges for key in attributes}):
        column = [attributes.get(name) for *_, attributes in edges]
        numeric = [isinstance(v, int | float | np.number) for v in column]
        if all(numeric):
            found[name] = Values(np.array(column, np.float64), name=f"from_networkx: {name}")
        elif any(numeric):
            a, b, _ = edges[numeric.index(False)]
            raise ParameterError(
                f"from_networkx: {name} is a number on some edges, and not on ({a!r}, {b!r}); "
                "use one on each edge, or on none."
            )
    return found
