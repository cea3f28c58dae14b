"""Components that graph measures share, against scipy and networkx."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.sparse.csgraph import connected_components

from hal9lib.graph import as_graph
from hal9lib.measures._components import in_cycles, strong_components, weak_components


def same_parts(labels, others):
    pairs = set(zip(labels.tolist(), others.tolist(), strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(others.tolist()))


@pytest.mark.parametrize("seed", range(12))
def test_scipy_finds_the_same_components_and_links_go_down(seed):
    generator = np.random.default_rng(seed)
    nodes = int(generator.integers(1, 150))
    dense = generator.random((nodes, nodes)) < generator.choice([0.3, 1.0, 1.5, 3.0]) / nodes
    graph = as_graph("test", dense, least_edges=0)
    strong, weak = strong_components(graph), weak_components(graph)
    matrix = graph.sparse()
    assert same_parts(strong, connected_components(matrix, connection="strong")[1])
    assert same_parts(weak, connected_components(matrix, connection="weak")[1])
    assert (strong[graph.sources] >= strong[graph.targets]).all()
    _, first = np.unique(weak, return_index=True)
    assert (np.diff(first) > 0).all(), "numbered by their first node"


def test_a_ring_and_a_chain_of_any_length_need_no_recursion():
    for nodes in (2, 5_000):
        chain = as_graph("test", sparse.eye_array(nodes, k=1))
        np.testing.assert_array_equal(strong_components(chain), np.arange(nodes)[::-1])
        ring = as_graph("test", sparse.eye_array(nodes, k=1) + sparse.eye_array(nodes, k=1 - nodes))
        assert strong_components(ring).max() == 0
        assert in_cycles(ring) == (1.0, 1.0)


def test_in_cycles_counts_links_and_nodes():
    graph = as_graph("test", nx.DiGraph([(0, 1), (1, 0), (1, 2), (2, 3)]))
    assert in_cycles(graph) == (0.5, 0.5)
