"""Calibration of `layers_by_community`: random graphs, and modules linked on to the next."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import from_links
from hal9lib.measures.layers_by_community import layers_by_community as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_LAYERS, _SIZE = 4, 10


def layers_by_community() -> Calibration:
    """The number of communities has no interval."""
    return Calibration(
        noise=_noise,
        noise_as="24 neurons, 60 links at random; null random_digraph, 1 restart",
        planted=_planted,
        truth=float(_LAYERS),
        planted_as="4 modules of 10 neurons, links inside with chance 0.5, to the next module 0.1, "
        "elsewhere 0.005; null random_digraph, 1 restart",
        large=_large,
        large_as="100,000 neurons in 20 modules, 1,000,000 links, a tenth of them to the next",
        not_asked={"coverage": "a number of communities has no interval"},
    )


def _noise(generator: Generator) -> Result:
    place = generator.choice(24 * 23, 60, replace=False)
    sources, targets = np.divmod(place, 23)
    links = from_links(24, sources, targets + (targets >= sources), np.ones(60))
    return measure(links, restarts=1, null=random_digraph(seed=int(generator.integers(2**63))))


def _planted(generator: Generator, with_null: bool) -> Result:
    layer = generator.permutation(_LAYERS * _SIZE) // _SIZE
    step = layer - layer[:, None]
    chance = np.where(step == 0, 0.5, np.where(step == 1, 0.1, 0.005))
    null = random_digraph(seed=int(generator.integers(2**63))) if with_null else None
    return measure(generator.random(chance.shape) < chance, restarts=1, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    sources = generator.integers(0, 95_000, 1_000_000)
    steps = generator.random(1_000_000) < 0.1
    targets = (sources // 5_000 + steps) * 5_000 + generator.integers(0, 5_000, 1_000_000)
    links = from_links(100_000, sources, targets, np.ones(1_000_000))
    return lambda: measure(links)
