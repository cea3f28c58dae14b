"""Layers by community: modules that were built in a row, the parts it is made of, networkx."""

import networkx as nx
import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import flow_hierarchy, layers_by_community, modularity
from hal9lib.nulls import random_digraph


def modules_in_a_row(count, size):
    graph = np.kron(np.eye(count), 1.0 - np.eye(size))
    for module in range(count - 1):
        graph[module * size, (module + 1) * size + 1] = 1.0
    return graph


CALL = {"arrays": {"graph": modules_in_a_row(3, 4)}, "options": {}}
NO_INTERVAL = "a number of communities has no known sampling error"


@pytest.mark.parametrize(("count", "size"), [(2, 4), (5, 5)])
def test_modules_in_a_row_are_layers_in_that_order(count, size):
    module = np.repeat(np.arange(count), size)
    order = np.random.default_rng(1).permutation(len(module))
    found = layers_by_community(modules_in_a_row(count, size)[np.ix_(order, order)])
    assert found.value == count
    np.testing.assert_array_equal(found.arrays["layers"], module[order])
    assert found.arrays["sizes"].tolist() == [size] * count
    assert (np.diff(found.arrays["layer_levels"]) > 0.0).all()
    assert found.details["closest"] == pytest.approx(np.diff(found.arrays["layer_levels"]).min())


def test_turned_round_the_layers_run_backwards():
    graph = modules_in_a_row(3, 4)
    here, there = (layers_by_community(g).arrays["layers"] for g in (graph, graph.T))
    np.testing.assert_array_equal(there, 2 - here)


def random_graph(seed):
    generator = np.random.default_rng(seed)
    there = (generator.random((30, 30)) < 0.12) & ~np.eye(30, dtype=bool)
    return there * generator.uniform(0.5, 2.0, (30, 30))


@pytest.mark.jit_only
@pytest.mark.parametrize("seed", range(4))
def test_it_is_communities_and_levels_put_together(seed):
    graph = random_graph(seed)
    found = layers_by_community(graph, seed=seed)
    parts = modularity(graph, seed=seed)
    levels = flow_hierarchy(graph).arrays["levels"]
    layers = found.arrays["layers"]
    assert found.details["modularity"] == parts.value
    np.testing.assert_allclose(found.arrays["levels"], levels, atol=1e-9)
    groups = [set(np.flatnonzero(layers == k).tolist()) for k in range(int(found.value))]
    network = nx.from_numpy_array(graph, create_using=nx.DiGraph)
    assert nx.community.modularity(network, groups) == pytest.approx(parts.value, abs=1e-12)
    means = np.array([levels[layers == k].mean() for k in range(len(groups))])
    inside = sum(((levels[layers == k] - means[k]) ** 2).sum() for k in range(len(groups)))
    between = 1.0 - inside / ((levels - levels.mean()) ** 2).sum()
    assert found.details["between"] == pytest.approx(between)
    assert (np.diff(means) >= 0.0).all()


def test_one_community_is_one_layer_and_lonely_neurons_are_in_none():
    complete = 1.0 - np.eye(6)
    found = layers_by_community(np.pad(complete, (0, 1)))
    assert found.value == 1
    assert found.details["between"] == 0.0
    assert found.arrays["layers"].tolist() == [0] * 6 + [-1]
    assert "closest" not in found.details


@pytest.mark.jit_only
def test_modules_in_no_order_are_not_layered():
    """Two modules with as many links one way as the other have the same mean level."""
    graph = np.kron(np.eye(2), 1.0 - np.eye(6))
    graph[0, 6] = graph[7, 1] = 1.0
    found = layers_by_community(graph, null=random_digraph(seed=3))
    assert found.details["closest"] == pytest.approx(0.0, abs=1e-9)
    assert found.p > 0.5
    row = layers_by_community(modules_in_a_row(4, 6), null=random_digraph(seed=3))
    assert row.p == 0.001


@pytest.mark.parametrize(
    ("graph", "options", "sentence"),
    [
        (np.zeros((3, 3)), {}, r"graph has 3 nodes and 0 links between different nodes; use at l"),
        (-modules_in_a_row(2, 3), {}, r"graph\[0, 1\] = -1 is not allowed; use weights of 0 or m"),
        (modules_in_a_row(2, 3), {"restarts": 0}, r"restarts = 0 is not allowed; use a whole num"),
        (modules_in_a_row(2, 3), {"seed": 0.5}, r"seed = 0\.5 is not allowed; use a whole number"),
    ],
)
def test_what_it_cannot_take_is_refused(graph, options, sentence):
    with pytest.raises(ParameterError, match=rf"^layers_by_community\.{sentence}"):
        layers_by_community(graph, **options)
