"""The share of links to the next layer: by hand, networkx's mixing matrix, its interval."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph
from hal9lib.measures import adjacent_link_share as measure


def random_graph(seed, nodes=20, chance=0.3):
    generator = np.random.default_rng(seed)
    graph = (generator.random((nodes, nodes)) < chance) * generator.exponential(1.0, (nodes, nodes))
    np.fill_diagonal(graph, 0.0)
    graph[0, 1] = 1.0
    return graph


def random_layers(seed, nodes=20, layers=4):
    return np.random.default_rng(seed).integers(0, layers, nodes)


CALL = {"arrays": {"graph": random_graph(1), "layers": random_layers(1)}, "options": {}}

LAYERS = np.repeat(np.arange(4), [2, 3, 3, 2])
CHAIN = (LAYERS[:, None] + 1 == LAYERS).astype(float)


def test_links_to_the_next_layer_alone_are_1_and_turned_round_0():
    found = measure(CHAIN, LAYERS)
    assert found.value == 1.0
    assert found.arrays["distances"].tolist() == [1]
    low, high = found.interval
    assert low == pytest.approx(1 / (1 + t.ppf(0.975, 7) ** 2 / 8)), "8 sources, none astray"
    assert high == 1.0
    turned = measure(CHAIN.T, LAYERS)
    assert (turned.value, turned.details["previous_layer"]) == (0.0, 1.0)


def test_every_distance_by_hand():
    graph = np.zeros((5, 5))
    for source, target, weight in (
        (0, 1, 4),
        (1, 2, 1),
        (0, 2, 2),
        (2, 1, 1),
        (3, 0, 1),
        (4, 1, 1),
    ):
        graph[source, target] = weight
    found = measure(graph, [0, 1, 2, 3, 1])
    assert found.value == pytest.approx(2 / 6)
    assert found.arrays["distances"].tolist() == [-3, -1, 0, 1, 2]
    np.testing.assert_allclose(found.arrays["share_by_distance"], np.array([1, 1, 1, 2, 1]) / 6)
    names = "same_layer", "previous_layer", "further_ahead", "further_back"
    assert [found.details[name] for name in names] == pytest.approx([1 / 6] * 4)
    assert (found.details["links"], found.details["sources"]) == (6, 5)
    assert measure(graph, [0, 1, 2, 3, 1], by_weight=True).value == pytest.approx(5 / 10)


def test_the_strongest_links_and_their_ties():
    graph = np.zeros((4, 4))
    for target, weight in ((1, 3.0), (2, 2.0), (3, 2.0)):
        graph[0, target] = weight
    graph[1, 0] = 1.0
    layers = [0, 1, 2, 1]
    assert measure(graph, layers, strongest=0.25).value == 1.0
    tied = measure(graph, layers, strongest=0.5)
    assert tied.details["links"] == 3, "the second and third are equally strong"
    assert tied.value == pytest.approx(2 / 3)
    assert measure(graph, layers, strongest=1.0).value == pytest.approx(2 / 4)
    assert measure(graph, layers, strongest=1e-9).details["links"] == 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), by_weight=st.booleans())
def test_the_mixing_matrix_of_networkx_has_it_above_its_diagonal(seed, by_weight):
    nodes = 3 + seed % 20
    graph, layers = random_graph(seed, nodes), random_layers(seed, nodes)
    found = measure(graph, layers, by_weight=by_weight)
    assert found.arrays["share_by_distance"].sum() == pytest.approx(1.0)
    if not by_weight:
        network = nx.from_numpy_array(graph, create_using=nx.DiGraph)
        nx.set_node_attributes(network, dict(enumerate(layers.tolist())), "layer")
        places = {layer: layer for layer in range(4)}
        mixing = nx.attribute_mixing_matrix(network, "layer", mapping=places)
        assert found.value == pytest.approx(np.trace(mixing, 1))
        assert found.details["same_layer"] == pytest.approx(np.trace(mixing))
        assert found.details["previous_layer"] == pytest.approx(np.trace(mixing, -1))
    order = np.random.default_rng(seed).permutation(nodes)
    renamed = measure(graph[np.ix_(order, order)], layers[order], by_weight=by_weight)
    assert renamed.value == pytest.approx(found.value)
    assert renamed.interval == pytest.approx(found.interval)
    mirrored = measure(graph.T, layers.max() - layers, by_weight=by_weight)
    assert mirrored.value == pytest.approx(found.value), "turned round, and counted from the top"
    assert measure(graph * 3.0, layers + 5, by_weight=by_weight).value == pytest.approx(found.value)


def test_of_independent_links_the_interval_is_wilsons_by_scipy():
    generator = np.random.default_rng(2)
    near = generator.random(400) < 0.3
    sources, targets = np.arange(400), np.where(near, 401, 400)
    graph = np.zeros((402, 402))
    graph[sources, targets] = 1.0
    found = measure(graph, np.r_[np.zeros(401, int), 1])
    wilson = binomtest(int(near.sum()), 400).proportion_ci(method="wilson")
    assert found.value == pytest.approx(near.mean())
    assert found.interval == pytest.approx((wilson.low, wilson.high), abs=5e-4)


def test_the_sample_size_of_the_interval_has_the_spread_over_sources():
    """The spread by leaving out one source at a time, slowly."""
    graph, layers = random_graph(5, nodes=60), random_layers(5, nodes=60)
    links = as_graph("test", graph)
    near = layers[links.targets] == layers[links.sources] + 1
    without = np.array([near[links.sources != node].mean() for node in range(60)])
    variance = 59 / 60 * ((without - without.mean()) ** 2).sum()
    share = near.mean()
    q = t.ppf(0.975, 59) ** 2 * variance / (share * (1 - share))
    half = math.sqrt(q * share * (1 - share) + q * q / 4) / (1 + q)
    low, high = measure(graph, layers).interval
    assert high - low == pytest.approx(2 * half, rel=0.01)


def test_links_that_come_in_bundles_are_worth_less():
    """Ten links of one source that all go the same way are one observation, not ten."""
    generator = np.random.default_rng(3)
    graph, layers = np.zeros((60, 60)), np.repeat([0, 1, 2], 20)
    for source in range(20):
        graph[source, 20 * generator.integers(1, 3) + np.arange(10)] = 1.0
    low, high = measure(graph, layers).interval
    wilson = binomtest(100, 200).proportion_ci(method="wilson")
    assert high - low > 2.5 * (wilson.high - wilson.low)


def test_one_source_has_no_interval():
    assert measure([[0.0, 1.0], [0.0, 0.0]], [0, 1]).interval is None


@pytest.mark.jit_only
def test_nulls_of_labels_and_of_graphs_find_a_chain():
    graph = CHAIN + 0.1 * random_graph(3, 10, 0.1)
    for null in (nulls.layer_permutation(seed=1), nulls.random_digraph(seed=1)):
        found = measure(graph, LAYERS, strongest=0.8, null=null)
        assert found.p == 0.001
        assert len(found.arrays["null_draws"]) == 999


def test_labels_dealt_at_random_have_the_mean_that_is_stated():
    layers = np.repeat(np.arange(5), 20)
    found = measure(random_graph(1, 100, 0.1), layers, null=nulls.layer_permutation(seed=2))
    expected = 4 / 25 * 100 / 99
    error = found.details["null_sd"] / 999**0.5
    assert found.details["null_mean"] == pytest.approx(expected, abs=4.0 * error)


def test_what_cannot_be_measured_says_why():
    refused = [
        ({"graph": np.eye(4)}, r"\.graph has 4 nodes and 0 links between different nodes"),
        ({"graph": -CHAIN}, r"\.graph\[0, 2\] = -1 is not allowed"),
        ({"layers": LAYERS[:-1]}, r"\.layers has 9 values and the graph 10 nodes"),
        ({"layers": LAYERS - 1}, r"\.layers\[0\] = -1 is not allowed; use whole numbers from 0"),
        ({"layers": LAYERS + 0.5}, r"\.layers\[0\] = 0\.5 is not allowed"),
        (
            {"strongest": 0.0},
            r"\.strongest = 0\.0 is not allowed; use a finite number above 0 up t",
        ),
        ({"strongest": 1.1}, r"\.strongest = 1\.1 is not allowed"),
        ({"null": nulls.jittered_spikes(width_ms=5.0)}, r"needs a null model of graph"),
    ]
    for wrong, sentence in refused:
        with pytest.raises(ParameterError, match=rf"^adjacent_link_share.*{sentence}"):
            measure(**({"graph": CHAIN, "layers": LAYERS} | wrong))
