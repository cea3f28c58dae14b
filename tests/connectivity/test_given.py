"""Synapses given as arrays, matrices and graphs: the same ones come back, with their values."""

import json

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import hal9lib as hal9
from connectivity.asked import asked, pairs, population
from hal9lib import connectivity
from hal9lib.errors import ParameterError
from hal9lib.network import Network

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 6)), max_size=60)


def as_the_engine_has_them(rule, source, target, name="weight"):
    """(source, target, value) of each synapse, by `order` and the offsets in `data`."""
    starts, found = asked(rule, source, target)
    offsets = rule.data(source, target)[: target.size + 1]
    assert np.array_equal(offsets, starts)
    values = rule.values[name].array[rule.order]
    onto = np.repeat(np.arange(target.size), np.diff(starts))
    return sorted(zip(found.tolist(), onto.tolist(), values.tolist(), strict=True))


@settings(deadline=None, max_examples=60)
@given(PAIRS)
def test_arrays_come_back_in_the_order_that_the_rule_tells(given_pairs):
    given_sources = np.array([s for s, _ in given_pairs], np.int64)
    given_targets = np.array([t for _, t in given_pairs], np.int64)
    rule = connectivity.from_arrays(given_sources, given_targets)
    source, target = population(12), population(7, "target")
    sources, targets = pairs(rule, source, target)
    assert np.array_equal(sources, given_sources[rule.order])
    assert np.array_equal(targets, given_targets[rule.order])
    assert np.array_equal(np.sort(rule.order), np.arange(len(given_pairs)))
    offsets = rule.data(source, target)[:8]
    assert np.array_equal(offsets, np.searchsorted(np.sort(given_targets), np.arange(8)))
    degrees = np.bincount(given_targets, minlength=7)
    assert rule.size(source, target) == (len(given_pairs), degrees.max())


def test_synapses_of_one_pair_keep_their_order():
    rule = connectivity.from_arrays([3, 1, 3, 3], [0, 0, 0, 1])
    assert rule.order.tolist() == [1, 0, 2, 3]


def test_a_sparse_matrix_comes_back():
    matrix = sparse.random_array(
        (60, 40), density=0.1, rng=np.random.default_rng(2), data_sampler=lambda size: np.ones(size)
    ).tocoo()
    matrix.data[:] = np.random.default_rng(3).normal(size=matrix.nnz)
    source, target = population(60), population(40, "target")
    for form in (matrix, matrix.tocsr(), matrix.tocsc(), sparse.coo_matrix(matrix)):
        rule = connectivity.from_matrix(form)
        synapses = as_the_engine_has_them(rule, source, target)
        assert len(synapses) == matrix.nnz > 200
        back = sparse.coo_array(
            ([v for *_, v in synapses], ([s for s, *_ in synapses], [t for _, t, _ in synapses])),
            shape=(60, 40),
        )
        assert abs(back - matrix).sum() == 0.0


def test_a_dense_matrix_comes_back_negative_entries_included():
    matrix = np.random.default_rng(4).normal(size=(8, 5)) * (
        np.random.default_rng(5).random((8, 5)) < 0.5
    )
    rule = connectivity.from_matrix(matrix)
    back = np.zeros((8, 5))
    for s, t, v in as_the_engine_has_them(rule, population(8), population(5, "target")):
        back[s, t] += v
    assert np.array_equal(back, matrix)
    assert (matrix < 0).any()
    assert connectivity.from_matrix(matrix != 0).values["weight"].array.tolist() == [1.0] * len(
        rule.order
    )


def test_sparse_entries_named_twice_are_added_and_zeros_are_none():
    matrix = sparse.coo_array(([0.5, 0.25, 0.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    rule = connectivity.from_matrix(matrix)
    cells = population(2)
    assert as_the_engine_has_them(rule, cells, cells) == [(0, 1, 0.75)]


@pytest.mark.parametrize("kind", [networkx.DiGraph, networkx.Graph, networkx.MultiDiGraph])
def test_a_networkx_graph_comes_back_with_its_weights_and_delays(kind):
    rng = np.random.default_rng(6)
    graph = kind()
    graph.add_nodes_from("abcdefghij")
    for _ in range(40):
        a, b = rng.choice(list("abcdefghij"), 2)
        graph.add_edge(
            a, b, weight=float(rng.random()), delay_ms=float(rng.integers(1, 9)), kind="x"
        )
    rule = connectivity.from_networkx(graph)
    assert set(rule.values) == {"weight", "delay_ms"}
    cells = population(10)
    back = networkx.MultiDiGraph()
    back.add_nodes_from("abcdefghij")
    weights = as_the_engine_has_them(rule, cells, cells)
    delays = as_the_engine_has_them(rule, cells, cells, "delay_ms")
    edges = graph.to_directed().edges(data=True)
    letters = "abcdefghij"
    assert [(letters[s], letters[t], w) for s, t, w in weights] == sorted(
        (a, b, v["weight"]) for a, b, v in edges
    )
    assert [(letters[s], letters[t], d) for s, t, d in delays] == sorted(
        (a, b, v["delay_ms"]) for a, b, v in edges
    )
    assert len(weights) >= 30


def test_a_network_with_given_synapses_goes_through_json():
    network = hal9.Network(seed=3)
    cells = network.add(hal9.neurons.lif(), 200, name="cells")
    rng = np.random.default_rng(7)
    sources, targets = rng.integers(0, 200, (2, 500))
    rule = connectivity.from_arrays(sources, targets)
    weights = rng.normal(size=500)
    network.connect(
        cells, cells, rule, weight_mv=weights, delay_ms=rng.integers(1, 20, 500) * 0.1
    )  # fmt: skip
    text = json.dumps(network.description())
    again = Network.from_description(json.loads(text))
    assert again.description() == network.description()
    projection = again.projections[0]
    assert projection.weight.array.tobytes() == weights.tobytes()
    assert np.array_equal(projection.connectivity.order, rule.order)
    assert np.array_equal(pairs(projection.connectivity, cells, cells)[0], sources[rule.order])


def test_populations_of_another_size_are_refused():
    square = connectivity.from_matrix(np.eye(3))
    with pytest.raises(ParameterError, match="from_matrix is for 3 sources, and the source popul"):
        square.size(population(4), population(3))
    with pytest.raises(ParameterError, match="the target population has 2 neurons; use a populat"):
        square.size(population(3), population(2))
    shaped = connectivity.from_arrays([0], [1], shape=(5, 5))
    assert shaped.size(population(5), population(5)) == (1, 1)
    with pytest.raises(ParameterError, match="from_arrays is for 5 sources"):
        shaped.size(population(6), population(5))
    rule = connectivity.from_arrays([0, 7, 9], [1, 0, 1])
    with pytest.raises(ParameterError, match=r"from_arrays.sources\[2\] = 9 is not allowed; the"):
        rule.size(population(8), population(8))
    with pytest.raises(
        ParameterError, match=r"from_arrays.targets\[0\] = 1 is not allowed; the ta"
    ):
        rule.size(population(10), population(1))
