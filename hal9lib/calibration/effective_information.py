"""Calibration of `effective_information`: random digraphs, and neurons of many degrees."""

import math
from collections.abc import Callable

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.graph import Graph, from_links
from hal9lib.measures.effective_information import effective_information as measure
from hal9lib.nulls.random_digraph import random_digraph
from hal9lib.result import Result

_NEURONS = 128
_DEGREES = np.array([4, 8, 16, 32, 64])


def effective_information() -> Calibration:
    """Even chances of targets and of degrees make the truth ``log2 n - mean log2 degree``."""
    return Calibration(
        noise=_noise,
        noise_as="random digraphs of 40 nodes and 160 links against random_digraph",
        planted=_planted,
        truth=math.log2(_NEURONS) - float(np.log2(_DEGREES).mean()),
        planted_as="128 neurons with 4, 8, 16, 32 or 64 links each, as likely, to random others; "
        "against random_digraph",
        large=_large,
        large_as="100,000 neurons, 1,000,000 random links",
    )


def _random(generator: Generator, nodes: int, edges: int) -> Graph:
    places = np.sort(generator.choice(nodes * (nodes - 1), edges, replace=False))
    sources, targets = np.divmod(places, nodes - 1)
    return from_links(nodes, sources, targets + (targets >= sources), np.ones(edges))


def _noise(generator: Generator) -> Result:
    null = random_digraph(seed=int(generator.integers(2**63)), progress=False)
    return measure(_random(generator, 40, 160), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    degrees = generator.choice(_DEGREES, _NEURONS)
    ranks = generator.random((_NEURONS, _NEURONS)) + np.eye(_NEURONS)
    linked = ranks.argsort(axis=1).argsort(axis=1) < degrees[:, None]
    seed = int(generator.integers(2**63))
    return measure(linked, null=random_digraph(seed=seed, progress=False) if with_null else None)


def _large(generator: Generator) -> Callable[[], Result]:
    graph = _random(generator, 100_000, 1_000_000)
    return lambda: measure(graph)
