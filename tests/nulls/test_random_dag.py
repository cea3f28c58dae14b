"""No cycle, the numbers of nodes and links exactly, and every order of the nodes as often."""

import itertools
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from scipy.stats import chi2

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph


def test_no_path_leads_back():
    array = np.random.default_rng(1).random((30, 30)) < 0.4
    np.fill_diagonal(array, False)
    for draw in range(20):
        found = nulls.random_dag(seed=1).surrogate(array, draw)
        assert (found.nodes, found.edges) == (30, np.count_nonzero(array))
        drawn = nx.DiGraph(list(zip(found.sources.tolist(), found.targets.tolist(), strict=True)))
        assert nx.is_directed_acyclic_graph(drawn)
    full = nulls.random_dag(seed=1).surrogate(np.triu(np.ones((9, 9)), 1)).dense()
    assert sorted((full > 0).sum(1)) == list(range(9))


@pytest.mark.parametrize(("nodes", "links"), [(3, 2), (4, 2), (4, 5)])
def test_orders_and_sets_of_links_along_them_come_up_as_often(nodes, links):
    """Against all orders and all sets, gone through one by one."""
    expected = Counter()
    for order in itertools.permutations(range(nodes)):
        for pairs in itertools.combinations(itertools.combinations(order, 2), links):
            expected[frozenset(pairs)] += 1
    cases, draws = sum(expected.values()), 40 * len(expected)
    array = np.zeros((nodes, nodes))
    array[np.triu_indices(nodes, 1)] = np.arange(nodes * (nodes - 1) // 2) < links
    null, graph, count = nulls.random_dag(seed=3), as_graph("x", array), Counter()
    for k in range(draws):
        one = null.surrogate(graph, k)
        count[frozenset(zip(one.sources.tolist(), one.targets.tolist(), strict=True))] += 1
    assert set(count) <= set(expected)
    distance = sum(
        (count[key] - draws * chance / cases) ** 2 / (draws * chance / cases)
        for key, chance in expected.items()
    )
    assert chi2.sf(distance, len(expected) - 1) > 0.001


def test_weights_are_dealt_out_and_the_node_order_is_destroyed():
    weights = np.triu(np.random.default_rng(2).random((40, 40)), 1)
    found = nulls.random_dag(seed=1).surrogate(weights)
    np.testing.assert_array_equal(np.sort(found.weights), np.sort(weights[weights > 0]))
    upward = [
        np.mean(one.sources < one.targets)
        for one in (nulls.random_dag(seed=1).surrogate(weights, k) for k in range(40))
    ]
    # The share of pairs in order of a random permutation: sd sqrt((2 n + 5) / (18 n (n - 1) / 2)).
    assert abs(np.mean(upward) - 0.5) < 4 * np.sqrt(85 / (9 * 40 * 39)) / 2 / np.sqrt(40)


def test_more_links_than_a_graph_without_cycles_has_are_refused():
    with pytest.raises(
        ParameterError,
        match=r"^random_dag: 4 links between 3 nodes; without cycles there is place for 3\. Use ",
    ):
        nulls.random_dag().surrogate([[0, 1, 1], [1, 0, 1], [0, 0, 0]])
