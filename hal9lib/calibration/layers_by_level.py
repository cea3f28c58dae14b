"""Calibration of `layers_by_level`: random graphs, and layers linked to the next and at random."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import from_links
from hal9lib.measures.layers_by_level import layers_by_level as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_LAYERS, _SIZE = 5, 10


def layers_by_level() -> Calibration:
    """A number of layers is whole, so its interval cannot hold the truth in 95 of 100."""
    return Calibration(
        noise=_noise,
        noise_as="30 neurons, 90 links at random; null random_digraph",
        planted=_planted,
        truth=float(_LAYERS),
        planted_as="5 layers of 10 neurons, links to the next layer with chance 0.5, to the next "
        "but one 0.05, elsewhere 0.001; null random_digraph",
        large=_large,
        large_as="100,000 neurons in 50 layers, 1,000,000 links, a tenth of them over two layers",
        not_asked={"coverage": "a number of layers is whole and here nearly always found exactly"},
    )


def _noise(generator: Generator) -> Result:
    place = generator.choice(30 * 29, 90, replace=False)
    sources, targets = np.divmod(place, 29)
    links = from_links(30, sources, targets + (targets >= sources), np.ones(90))
    return measure(links, null=random_digraph(seed=int(generator.integers(2**63))))


def _planted(generator: Generator, with_null: bool) -> Result:
    layer = generator.permutation(_LAYERS * _SIZE) // _SIZE
    step = layer - layer[:, None]
    chance = np.where(step == 1, 0.5, np.where(step == 2, 0.05, 0.001))
    null = random_digraph(seed=int(generator.integers(2**63))) if with_null else None
    return measure(generator.random(chance.shape) < chance, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    sources = generator.integers(0, 98_000, 1_000_000)
    steps = 1 + (generator.random(1_000_000) < 0.1)
    layers = np.minimum(49, sources // 2_000 + steps)
    targets = layers * 2_000 + generator.integers(0, 2_000, 1_000_000)
    links = from_links(100_000, sources, targets, np.ones(1_000_000))
    return lambda: measure(links)
