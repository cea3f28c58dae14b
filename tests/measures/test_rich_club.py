"""Rich club: golden values, a library, a planted club, what is refused."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.measures import rich_club

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "graph.json").read_text())
CALL = {
    "arrays": {"graph": np.triu(np.random.default_rng(1).random((20, 20)) < 0.3, 1).astype(float)},
    "options": {},
}


def random_graph(seed, nodes=30, chance=0.2):
    return nx.gnp_random_graph(nodes, chance, seed=seed)


def test_the_golden_karate_club_has_its_values():
    phi = rich_club(nx.karate_club_graph(), degree=0).arrays["phi"]
    expected = GOLDEN["cases"]["karate"]["nx_rich_club"]
    assert len(expected) == 16
    for k, value in expected.items():
        assert phi[int(k)] == pytest.approx(value, abs=1e-12)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_a_library_agrees_at_every_degree(seed):
    graph = random_graph(seed)
    theirs = nx.rich_club_coefficient(graph, normalized=False)
    found = rich_club(graph, degree=0)
    assert found.arrays["k"].tolist() == list(range(len(found.arrays["k"])))
    for k, value in zip(found.arrays["k"].tolist(), found.arrays["phi"].tolist(), strict=True):
        assert value == pytest.approx(theirs[k], abs=1e-12)


def test_a_complete_graph_is_a_club_at_every_degree():
    found = rich_club(nx.complete_graph(6))
    assert found.value == 1.0
    assert (found.arrays["phi"] == 1.0).all()
    assert found.interval[1] == 1.0


def test_direction_weight_order_and_loops_do_not_matter():
    graph = random_graph(3)
    dense = nx.to_numpy_array(graph)
    found = rich_club(dense, degree=5)
    once = np.triu(dense) * 7.5 + np.eye(30)
    order = np.random.default_rng(1).permutation(30)
    assert rich_club(once, degree=5) == found
    assert rich_club(once.T[order][:, order], degree=5) == found


def test_without_a_degree_the_club_is_a_tenth_of_the_neurons_or_less():
    found = rich_club(random_graph(4, nodes=200))
    assert 2 <= found.details["members"] <= 20
    wider = rich_club(random_graph(4, nodes=200), degree=found.details["degree"] - 1)
    assert wider.details["members"] > 20


def planted_club():
    generator = np.random.default_rng(5)
    hub = np.arange(120) < 20
    chance = np.where(hub[:, None] & hub, 0.8, np.where(hub[:, None] | hub, 0.15, 0.05))
    upper = np.triu(generator.random((120, 120)) < chance, 1)
    return (upper | upper.T).astype(float)


@pytest.mark.jit_only
def test_a_planted_club_is_richer_than_its_degrees_say():
    found = rich_club(planted_club(), degree=18, null=nulls.rewired(undirected=True, seed=1))
    assert found.p == 0.001
    assert found.details["members"] == 20
    assert found.details["normalised"] > 1.1
    k = list(found.arrays["k"]).index(18)
    assert found.arrays["phi_null"][k] == pytest.approx(found.details["null_mean"])
    np.testing.assert_allclose(found.arrays["phi_null"][0], found.arrays["phi"][0])


@pytest.mark.jit_only
def test_hubs_that_link_at_random_are_no_club():
    graph = nx.to_numpy_array(nx.barabasi_albert_graph(150, 3, seed=2))
    surrogate = nulls.rewired(undirected=True, seed=7).surrogate(graph)
    found = rich_club(surrogate, null=nulls.rewired(undirected=True, seed=3))
    assert found.p > 0.02
    assert found.details["normalised"] == pytest.approx(1.0, abs=0.4)


def test_a_surrogate_without_such_a_club_counts_as_0():
    graph = nx.to_numpy_array(nx.complete_graph(5))
    padded = np.zeros((40, 40))
    padded[:5, :5] = graph
    found = rich_club(padded, degree=3, null=nulls.random_digraph(seed=1))
    assert found.p < 0.1
    assert (found.arrays["null_draws"] == 0.0).mean() > 0.9


@pytest.mark.parametrize(
    ("graph", "options", "sentence"),
    [
        (np.zeros((3, 3)), {}, r"rich_club\.graph has 3 nodes and 0 links"),
        (nx.star_graph(5), {"degree": 1}, r"rich_club\.degree = 1 is not allowed; .* 0 to 0"),
        (nx.path_graph(4), {"degree": -1}, r"rich_club\.degree = -1 is not allowed"),
        (nx.path_graph(4), {"degree": 0.5}, r"rich_club\.degree = 0\.5 is not allowed"),
        (-np.ones((2, 2)), {}, r"rich_club\.graph\[0, 0\] = -1 is not allowed"),
    ],
)
def test_what_has_no_club_says_why(graph, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        rich_club(graph, **options)
