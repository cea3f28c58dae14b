"""Layers by level: layers that were built, spreads without any, an exhaustive split."""

from itertools import combinations

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import flow_hierarchy, layers_by_level
from hal9lib.measures._layers import layers_of
from hal9lib.measures._layers_kernels import splits
from hal9lib.nulls import random_digraph


def complete_layers(*sizes):
    layer = np.repeat(np.arange(len(sizes)), sizes)
    return (layer[:, None] + 1 == layer).astype(float), layer


CALL = {"arrays": {"graph": complete_layers(4, 5, 4)[0]}, "options": {}}


@pytest.mark.parametrize("sizes", [(4, 4), (6, 3, 5), (8, 8, 8, 8, 8), (2, 9, 2, 9)])
def test_complete_layers_are_found_in_order(sizes):
    graph, layer = complete_layers(*sizes)
    order = np.random.default_rng(1).permutation(len(layer))
    found = layers_by_level(graph[np.ix_(order, order)])
    assert found.value == len(sizes)
    assert found.unit == "layers"
    np.testing.assert_array_equal(found.arrays["layers"], layer[order])
    assert found.arrays["sizes"].tolist() == list(sizes)
    assert found.details["between"] == pytest.approx(1.0)
    assert found.interval[0] == found.value


def test_levels_are_those_of_the_flow_hierarchy():
    generator = np.random.default_rng(2)
    graph = (generator.random((20, 20)) < 0.3) * generator.uniform(0.1, 3.0, (20, 20))
    found = layers_by_level(graph)
    levels = flow_hierarchy(graph).arrays["levels"]
    np.testing.assert_allclose(found.arrays["levels"], levels, atol=1e-9)


def test_turned_round_the_layers_run_backwards():
    graph, layer = complete_layers(5, 4, 6)
    np.testing.assert_array_equal(layers_by_level(graph.T).arrays["layers"], 2 - layer)


def test_neurons_without_links_are_in_no_layer():
    graph, layer = complete_layers(4, 4)
    found = layers_by_level(np.pad(graph, (0, 2)))
    np.testing.assert_array_equal(found.arrays["layers"], [*layer, -1, -1])
    assert found.value == 2


@pytest.mark.jit_only
def test_every_split_is_the_best_of_all():
    """Brute force over all ways to cut 5 to 11 sorted values into 1 to 4 groups."""
    generator = np.random.default_rng(3)
    for n in (5, 7, 9, 11):
        values = np.sort(generator.normal(size=n))
        values -= values.mean()
        costs, _ = splits(values, 4)
        for k in range(1, 5):
            cuts = (np.split(values, cut) for cut in combinations(range(1, n), k - 1))
            least = min(sum(((g - g.mean()) ** 2).sum() for g in cut) for cut in cuts)
            assert costs[k - 1, -1] == pytest.approx(least, abs=1e-9)


@pytest.mark.jit_only
@pytest.mark.parametrize("kind", ["normal", "exponential", "random"])
@pytest.mark.parametrize("count", [12, 40, 400])
def test_values_without_layers_are_one_layer(kind, count):
    generator = np.random.default_rng(4)
    found = [layers_of(getattr(generator, kind)(size=count), 64, 1e-3).count for _ in range(100)]
    assert found.count(1) >= 93


@pytest.mark.jit_only
@pytest.mark.parametrize(("count", "spread"), [(100, 0.1), (1_000, 0.2), (100_000, 0.2)])
def test_layers_narrower_than_an_even_spread_are_found_at_the_stated_spread(count, spread):
    generator = np.random.default_rng(5)
    layer = generator.integers(0, 10, count)
    found = layers_of(layer + generator.normal(0.0, spread, count), 64, 1e-3)
    assert found.count == 10
    assert np.mean(found.label == layer) > 0.98
    price = 9.0 * np.log(count) / count
    assert found.gain == pytest.approx(np.log(12.0**-0.5 / spread) - price, abs=0.15)


@pytest.mark.jit_only
def test_more_layers_may_score_as_well_and_the_interval_says_so():
    layer = np.repeat(np.arange(4), 10)
    pairs = layer + np.tile([0.0, 0.04], 20) + np.random.default_rng(6).normal(0, 0.004, 40)
    found = layers_of(pairs, 64, 1e-3)
    assert found.count == 8, "pairs inside layers are layers too"
    blurred = layers_of(layer + np.random.default_rng(6).normal(0, 0.14, 40), 64, 1e-3)
    assert blurred.count <= 4 <= blurred.most


@pytest.mark.jit_only
def test_against_a_random_digraph():
    graph, _ = complete_layers(5, 5, 5)
    found = layers_by_level(graph, null=random_digraph(seed=1))
    assert found.p == 0.001
    assert found.details["null_mean"] < 0.0 < found.details["gain"]


@pytest.mark.parametrize(
    ("graph", "options", "sentence"),
    [
        (np.eye(9, k=1)[:7, :7], {}, r"graph has 7 neurons with links; use 8 or more, since a"),
        (np.zeros((9, 9)), {}, r"graph has 9 nodes and 0 links between different nodes; use at"),
        (complete_layers(4, 4)[0], {"most": 1}, r"most = 1 is not allowed; use a whole number fr"),
        (-complete_layers(4, 4)[0], {}, r"graph\[0, 4\] = -1 is not allowed; use weights of 0 or"),
    ],
)
def test_what_it_cannot_take_is_refused(graph, options, sentence):
    with pytest.raises(ParameterError, match=rf"^layers_by_level\.{sentence}"):
        layers_by_level(graph, **options)
