"""Calibration of `flow_hierarchy`: random digraphs, and layers with stray links."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.flow_hierarchy import flow_hierarchy as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_LAYERS, _SIZE = 4, 30
_FORWARD, _STRAY = 0.9, 0.03


def flow_hierarchy() -> Calibration:
    """The truth is F of the chances themselves, which an endless number of links would fill in."""
    return Calibration(
        noise=_noise,
        noise_as="random digraphs of 40 nodes and 160 links against random_digraph",
        planted=_planted,
        truth=_incoherence(_chances()),
        planted_as="4 layers of 30 neurons; a link to a neuron of the next layer with chance 0.9, "
        "to any other with chance 0.03 (1 in 8 links is stray; 23 links a neuron); against "
        "random_digraph",
        large=_large,
        large_as="100,000 neurons, 1,000,000 random links",
    )


def _random(generator: Generator, nodes: int, edges: int) -> Graph:
    pairs = generator.choice(nodes * (nodes - 1), edges, replace=False)
    sources, targets = np.divmod(np.sort(pairs), nodes - 1)
    return from_links(nodes, sources, targets + (targets >= sources), np.ones(edges))


def _noise(generator: Generator) -> Result:
    null = random_digraph(seed=int(generator.integers(2**63)), progress=False)
    return measure(_random(generator, 40, 160), null=null)


def _chances() -> NDArray[np.float64]:
    layers = np.repeat(np.arange(_LAYERS), _SIZE)
    chances = np.where(layers[:, None] + 1 == layers, _FORWARD, _STRAY)
    np.fill_diagonal(chances, 0.0)
    return chances


def _incoherence(weights: NDArray[np.float64]) -> float:
    """F by least squares, from its definition."""
    sources, targets = np.nonzero(weights)
    root = np.sqrt(weights[sources, targets])
    climbs = np.zeros((len(root), len(weights)))
    climbs[np.arange(len(root)), sources] = -root
    climbs[np.arange(len(root)), targets] = root
    levels = np.linalg.lstsq(climbs, root, rcond=None)[0]
    return float(((climbs @ levels - root) ** 2).sum() / (root**2).sum())


def _planted(generator: Generator, with_null: bool) -> Result:
    chances = _chances()
    sources, targets = np.nonzero(generator.random(chances.shape) < chances)
    graph = from_links(len(chances), sources, targets, np.ones(len(sources)))
    seed = int(generator.integers(2**63))
    return measure(graph, null=random_digraph(seed=seed, progress=False) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    graph = _random(generator, 100_000, 1_000_000)
    return lambda: measure(graph)
