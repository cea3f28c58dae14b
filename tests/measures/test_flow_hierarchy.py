"""Flow hierarchy: the golden graphs, what must not change it, least squares by others."""

import importlib
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import lsmr

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph, from_links
from hal9lib.measures import flow_hierarchy as measure

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = json.loads((GOLDEN / "trophic.json").read_text())["cases"]
NULLS = json.loads((GOLDEN / "trophic_nulls.json").read_text())


def random_graph(seed, nodes=12, chance=0.3, weighted=True):
    generator = np.random.default_rng(seed)
    weights = generator.exponential(1.0, (nodes, nodes)) if weighted else np.ones((nodes, nodes))
    graph = np.where(generator.random((nodes, nodes)) < chance, weights, 0.0)
    np.fill_diagonal(graph, 0.0)
    graph[0, 1] = 1.0
    return graph


CALL = {"arrays": {"graph": random_graph(1)}, "options": {}}


def dense(case):
    graph = np.zeros((case["n"], case["n"]))
    for source, target, weight in case["edges"]:
        graph[source, target] = weight
    return graph


def layered(*sizes):
    layers = np.repeat(np.arange(len(sizes)), sizes)
    return (layers[:, None] + 1 == layers).astype(float)


def climbs(graph):
    """(links, nodes) incidence: what each link climbs, by root of its weight."""
    found = as_graph("test", graph)
    rows, root = np.arange(found.edges), np.sqrt(found.weights)
    places = (np.r_[rows, rows], np.r_[found.targets, found.sources])
    return sparse.csr_array((np.r_[root, -root], places), (found.edges, found.nodes)), root


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_golden_graphs_have_their_incoherence_and_levels(case):
    found = measure(dense(case))
    assert found.value == pytest.approx(case["F"], abs=1e-9)
    np.testing.assert_allclose(found.arrays["levels"], case["levels"], atol=1e-9)


def test_closed_forms():
    ring = np.roll(np.eye(7), 1, axis=1)
    assert measure(ring).value == 1.0
    assert measure(layered(2, 3, 4, 2)).value == pytest.approx(0.0, abs=1e-20)
    two_way = np.array([[0.0, 2.0], [2.0, 0.0]])
    assert measure(two_way).value == 1.0


@pytest.mark.parametrize("seed", range(6))
def test_dense_least_squares_agree(seed):
    graph = random_graph(seed, nodes=15, chance=0.1 + 0.1 * (seed % 3))
    matrix, root = climbs(graph)
    levels = np.linalg.lstsq(matrix.toarray(), root, rcond=None)[0]
    found = measure(graph)
    expected = ((matrix @ levels - root) ** 2).sum() / (root**2).sum()
    assert found.value == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(matrix @ found.arrays["levels"], matrix @ levels, atol=1e-10)


