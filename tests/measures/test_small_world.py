"""Small world: lattices by formula, the golden graph, networkx, random graphs that were drawn."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import small_world
from hal9lib.nulls import random_digraph

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "graph.json").read_text())["cases"]
BOW_TIE = np.zeros((5, 5))
BOW_TIE[[0, 0, 0, 0, 1, 3], [1, 2, 3, 4, 2, 4]] = 1.0
CALL = {"arrays": {"graph": BOW_TIE}, "options": {}}


def mean_distance(network):
    ways = [d for _, found in nx.all_pairs_shortest_path_length(network) for d in found.values()]
    return sum(ways) / sum(d > 0 for d in ways)


@pytest.mark.jit_only
def test_the_golden_small_world():
    golden = GOLDEN["small_world_WS"]
    network = nx.watts_strogatz_graph(golden["n"], golden["k"], golden["p"], seed=golden["nx_seed"])
    found = small_world(network, sources=1_000)
    assert found.details["C"] == pytest.approx(golden["C"], rel=1e-12)
    assert found.details["L"] == pytest.approx(golden["L"], rel=1e-12)
    assert found.value == pytest.approx(36.0, abs=0.1), "as stated beside the reference's 34.5"
    # What differs is the reference: one drawn graph there, the expected one here.
    assert found.details["L_rand"] == pytest.approx(golden["L_rand"], rel=0.002)
    assert found.details["C_rand"] == pytest.approx(10 / 999)
    drawn = (found.details["C"] / golden["C_rand"]) / (found.details["L"] / golden["L_rand"])
    assert drawn == pytest.approx(golden["sigma"], rel=1e-9)


def test_the_karate_club():
    found = small_world(nx.karate_club_graph()).details
    assert found["C"] == pytest.approx(GOLDEN["karate"]["avg_clustering_nx"], rel=1e-12)
    assert found["L"] == pytest.approx(GOLDEN["karate"]["avg_path_igraph"], rel=1e-12)


@given(seed=st.integers(0, 10**6), links=st.integers(20, 120))
@settings(max_examples=20, deadline=None)
def test_clustering_and_distances_are_those_of_networkx(seed, links):
    network = nx.gnm_random_graph(30, links, seed=seed, directed=True)
    both = network.to_undirected()
    found = small_world(network).details
    assert found["C"] == pytest.approx(nx.average_clustering(both), abs=1e-12)
    assert found["L"] == pytest.approx(mean_distance(both), rel=1e-12)
    parts = [len(part) for part in nx.connected_components(both)]
    assert found["connected"] == pytest.approx(sum(n * (n - 1) for n in parts) / (30 * 29))


@pytest.mark.parametrize("degree", [4, 6])
def test_a_ring_lattice_by_formula(degree):
    found = small_world(nx.watts_strogatz_graph(41, degree, 0.0)).details
    assert found["C"] == pytest.approx(0.75 * (degree - 2) / (degree - 1))
    steps = np.ceil(np.arange(1, 21) / (degree / 2))
    assert found["L"] == pytest.approx(steps.mean())
    assert found["omega"] < 0.0


def test_a_complete_graph_is_its_own_reference_and_no_triangle_is_no_small_world():
    complete = small_world(1.0 - np.eye(9))
    assert complete.value == pytest.approx(1.0)
    assert (complete.details["C"], complete.details["L"]) == (1.0, 1.0)
    assert small_world(nx.complete_bipartite_graph(4, 5)).value == 0.0


def test_direction_weight_and_numbers_of_neurons_change_nothing():
    whole = small_world(BOW_TIE)
    assert small_world(BOW_TIE.T) == small_world(BOW_TIE + BOW_TIE.T) == whole
    assert small_world(7.0 * BOW_TIE) == whole
    order = [3, 1, 4, 0, 2]
    assert small_world(BOW_TIE[np.ix_(order, order)]).value == pytest.approx(whole.value)
    assert whole.interval == (whole.value, whole.value), "all sources leave no doubt"


@pytest.mark.jit_only
@pytest.mark.parametrize(
    ("nodes", "links", "within"),
    [(1_000, 5_000, 0.01), (200, 400, 0.015), (50, 150, 0.02), (200, 14_000, 0.002)],
)
def test_the_reference_is_that_of_graphs_that_are_drawn(nodes, links, within):
    drawn = [small_world(nx.gnm_random_graph(nodes, links, seed=s), sources=nodes).details
             for s in range(20)]  # fmt: skip
    length = np.mean([found["L"] for found in drawn])
    assert drawn[0]["L_rand"] == pytest.approx(length, rel=within)
    clustered = np.array([found["C"] for found in drawn])
    error = clustered.std(ddof=1) / 20**0.5
    assert drawn[0]["C_rand"] == pytest.approx(clustered.mean(), abs=4.0 * error)


@pytest.mark.jit_only
def test_sources_are_drawn_and_the_interval_says_what_that_costs():
    network = nx.watts_strogatz_graph(400, 6, 0.1, seed=1)
    truth = small_world(network, sources=400).value
    some = [small_world(network, sources=40, seed=s) for s in range(200)]
    assert np.mean([found.value for found in some]) == pytest.approx(truth, rel=0.005)
    assert 180 <= sum(truth in found for found in some) <= 199
    assert some[0].details["sources"] == 40
    assert some[0].value != some[1].value


@pytest.mark.jit_only
def test_against_random_digraphs():
    found = small_world(nx.watts_strogatz_graph(50, 6, 0.1, seed=2), null=random_digraph(seed=1))
    assert found.p == 0.001


@pytest.mark.parametrize(
    ("graph", "options", "sentence"),
    [
        (np.zeros((4, 4)), {}, r"graph has 4 nodes and 0 links between different nodes; use at l"),
        (np.eye(4, k=1) * [0, 1, 0, 0], {}, r"graph has a mean degree of 0\.5; use more than 1"),
        (BOW_TIE, {"sources": 1}, r"sources = 1 is not allowed; use a whole number from 2"),
        (BOW_TIE, {"seed": -1}, r"seed = -1 is not allowed; use a whole number from 0"),
        (-BOW_TIE, {}, r"graph\[0, 1\] = -1 is not allowed; use weights of 0 or more"),
    ],
)
def test_what_it_cannot_take_is_refused(graph, options, sentence):
    with pytest.raises(ParameterError, match=rf"^small_world\.{sentence}"):
        small_world(graph, **options)
