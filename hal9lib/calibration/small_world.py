"""Calibration of `small_world`: random graphs, and one Watts-Strogatz graph by drawn sources."""

from collections.abc import Callable
from functools import cache

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.small_world import small_world as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_NODES, _REACH, _REWIRED, _SOURCES = 100, 3, 0.1, 30


def small_world() -> Calibration:
    """The interval speaks of sources drawn in one graph, so the truth is that graph's sigma."""
    return Calibration(
        noise=_noise,
        noise_as="24 neurons, 60 links at random; null random_digraph",
        planted=_planted,
        truth=measure(_graph(), sources=_NODES).value,
        planted_as="one graph of 100 neurons in a ring, each linked to 6, a tenth of the links "
        "rewired (Watts & Strogatz); 30 sources drawn; null random_digraph",
        large=_large,
        large_as="100,000 neurons, 1,000,000 links at random, 200 sources",
    )


def _noise(generator: Generator) -> Result:
    place = generator.choice(24 * 23, 60, replace=False)
    sources, targets = np.divmod(place, 23)
    links = from_links(24, sources, targets + (targets >= sources), np.ones(60))
    return measure(links, null=random_digraph(seed=int(generator.integers(2**63))))


@cache
def _graph() -> Graph:
    generator = np.random.default_rng(1)
    sources = np.repeat(np.arange(_NODES), _REACH)
    steps = np.tile(np.arange(1, _REACH + 1), _NODES)
    moved = generator.random(len(steps)) < _REWIRED
    steps[moved] = generator.integers(_REACH + 1, _NODES - _REACH, np.count_nonzero(moved))
    return from_links(_NODES, sources, (sources + steps) % _NODES, np.ones(len(steps)))


def _planted(generator: Generator, with_null: bool) -> Result:
    null = random_digraph(seed=int(generator.integers(2**63))) if with_null else None
    return measure(_graph(), sources=_SOURCES, seed=int(generator.integers(2**63)), null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    sources = generator.integers(0, 100_000, 1_000_000)
    targets = (sources + generator.integers(1, 100_000, 1_000_000)) % 100_000
    links = from_links(100_000, sources, targets, np.ones(1_000_000))
    return lambda: measure(links)
