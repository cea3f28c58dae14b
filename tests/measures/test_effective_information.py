"""Effective information: the golden graphs, mutual information by scikit-learn, identities."""

import json
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.measures import effective_information as measure

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden/effective_information_net.json").read_text()
)
KARATE = nx.to_numpy_array(nx.karate_club_graph(), weight=None)


def random_graph(seed, nodes=12, chance=0.3):
    generator = np.random.default_rng(seed)
    graph = (generator.random((nodes, nodes)) < chance) * generator.exponential(1.0, (nodes, nodes))
    graph[0, 1] = 1.0
    return graph


CALL = {"arrays": {"graph": random_graph(1)}, "options": {}}

SHAPES = {
    "ring lattice directed n=8": np.roll(np.eye(8), 1, axis=1),
    "complete no self n=8": 1.0 - np.eye(8),
    "star n=9 undirected": nx.to_numpy_array(nx.star_graph(8)),
    "karate unweighted": KARATE,
    "chain directed n=5": np.eye(5, k=1),
}


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=[case["name"] for case in GOLDEN["cases"]])
def test_the_golden_graphs_have_their_value(case):
    found = measure(SHAPES[case["name"]])
    assert found.value == pytest.approx(case["EI_bits"], abs=1e-12)
    assert found.details["effectiveness"] == pytest.approx(case["eff"], abs=1e-12)


def test_closed_forms():
    assert measure(np.ones((6, 6))).value == 0.0, "a step ends anywhere, wherever it began"
    assert measure(np.eye(6)).value == pytest.approx(math.log2(6)), "self-loops are steps that stay"
    for n in (3, 10):
        complete = 1.0 - np.eye(n)
        assert measure(complete).value == pytest.approx(math.log2(n) - math.log2(n - 1))
    star = np.zeros((5, 5))
    star[0, 1:] = 1.0
    assert measure(star).value == 0.0, "one source tells nothing"
    assert measure(star).interval is None
    assert measure([[2.0]]).value == measure([[2.0]]).details["effectiveness"] == 0.0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.sampled_from([0.1, 0.3, 0.6, 1.0]))
def test_it_is_the_mutual_information_of_where_a_step_begins_and_ends(seed, chance):
    graph = (random_graph(seed, 2 + seed % 9, chance) > 0.0).astype(float)
    counts = 2_520 * graph[graph.any(axis=1)]  # scikit-learn counts whole numbers; 2,520 / 1 to 10
    counts /= graph.sum(axis=1, keepdims=True)[graph.any(axis=1)]
    library = mutual_info_score(None, None, contingency=counts.round().astype(int))
    assert measure(graph).value == pytest.approx(library / math.log(2.0), abs=1e-12)


graphs = st.integers(0, 10_000).map(lambda seed: random_graph(seed, 2 + seed % 20, 0.2))


@settings(max_examples=30, deadline=None)
@given(graph=graphs, seed=st.integers(0, 1_000))
def test_names_and_the_scale_of_each_row_do_not_matter(graph, seed):
    found = measure(graph)
    assert 0.0 <= found.value <= math.log2(len(graph)) + 1e-12
    order = np.random.default_rng(seed).permutation(len(graph))
    assert measure(graph[np.ix_(order, order)]).value == pytest.approx(found.value, abs=1e-12)
    scaled = graph * np.random.default_rng(seed).uniform(0.5, 2.0, (len(graph), 1))
    assert measure(scaled).value == pytest.approx(found.value, abs=1e-12), "rows are shares"


def test_details_are_the_parts_of_the_definition():
    steps = random_graph(3, chance=0.5)
    steps /= steps.sum(axis=1, keepdims=True)
    details, n = measure(steps).details, len(steps)
    own = np.mean([entropy(row, base=2) for row in steps])
    assert details["determinism_bits"] == pytest.approx(math.log2(n) - own)
    assert details["degeneracy_bits"] == pytest.approx(
        math.log2(n) - entropy(steps.mean(axis=0), base=2)
    )
    difference = details["determinism_bits"] - details["degeneracy_bits"]
    assert measure(steps).value == pytest.approx(difference)


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_is_that_of_leaving_out_each_source_in_turn(seed):
    from scipy.stats import t

    graph = random_graph(seed, nodes=10)
    graph[7] = 0.0
    rows = np.flatnonzero(graph.sum(axis=1))
    whole, without = measure(graph), []
    for row in rows:
        less = graph.copy()
        less[row] = 0.0
        without.append(measure(less).value)
    without, n = np.array(without), len(rows)
    unbiased = n * whole.value - (n - 1) * without.mean()
    half = t.ppf(0.975, n - 1) * ((n - 1) * without.var()) ** 0.5
    most = math.log2(10)
    assert whole.details["unbiased"] == pytest.approx(min(most, unbiased), abs=1e-10)
    expected = min(whole.value, unbiased - half), min(most, unbiased + half)
    assert whole.interval == pytest.approx(expected, abs=1e-10)


def test_what_few_links_take_from_it_is_given_back():
    generator = np.random.default_rng(4)
    ranks = (generator.random((200, 200)) + np.eye(200)).argsort(axis=1).argsort(axis=1)
    found = measure(ranks < 16)
    truth = math.log2(200) - 4.0
    assert truth - found.value == pytest.approx(1 / (2 * 16 * math.log(2.0)), rel=0.1)
    assert found.details["unbiased"] == pytest.approx(truth, abs=0.01)


@pytest.mark.jit_only
def test_a_ring_is_surer_and_a_star_less_sure_than_a_random_digraph():
    for graph, sign in ((np.roll(np.eye(20), 1, axis=1), 1), (nx.star_graph(19), -1)):
        found = measure(graph, null=nulls.random_digraph(seed=1))
        assert found.p == 0.002
        assert np.sign(found.details["null_z"]) == sign


def test_what_cannot_be_measured_says_why():
    with pytest.raises(ParameterError, match=r"^effective_information\.graph has 2 nodes and 0 li"):
        measure(np.zeros((2, 2)))
    with pytest.raises(ParameterError, match=r"^effective_information\.graph\[1, 0\] = -2 is not "):
        measure([[0.0, 1.0], [-2.0, 0.0]])
