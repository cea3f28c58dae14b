"""Calibration of `rich_club`: random graphs, and hubs that are linked beyond their degrees."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.rich_club import rich_club as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.rewired import rewired
from hal9lib.result import Result

_HUBS, _NODES, _AMONG_HUBS = 20, 120, 0.8


def rich_club() -> Calibration:
    """The club is the planted one: hubs have about three times the links of the others."""
    return Calibration(
        noise=_noise,
        noise_as="60 neurons, pairs linked with a chance of 15 %; above 9 links; null rewired",
        planted=_planted,
        truth=_AMONG_HUBS,
        planted_as="20 hubs and 100 others, pairs linked with a chance of 80 % among hubs, 15 % "
        "between, 5 % among others; above 18 links; null rewired",
        large=_large,
        large_as="100,000 neurons, 1,000,000 links at random",
        not_asked={"uniform": "phi is a count of links over a count of pairs, and ties are many"},
    )


def _noise(generator: Generator) -> Result:
    links = _graph(generator, np.full((60, 60), 0.15))
    return measure(links, degree=9, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    hub = np.arange(_NODES) < _HUBS
    chance = np.where(hub[:, None] & hub, _AMONG_HUBS, np.where(hub[:, None] | hub, 0.15, 0.05))
    null = _null(generator) if with_null else None
    return measure(_graph(generator, chance), degree=18, null=null)


def _graph(generator: Generator, chance: NDArray[np.float64]) -> Graph:
    """Each pair linked, both ways, with its chance."""
    low, high = np.nonzero(np.triu(generator.random(chance.shape) < chance, 1))
    sources, targets = np.concatenate([low, high]), np.concatenate([high, low])
    return from_links(len(chance), sources, targets, np.ones(len(sources)))


def _null(generator: Generator) -> Null:
    return rewired(undirected=True, seed=int(generator.integers(2**63)), progress=False)


def _large(generator: Generator) -> Callable[[], Result]:
    sources = generator.integers(0, 100_000, 1_000_000)
    targets = (sources + generator.integers(1, 100_000, 1_000_000)) % 100_000
    links = from_links(100_000, sources, targets, np.ones(1_000_000))
    return lambda: measure(links)
