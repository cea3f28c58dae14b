"""Calibration of `reaching_centrality`: sparse random digraphs, and layers with short cuts."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.reaching_centrality import reaching_centrality as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_LAYERS, _SIZE, _LINKS, _SHORT_CUTS = 5, 8, 5, 8


def reaching_centrality() -> Calibration:
    """The truth is that of layers whose every neuron reaches all of all later layers."""
    nodes = _LAYERS * _SIZE
    # A neuron l layers below the top reaches l layers less than one at the top.
    fewer = _SIZE * _SIZE * sum(range(_LAYERS))
    return Calibration(
        noise=_noise,
        noise_as="random digraphs of 40 nodes and 48 links against random_digraph",
        planted=_planted,
        truth=fewer / (nodes - 1) ** 2,
        planted_as="5 layers of 8 neurons, each linked to 5 of the next layer, and 8 short cuts "
        "from any neuron to any later layer; against random_digraph",
        large=_large,
        large_as="100,000 neurons, 1,000,000 random links without a cycle, the worst case",
        not_asked={"coverage": "it has no interval: one link back can take it from 1 to 0"},
    )


def _noise(generator: Generator) -> Result:
    null = random_digraph(seed=int(generator.integers(2**63)), progress=False)
    places = np.sort(generator.choice(40 * 39, 48, replace=False))
    sources, targets = np.divmod(places, 39)
    graph = from_links(40, sources, targets + (targets >= sources), np.ones(48))
    return measure(graph, null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    linked = np.zeros((_LAYERS * _SIZE, _LAYERS * _SIZE))
    for neuron in range((_LAYERS - 1) * _SIZE):
        below = (neuron // _SIZE + 1) * _SIZE
        linked[neuron, below + generator.choice(_SIZE, _LINKS, replace=False)] = 1.0
    for neuron in generator.integers(0, (_LAYERS - 1) * _SIZE, _SHORT_CUTS):
        below = (neuron // _SIZE + 1) * _SIZE
        linked[neuron, generator.integers(below, len(linked))] = 1.0
    seed = int(generator.integers(2**63))
    return measure(linked, null=random_digraph(seed=seed, progress=False) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    graph = _without_cycle(generator, 100_000, 1_000_000)
    return lambda: measure(graph)


def _without_cycle(generator: Generator, nodes: int, edges: int) -> Graph:
    order = generator.permutation(nodes)
    pairs = np.sort(generator.integers(0, nodes, (edges + edges // 100, 2)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    pairs = generator.permutation(pairs)[:edges]
    return from_links(nodes, order[pairs[:, 0]], order[pairs[:, 1]], np.ones(edges))
