"""Reaching centrality: the golden graphs, networkx, blocks of targets, what is refused."""

import importlib
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.measures import reaching_centrality as measure

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "graph.json").read_text())
MODULE = importlib.import_module(measure.__module__)


def random_graph(seed, nodes=30, links_a_node=1.0):
    generator = np.random.default_rng(seed)
    graph = (generator.random((nodes, nodes)) < links_a_node / nodes) * generator.exponential(1.0)
    np.fill_diagonal(graph, 0.0)
    graph[0, 1] = 1.0
    return graph


CALL = {"arrays": {"graph": random_graph(1)}, "options": {}}
NO_INTERVAL = (
    "one link back to the root takes the value from 1 to 0: no resampling tells its spread"
)

SHAPES = {
    "binary_tree_7_directed": nx.balanced_tree(2, 2, create_using=nx.DiGraph),
    "star_out_10": nx.DiGraph([(0, leaf) for leaf in range(1, 10)]),
    "cycle_5": nx.cycle_graph(5, create_using=nx.DiGraph),
    "chain5": nx.path_graph(5, create_using=nx.DiGraph),
}


def library(graph):
    network = nx.from_numpy_array(graph, create_using=nx.DiGraph)
    return nx.global_reaching_centrality(network, weight=None)


@pytest.mark.parametrize("name", SHAPES)
def test_the_golden_graphs_have_their_value(name):
    assert measure(SHAPES[name]).value == pytest.approx(GOLDEN["cases"]["grc"][name], abs=1e-12)


def test_closed_forms():
    for n in (2, 3, 70):
        assert measure(np.eye(n, k=1)).value == pytest.approx(n / (2 * (n - 1)))
    star = np.zeros((100, 100))
    star[42, :] = 1.0
    assert measure(star).value == 1.0
    assert measure(star.T).value == pytest.approx(1 / 99**2), "all but one reach one other"
    assert measure(np.ones((9, 9))).value == 0.0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), links=st.sampled_from([0.5, 1.0, 1.5, 3.0]))
def test_networkx_agrees_and_names_and_weights_do_not_matter(seed, links):
    graph = random_graph(seed, 3 + seed % 80, links)
    found = measure(graph)
    assert found.value == pytest.approx(library(graph), abs=1e-12)
    assert 0.0 <= found.value <= 1.0
    order = np.random.default_rng(seed).permutation(len(graph))
    renamed = measure(graph[np.ix_(order, order)])
    assert renamed.value == pytest.approx(found.value, abs=1e-12)
    np.testing.assert_array_equal(renamed.arrays["reach"], found.arrays["reach"][order])
    assert measure((graph > 0.0) * 3.0).value == found.value


@pytest.mark.parametrize("seed", range(4))
def test_blocks_of_targets_of_any_size_give_the_same(seed, monkeypatch):
    graph = random_graph(seed, 200, 1.2)
    whole = measure(graph)
    network = nx.from_numpy_array(graph, create_using=nx.DiGraph)
    reach = [len(nx.descendants(network, node)) / 199 for node in range(200)]
    np.testing.assert_allclose(whole.arrays["reach"], reach, atol=1e-15)
    monkeypatch.setattr(MODULE, "_LEAST_WORDS", 1)
    for bytes_of_a_block in (1, 8 * 2 * 200):
        monkeypatch.setattr(MODULE, "_BLOCK_BYTES", bytes_of_a_block)
        assert measure(graph) == whole


@pytest.mark.jit_only
def test_a_hierarchy_lies_above_random_digraphs():
    found = measure(SHAPES["binary_tree_7_directed"], null=nulls.random_digraph(seed=1))
    assert found.p == pytest.approx(0.05, abs=0.05)
    tree = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    assert measure(tree, null=nulls.random_digraph(seed=1)).p == 0.001


def test_what_cannot_be_measured_says_why(monkeypatch):
    with pytest.raises(ParameterError, match=r"^reaching_centrality\.graph has 2 nodes and 0 link"):
        measure(np.eye(2))
    with pytest.raises(ParameterError, match=r"^reaching_centrality\.graph\[0, 1\] = -1 is not a"):
        measure([[0.0, -1.0], [0.0, 0.0]])
    monkeypatch.setattr(MODULE, "_MOST_WORK", 11)
    assert measure(np.roll(np.eye(5), 1, axis=1)).value == 0.0, "a ring has no link between parts"
    sentence = (
        r"^reaching_centrality\.graph has 4 nodes and 3 links between strongly connected "
        r"components; use at most 1e\+01 nodes times such links\."
    )
    with pytest.raises(ParameterError, match=sentence):
        measure(np.eye(4, k=1))
