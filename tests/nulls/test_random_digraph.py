"""The numbers of nodes and links are kept exactly, and every such graph comes up as often."""

import json
from collections import Counter
from math import comb
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import Graph, as_graph
from hal9lib.nulls._places import distinct

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/trophic_nulls.json").read_text())
SIZES = [key for key in GOLDEN if key != "note"]


def any_graph(nodes, links, weights=None):
    """The first places of a square without its diagonal."""
    sources, others = np.divmod(np.arange(links), nodes - 1)
    weights = np.ones(links) if weights is None else weights
    return Graph(nodes, sources, others + (others >= sources), weights)


def trophic_incoherence(graph):
    """F of MacKay, Johnson & Sansom 2020, from its definition, with dense arrays."""
    array = graph.dense()
    laplacian = np.diag(array.sum(0) + array.sum(1)) - array - array.T
    # A level of all that is linked can be added; the small number chooses one.
    level = np.linalg.solve(laplacian + 1e-9 * np.eye(len(array)), array.sum(0) - array.sum(1))
    step = level[None, :] - level[:, None] - 1.0
    return float((array * step**2).sum() / array.sum())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["random_digraph", "random_dag"])
def test_trophic_incoherence_is_that_of_the_golden_file(name, size):
    """At the sizes of networks that grew."""
    nodes, links = (int(part[1:]) for part in size.split("_"))
    draws = 8 if nodes > 300 else 20
    null = nulls.load(name)(seed=2)
    graph = any_graph(nodes, links)
    found = [trophic_incoherence(null.surrogate(graph, k)) for k in range(draws)]
    key = {"random_digraph": "random_digraph_F", "random_dag": "random_DAG_F"}[name]
    mean, sd = GOLDEN[size][key]
    assert abs(np.mean(found) - mean) < sd
    assert 0.3 < np.std(found, ddof=1) / sd < 3.0


@pytest.mark.parametrize(("nodes", "links"), [(3, 2), (3, 5), (4, 2)])
def test_every_set_of_links_comes_up_as_often(nodes, links):
    null, graph = nulls.random_digraph(seed=5), any_graph(nodes, links)
    cells = comb(nodes * (nodes - 1), links)
    count = Counter(null.surrogate(graph, k).dense().tobytes() for k in range(50 * cells))
    assert len(count) == cells
    distance = sum((one - 50) ** 2 / 50 for one in count.values())
    assert chi2.sf(distance, cells - 1) > 0.001


def test_nodes_links_and_weights_are_kept_and_nothing_else():
    weights = np.random.default_rng(1).random(300)
    graph = any_graph(100, 300, weights)
    found = nulls.random_digraph(seed=1).surrogate(graph)
    assert repr(found) == "Graph(100 nodes, 300 edges)"
    np.testing.assert_array_equal(np.sort(found.weights), np.sort(weights))
    assert not np.array_equal(found.weights, weights)
    place = found.sources * 100 + found.targets
    assert (np.diff(place) > 0).all(), "in order, none twice"
    assert (found.sources != found.targets).all()
    assert (found.dense() > 0).sum(1).max() < 20, "the first nodes had 99 links each"
    full = nulls.random_digraph(seed=1).surrogate(any_graph(5, 20)).dense()
    np.testing.assert_array_equal(full, 1.0 - np.eye(5))


def test_more_links_than_places_and_self_loops_are_refused():
    bad = Graph(2, np.array([0, 0, 1]), np.array([1, 1, 0]), np.ones(3))
    with pytest.raises(
        ParameterError,
        match=r"^random_digraph: 3 links between 2 nodes; without self-loops there is place for 2",
    ):
        nulls.random_digraph().surrogate(bad)
    looped = as_graph("x", np.eye(3) + np.eye(3, k=1), self_loops="keep")
    with pytest.raises(ParameterError, match=r"^random_digraph: graph has 3 self-loops, the first"):
        nulls.random_digraph().surrogate(looped)


@pytest.mark.parametrize(
    ("places", "count"), [(9, 0), (9, 9), (10, 7), (10, 4), (5000, 100), (10**17, 1000)]
)
def test_places_are_different_in_order_and_uniform(places, count):
    found = [distinct(np.random.default_rng(k), places, count) for k in range(40)]
    for one in found:
        assert len(one) == count
        assert one.dtype == np.int64
        assert (np.diff(one) > 0).all()
        assert ((one >= 0) & (one < places)).all()
    if places > 1000:
        assert kstest(np.concatenate(found) / places, "uniform").pvalue > 0.001


def test_places_take_memory_by_their_count_alone():
    import tracemalloc

    tracemalloc.start()
    distinct(np.random.default_rng(1), 10**10, 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 100_000


@pytest.mark.parametrize("places", [12, 200])
def test_every_set_of_places_comes_up_as_often(places):
    """Both ways of drawing: a byte a place, and numbers drawn until they differ."""
    generator = np.random.default_rng(7)
    count = Counter(tuple(distinct(generator, places, 2).tolist()) for _ in range(40_000))
    cells = comb(places, 2)
    assert len(count) <= cells
    expected = 40_000 / cells
    distance = sum((one - expected) ** 2 / expected for one in count.values())
    distance += (cells - len(count)) * expected
    assert chi2.sf(distance, cells - 1) > 0.001