@pytest.mark.jit_only
def test_sparse_least_squares_by_scipy_agree_at_2000_nodes():
    generator = np.random.default_rng(3)
    graph = sparse.random_array((2_000, 2_000), density=0.002, rng=generator).tocsr()
    matrix, root = climbs(graph)
    levels = lsmr(matrix, root, atol=1e-14, btol=1e-14, maxiter=10_000)[0]
    found = measure(graph)
    expected = ((matrix @ levels - root) ** 2).sum() / (root**2).sum()
    assert found.value == pytest.approx(expected, abs=1e-10)
    np.testing.assert_allclose(matrix @ found.arrays["levels"], matrix @ levels, atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_on_trees_the_older_definition_of_networkx_is_the_same(seed):
    tree = nx.random_labeled_rooted_tree(30, seed=seed)
    down = nx.bfs_tree(tree, tree.graph["root"])
    down = nx.relabel_nodes(down, {node: node for node in sorted(down)}, copy=True)
    found = measure(down)
    older = nx.trophic_levels(down)
    assert found.value == pytest.approx(nx.trophic_incoherence_parameter(down), abs=1e-12)
    expected = [older[node] - 1.0 for node in down.nodes]
    np.testing.assert_allclose(found.arrays["levels"], expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_links_outside_cycles_are_the_flow_hierarchy_of_networkx(seed):
    graph = random_graph(seed, nodes=30, chance=0.05)
    network = nx.from_numpy_array(graph, create_using=nx.DiGraph)
    details = measure(graph).details
    assert 1.0 - details["links_in_cycles"] == pytest.approx(nx.flow_hierarchy(network))
    big = [part for part in nx.strongly_connected_components(network) if len(part) > 1]
    assert details["nodes_in_cycles"] == pytest.approx(sum(map(len, big)) / 30)


def test_one_link_back_closes_a_ring_and_is_reported_apart():
    chain = np.eye(5, k=1)
    assert measure(chain).details["links_in_cycles"] == 0.0
    chain[4, 1] = 1.0
    found = measure(chain)
    assert found.value == pytest.approx(0.8)
    assert (found.details["links_in_cycles"], found.details["nodes_in_cycles"]) == (0.8, 0.8)


graphs = st.integers(0, 10_000).map(lambda seed: random_graph(seed, 3 + seed % 9, 0.25))


@settings(max_examples=25, deadline=None)
@given(graph=graphs, seed=st.integers(0, 1_000))
def test_names_scale_direction_and_lonely_nodes_do_not_matter(graph, seed):
    found = measure(graph)
    levels = found.arrays["levels"]
    assert 0.0 <= found.value <= 1.0
    order = np.random.default_rng(seed).permutation(len(graph))
    renamed = measure(graph[np.ix_(order, order)])
    assert renamed.value == pytest.approx(found.value, abs=1e-12)
    np.testing.assert_allclose(renamed.arrays["levels"], levels[order], atol=1e-9)
    assert measure(graph * 7.5).value == pytest.approx(found.value, abs=1e-12)
    assert measure(graph * 7.5).interval == pytest.approx(found.interval, abs=1e-9)
    turned = measure(graph.T)
    assert turned.value == pytest.approx(found.value, abs=1e-12)
    parts = nx.weakly_connected_components(nx.from_numpy_array(graph, create_using=nx.DiGraph))
    for part in map(list, parts):
        mirrored = levels[part].max() - levels[part]
        np.testing.assert_allclose(turned.arrays["levels"][part], mirrored, atol=1e-9)
    alone = measure(np.pad(graph, (0, 2)))
    assert alone.value == pytest.approx(found.value, abs=1e-12)
    np.testing.assert_allclose(alone.arrays["levels"], np.r_[levels, 0.0, 0.0], atol=1e-9)


def test_parts_apart_have_their_own_zero_and_weigh_by_their_links():
    loop, chain = dense(CASES[2]), 5.0 * np.eye(3, k=1)
    both = np.zeros((6, 6))
    both[:3, :3], both[3:, 3:] = loop, chain
    found = measure(both)
    assert found.value == pytest.approx((3 / 9 + 0.0) / (3 + 10))
    np.testing.assert_allclose(found.arrays["levels"], [0, 2 / 3, 4 / 3, 0, 1, 2], atol=1e-12)
    assert found.details["components"] == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_is_that_of_leaving_out_each_link_in_turn(seed):
    graph = random_graph(seed, nodes=8, chance=0.5)
    graph[7, :] = graph[:, 7] = 0.0
    graph[0, 7] = 1.0  # a link that nothing else replaces
    whole, without = measure(graph), []
    for source, target in np.argwhere(graph > 0.0):
        less = graph.copy()
        less[source, target] = 0.0
        without.append(measure(less).value)
    without, m = np.array(without), len(without)
    unbiased = m * whole.value - (m - 1) * without.mean()
    assert whole.details["unbiased"] == pytest.approx(np.clip(unbiased, 0.0, 1.0), abs=1e-10)
    from scipy.stats import t

    half = t.ppf(0.975, m - 1) * ((m - 1) * without.var()) ** 0.5
    expected = min(whole.value, max(0.0, unbiased - half)), min(1.0, unbiased + half)
    assert whole.interval == pytest.approx(expected, abs=1e-10)


@pytest.mark.jit_only
def test_leverages_of_large_networks_are_near_the_exact_ones(monkeypatch):
    generator = np.random.default_rng(5)
    for edges, tolerance in ((1_200, 0.01), (3_000, 0.001)):
        places = generator.choice(500 * 499, edges, replace=False)
        sources, targets = np.divmod(places, 499)
        weights = generator.exponential(1.0, edges)
        graph = from_links(500, sources, targets + (targets >= sources), weights)
        exact = measure(graph)
        monkeypatch.setattr(importlib.import_module(measure.__module__), "_EXACT_NODES", 0)
        near = measure(graph)
        monkeypatch.undo()
        assert near.value == exact.value
        assert near.details["unbiased"] == pytest.approx(exact.details["unbiased"], rel=tolerance)


def test_a_random_network_without_direction_has_1_once_the_bias_is_taken_away():
    found = measure(random_graph(8, nodes=60, chance=0.2, weighted=False))
    assert found.value < 0.95
    assert found.details["unbiased"] == pytest.approx(1.0, abs=0.03)


@pytest.mark.jit_only
def test_with_few_links_a_neuron_the_interval_is_still_right_where_f_is_far_too_low():
    """Layers with strays, 5 links a neuron: the truth is F of the chances themselves."""
    layers = np.repeat(np.arange(4), 100)
    chances = np.where(layers[:, None] + 1 == layers, 0.05, 0.003)
    np.fill_diagonal(chances, 0.0)
    truth = measure(chances).value
    generator = np.random.default_rng(6)
    found = [measure(generator.random(chances.shape) < chances) for _ in range(40)]
    assert np.mean([one.value for one in found]) < 0.85 * truth
    assert np.mean([one.details["unbiased"] for one in found]) == pytest.approx(truth, rel=0.03)
    assert np.mean([truth in one for one in found]) > 0.8


def test_too_few_links_have_no_interval():
    for graph in (np.eye(6, k=1), np.roll(np.eye(6), 1, axis=1)):
        found = measure(graph)
        assert found.interval is None
        assert "unbiased" not in found.details


@pytest.mark.jit_only
def test_the_nulls_have_the_golden_means_and_spreads():
    """The golden file does not say how many draws it took; its means scatter as those of 10 do."""
    away = []
    for name in ("N100_E359", "N100_E420", "N400_E1454", "N31_E217", "N60_E468"):
        nodes, edges = (int(word[1:]) for word in name.split("_"))
        sources, targets = np.triu_indices(nodes, 1)
        graph = from_links(nodes, sources[:edges], targets[:edges], np.ones(edges))
        for null in (nulls.random_dag, nulls.random_digraph):
            details = measure(graph, null=null(seed=1, progress=False)).details
            mean, sd = NULLS[name][f"{null.__name__.replace('dag', 'DAG')}_F"]
            away.append((mean - details["null_mean"]) / details["null_sd"])
            assert 0.5 < sd / details["null_sd"] < 1.5
    assert np.abs(away).max() < 3.0 / 10**0.5
    assert abs(np.mean(away)) < 2.0 / 10.0


@pytest.mark.jit_only
def test_layers_lie_below_random_digraphs_and_below_random_graphs_without_cycles():
    graph = layered(6, 6, 6, 6)
    for null in (nulls.random_digraph(seed=1), nulls.random_dag(seed=1)):
        found = measure(graph, null=null)
        assert found.p == 0.001
        assert found.details["null_z"] < -5.0
        assert len(found.arrays["null_draws"]) == 999


def test_what_cannot_be_measured_says_why():
    with pytest.raises(ParameterError, match=r"^flow_hierarchy\.graph has 3 nodes and 0 links bet"):
        measure(np.eye(3))
    with pytest.raises(ParameterError, match=r"^flow_hierarchy\.graph has 1 nodes and 0 links"):
        measure([[1.0]])
    with pytest.raises(ParameterError, match=r"^flow_hierarchy\.graph\[0, 1\] = -1 is not allow"):
        measure([[0.0, -1.0], [0.0, 0.0]])
    generator = np.random.default_rng(2)
    wild = (generator.random((50, 50)) < 0.1) * 10.0 ** generator.uniform(-100, 100, (50, 50))
    with pytest.raises(
        ParameterError, match=r"levels were not found; its weights, from .*reach ov"
    ):
        measure(wild)


def test_self_loops_are_left_out_and_huge_weights_do_not_overflow():
    assert measure([[5.0, 1.0], [0.0, 0.0]]).value == 0.0
    assert measure(1e308 * np.eye(3, k=1)).value == 0.0
