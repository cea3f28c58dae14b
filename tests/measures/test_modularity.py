"""Modularity: closed forms, the golden club, what Leiden promises, two searches of networkx."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph
from hal9lib.measures import modularity
from hal9lib.nulls import random_digraph

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "graph.json").read_text())["cases"]
TRIANGLES = np.kron(np.eye(2), 1.0 - np.eye(3))
TRIANGLES[2, 3] = TRIANGLES[3, 2] = 1.0
CALL = {"arrays": {"graph": TRIANGLES}, "options": {}}


def club():
    found = nx.karate_club_graph()
    nx.set_edge_attributes(found, 1.0, "weight")
    return found


def groups_of(label):
    return [set(np.flatnonzero(label == c).tolist()) for c in np.unique(label)]


def random_graph(seed, nodes=40, chance=0.1):
    generator = np.random.default_rng(seed)
    there = (generator.random((nodes, nodes)) < chance) & ~np.eye(nodes, dtype=bool)
    return there * generator.uniform(0.5, 2.0, (nodes, nodes))


def test_the_karate_club_has_its_published_modularity():
    found = modularity(club(), restarts=2)
    assert found.value == pytest.approx(GOLDEN["karate"]["leiden_best_of_30"], rel=1e-13)
    assert round(found.value, 4) == GOLDEN["karate"]["published_max_modularity"]
    assert found.details["communities"] == 4


@pytest.mark.parametrize(("cliques", "size"), [(4, 5), (7, 4)])
def test_cliques_in_a_ring_are_the_communities(cliques, size):
    array = np.kron(np.eye(cliques), 1.0 - np.eye(size))
    for c in range(cliques):
        a, b = c * size, (c + 1) % cliques * size + 1
        array[a, b] = array[b, a] = 1.0
    inside = size * (size - 1)
    found = modularity(array)
    assert found.value == pytest.approx(inside / (inside + 2) - 1 / cliques, rel=1e-12)
    np.testing.assert_array_equal(found.arrays["communities"], np.repeat(range(cliques), size))


def test_a_complete_graph_has_none_and_one_community_gives_0():
    complete = 1.0 - np.eye(12)
    found = modularity(complete)
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert found.details["communities"] == 1
    assert modularity(TRIANGLES, communities=[7] * 6).value == pytest.approx(0.0, abs=1e-12)


def test_single_neurons_of_a_directed_ring():
    ring = np.roll(np.eye(5), 1, axis=1)
    assert modularity(ring, communities=range(5)).value == pytest.approx(-5 * (1 / 25))


@given(seed=st.integers(0, 10**6), directed=st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_given_partition_has_the_modularity_of_networkx(seed, directed):
    array = random_graph(seed)
    label = np.random.default_rng(seed).integers(0, 5, len(array))
    kind = nx.from_numpy_array(array, create_using=nx.DiGraph)
    if not directed:
        kind = nx.from_numpy_array(array + array.T)
    reference = nx.community.modularity(kind, groups_of(label))
    found = modularity(array, communities=label, directed=directed)
    assert found.value == pytest.approx(reference, abs=1e-12)
    if not directed:
        assert modularity(kind, communities=label).value == pytest.approx(reference, abs=1e-12)


@given(seed=st.integers(0, 10**6), chance=st.sampled_from([0.02, 0.05, 0.2]))
@settings(max_examples=20, deadline=None)
@pytest.mark.jit_only
def test_communities_hang_together_and_no_neuron_gains_by_leaving(seed, chance):
    """What Leiden guarantees; and Q is that of the partition given back, by networkx."""
    array = random_graph(seed, chance=chance)
    if not array.any():
        array[0, 1] = 1.0
    found = modularity(array, seed=seed, restarts=1)
    whole = nx.from_numpy_array(array, create_using=nx.DiGraph)
    groups = groups_of(found.arrays["communities"])
    assert all(nx.is_connected(whole.subgraph(group).to_undirected()) for group in groups)
    assert nx.community.modularity(whole, groups) == pytest.approx(found.value, abs=1e-12)
    sizes = [len(group) for group in groups]
    assert sizes == sorted(sizes, reverse=True)
    for neuron in range(0, len(array), 7):
        other = found.arrays["communities"].copy()
        for community in {*other.tolist(), len(array)}:
            other[neuron] = community
            assert modularity(array, communities=other).value <= found.value + 1e-9


@pytest.mark.jit_only
@pytest.mark.parametrize("seed", range(8))
def test_it_finds_at_least_what_louvain_finds(seed):
    network = nx.gnm_random_graph(150, 450, seed=seed, directed=bool(seed % 2))
    louvain = nx.community.louvain_communities(network, seed=seed)
    found = modularity(network, restarts=10).value
    assert found >= nx.community.modularity(network, louvain) - 1e-12


@pytest.mark.jit_only
def test_it_finds_the_largest_of_all_partitions_of_few_neurons():
    """Brute force over all 4,140 partitions of 8 neurons."""
    for seed in range(5):
        array = random_graph(seed, 8, 0.3)
        largest = max(modularity_of(array, np.array(label)) for label in partitions(8))
        assert modularity(array, restarts=20).value == pytest.approx(largest, abs=1e-12)


def modularity_of(array, label):
    same = label[:, None] == label
    total = array.sum()
    expected = np.outer(array.sum(axis=1), array.sum(axis=0)) / total
    return ((array - expected) * same).sum() / total


def partitions(nodes):
    if nodes == 0:
        yield []
        return
    for shorter in partitions(nodes - 1):
        yield from ([*shorter, c] for c in range(max(shorter, default=-1) + 2))


@pytest.mark.jit_only
def test_other_numbers_for_the_neurons_and_another_unit_of_weight_change_nothing():
    label = np.arange(60) // 15
    generator = np.random.default_rng(5)
    chance = np.where(label[:, None] == label, 0.6, 0.02)
    array = (generator.random((60, 60)) < chance) * (1.0 - np.eye(60))
    order = generator.permutation(60)
    found = modularity(array).value
    assert modularity(array[np.ix_(order, order)]).value == pytest.approx(found, abs=1e-12)
    assert modularity(1e-6 * array).value == pytest.approx(found, abs=1e-12)


def test_seeds_repeat_a_search():
    array = random_graph(3)
    first, again = (modularity(array, seed=4, restarts=1) for _ in range(2))
    assert first == again
    np.testing.assert_array_equal(first.arrays["communities"], again.arrays["communities"])


@pytest.mark.jit_only
def test_the_null_is_searched_as_hard_as_the_graph():
    found = modularity(club(), restarts=3, null=random_digraph(seed=2))
    assert found.p == 0.001
    assert 0.2 < found.details["null_mean"] < 0.4, "largest of chance, not the 0 of a partition"


def test_neurons_without_links_are_communities_of_their_own():
    found = modularity(np.pad(TRIANGLES, (0, 2)))
    assert found.value == pytest.approx(modularity(TRIANGLES).value)
    assert found.details["communities"] == 4
    loops = TRIANGLES + np.diag([3.0, 0, 0, 0, 0, 0])
    assert modularity(loops) == modularity(TRIANGLES), "self-loops are left out"
    assert modularity(as_graph("a", TRIANGLES)) == modularity(TRIANGLES)


@pytest.mark.parametrize(
    ("graph", "options", "sentence"),
    [
        (np.zeros((3, 3)), {}, r"graph has 3 nodes and 0 links between different nodes; use at le"),
        ([[0, -1.0], [1, 0]], {}, r"graph\[0, 1\] = -1 is not allowed; use weights of 0 or more"),
        (TRIANGLES, {"communities": [0, 1]}, r"communities has 2 values and the graph 6 nodes"),
        (TRIANGLES, {"communities": [0.5] * 6}, r"communities\[0\] = 0\.5 is not allowed; use who"),
        (TRIANGLES, {"restarts": 0}, r"restarts = 0 is not allowed; use a whole number from 1"),
        (TRIANGLES, {"seed": -1}, r"seed = -1 is not allowed"),
    ],
)
def test_what_it_cannot_take_is_refused(graph, options, sentence):
    with pytest.raises(ParameterError, match=rf"^modularity\.{sentence}"):
        modularity(graph, **options)
