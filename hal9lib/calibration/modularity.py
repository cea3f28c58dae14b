"""Calibration of `modularity`: random graphs, and groups with more links inside than between."""

from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.modularity import modularity as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_GROUPS, _SIZE = 3, 16
_INSIDE, _BETWEEN = 0.35, 0.03
_LINKS_INSIDE = _INSIDE * (_SIZE - 1)
_LINKS_BETWEEN = _BETWEEN * (_GROUPS - 1) * _SIZE


def modularity() -> Calibration:
    """The truth is the Q of the planted groups in the links that are expected."""
    return Calibration(
        noise=_noise,
        noise_as="24 neurons, 60 links at random; null random_digraph, 1 restart",
        planted=_planted,
        truth=_LINKS_INSIDE / (_LINKS_INSIDE + _LINKS_BETWEEN) - 1.0 / _GROUPS,
        planted_as="3 groups of 16 neurons, links with chance 0.35 inside and 0.03 between; "
        "null random_digraph, 1 restart",
        large=_large,
        large_as="100,000 neurons, 1,000,000 links at random, 5 restarts",
    )


def _noise(generator: Generator) -> Result:
    place = generator.choice(24 * 23, 60, replace=False)
    sources, targets = np.divmod(place, 23)
    targets = targets + (targets >= sources)
    links = from_links(24, sources, targets, np.ones(60))
    null = random_digraph(seed=int(generator.integers(2**63)))
    return measure(links, restarts=1, null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    group = np.arange(_GROUPS * _SIZE) // _SIZE
    chance = np.where(group[:, None] == group, _INSIDE, _BETWEEN)
    links = (generator.random(chance.shape) < chance) & ~np.eye(len(group), dtype=bool)
    null = random_digraph(seed=int(generator.integers(2**63))) if with_null else None
    return measure(links, restarts=1, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    sources = generator.integers(0, 100_000, 1_000_000)
    targets = (sources + generator.integers(1, 100_000, 1_000_000)) % 100_000
    links: Graph = from_links(100_000, sources, targets, np.ones(1_000_000))
    return lambda: measure(links)
