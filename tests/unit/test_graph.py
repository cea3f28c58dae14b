"""Graphs, from whatever a researcher holds one in."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse

from hal9lib.errors import ParameterError
from hal9lib.graph import Graph, as_graph, labels

DENSE = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.0, 0.0]])


def weighted():
    graph = nx.DiGraph()
    graph.add_nodes_from("abc")
    graph.add_weighted_edges_from([("a", "b", 2.0), ("b", "c", 1.0), ("c", "a", 0.5)])
    return graph


@pytest.mark.parametrize(
    "held",
    [
        DENSE,
        DENSE.tolist(),
        np.asfortranarray(DENSE),
        *(scipy.sparse.csr_array(DENSE).asformat(form) for form in ("csr", "csc", "coo", "lil")),
        scipy.sparse.csr_matrix(DENSE),
        weighted(),
        as_graph("x", DENSE),
    ],
)
def test_every_form_is_the_same_graph(held):
    graph = as_graph("x", held)
    assert (graph.nodes, graph.edges) == (3, 3)
    np.testing.assert_array_equal(graph.dense(), DENSE)
    np.testing.assert_array_equal(graph.sparse().toarray(), DENSE)
    np.testing.assert_array_equal(graph.transposed().dense(), DENSE.T)
    assert graph.starts.tolist() == [0, 1, 2, 3]


def test_an_undirected_graph_has_each_link_both_ways():
    graph = as_graph("x", nx.path_graph(3))
    assert graph.dense().tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_a_pair_named_twice_becomes_one_and_a_weight_of_0_no_link():
    pairs = ([1.0, 2.0, 0.0], ([0, 0, 1], [1, 1, 0]))
    graph = as_graph("x", scipy.sparse.coo_array(pairs, shape=(2, 2)))
    assert graph.dense().tolist() == [[0, 3], [0, 0]]
    assert graph.edges == 1
    many = nx.MultiDiGraph([(0, 1), (0, 1)])
    assert as_graph("x", many).dense().tolist() == [[0, 2], [0, 0]]


def test_self_loops_are_dropped_kept_or_refused():
    loops = np.array([[1, 1], [0, 1]])
    assert as_graph("x", loops).edges == 1
    assert as_graph("x", loops, self_loops="keep").edges == 3
    with pytest.raises(ParameterError, match="x has 2 self-loops, the first at node 0"):
        as_graph("x", loops, self_loops="refuse")


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (np.zeros((2, 2)), "x has 2 nodes and 0 links between different nodes; use at least 1"),
        (np.zeros((0, 0)), r"x has shape \(0, 0\), which is not allowed"),
        (np.zeros((2, 3)), r"x has shape \(2, 3\), which is not allowed; use as many rows"),
        ([[0, -1], [0, 0]], r"x\[0, 1\] = -1 is not allowed; use weights of 0 or more"),
        ([[0, np.nan], [0, 0]], r"x\[0, 1\] = nan is not allowed; use finite numbers"),
        (scipy.sparse.csr_array([[0, np.inf], [0, 0]]), r"x: weights\[0\] = inf is not allowed"),
        ([[0, 1j], [0, 0]], "x = .* is not allowed; use an array"),
        (nx.DiGraph(), "x has no node; use at least one"),
        ("graph", "x = 'graph' is not allowed; use an array"),
    ],
)
def test_what_is_no_graph_says_why(held, sentence):
    with pytest.raises(ParameterError, match=sentence):
        as_graph("x", held)


def test_links_are_in_order_and_the_graph_reads_short():
    graph = as_graph("x", DENSE)
    assert repr(graph) == "Graph(3 nodes, 3 edges)"
    assert isinstance(graph, Graph)
    assert labels("x.layers", [0, 1, 1], 3).tolist() == [0, 1, 1]
    with pytest.raises(ParameterError, match=r"x\.layers has 2 values and the graph 3"):
        labels("x.layers", [0, 1], 3)
