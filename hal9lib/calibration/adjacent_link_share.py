"""Calibration of `adjacent_link_share`: layers dealt at random, and chains with stray links."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import from_links
from hal9lib.measures.adjacent_link_share import adjacent_link_share as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.layer_permutation import layer_permutation
from hal9lib.result import Result

_LAYERS, _SIZE = 5, 20
_NODES = _LAYERS * _SIZE
_STRONG = 10
#: Each neuron's own share is drawn from Beta(7, 3).
_BETA = 7.0, 3.0


def adjacent_link_share() -> Calibration:
    """The truth is the mean of the neurons' own shares."""
    return Calibration(
        noise=_noise,
        noise_as="random digraphs of 100 nodes and 2,000 links, nodes dealt to 5 layers of 20; "
        "against layer_permutation",
        planted=_planted,
        truth=_BETA[0] / sum(_BETA),
        planted_as="5 layers of 20 neurons; 10 strong links of each, to the next layer with a "
        "chance of the neuron's own, Beta(7, 3), and 10 weak ones anywhere; the strongest half, "
        "against layer_permutation",
        large=_large,
        large_as="100,000 neurons in 100 layers, 1,000,000 random links, the strongest half",
    )


def _null(generator: Generator) -> Null:
    return layer_permutation(seed=int(generator.integers(2**63)), progress=False)


def _noise(generator: Generator) -> Result:
    places = np.sort(generator.choice(_NODES * (_NODES - 1), 2_000, replace=False))
    sources, targets = np.divmod(places, _NODES - 1)
    graph = from_links(_NODES, sources, targets + (targets >= sources), np.ones(len(places)))
    layers = generator.permutation(np.repeat(np.arange(_LAYERS), _SIZE))
    return measure(graph, layers, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    weights = np.zeros((_NODES, _NODES))
    layers = np.repeat(np.arange(_LAYERS), _SIZE)
    for neuron in range(_NODES - _SIZE):  # the last layer has no next one, and no links
        near = layers == layers[neuron] + 1
        order = generator.permutation(_NODES)
        order = order[order != neuron]
        nearby, elsewhere = order[near[order]], order[~near[order]]
        kept = generator.binomial(_STRONG, generator.beta(*_BETA))
        strong = np.concatenate([nearby[:kept], elsewhere[: _STRONG - kept]])
        weak = generator.choice(np.setdiff1d(order, strong), _STRONG, replace=False)
        weights[neuron, strong] = generator.uniform(0.4, 0.6, _STRONG)
        weights[neuron, weak] = generator.uniform(0.0, 0.2, _STRONG)
    return measure(weights, layers, strongest=0.5, null=_null(generator) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    places = np.unique(generator.integers(0, 10**10, 1_010_000))
    sources, targets = np.divmod(places, 100_000)
    kept = np.flatnonzero(sources != targets)
    kept = np.sort(generator.permutation(kept)[:1_000_000])
    weights = generator.exponential(1.0, 1_000_000)
    graph = from_links(100_000, sources[kept], targets[kept], weights)
    layers = np.arange(100_000) // 1_000
    return lambda: measure(graph, layers, strongest=0.5)
