"""Every pair is connected with the same probability, independently of all others.

Erdős-Rényi in other words (Gilbert 1959, doi:10.1214/aoms/1177706098). Not each pair is asked: the
number of pairs up to the next synapse is geometrically distributed (Batagelj & Brandes 2005,
doi:10.1103/PhysRevE.71.036113), so that the cost is that of the synapses.
"""

import math
from typing import Any

import numpy as np

from hal9lib import checks
from hal9lib.connectivity._drawing import flag, most_of_binomial, uniform64
from hal9lib.connectivity._model import Connectivity
from hal9lib.engine.mathematics import log64
from hal9lib.rng import philox4x32


def pairwise_probability(probability: float, self_connections: bool = True) -> Connectivity:
    """Each pair with one probability (doi:10.1214/aoms/1177706098), at most one synapse a pair.

    Parameters
    ----------
    probability : 0 to 1.
    self_connections : whether a neuron may be its own source, where both populations are one.

    Examples
    --------
    >>> pairwise_probability(0.1).synapses(n_sources=1_000, n_targets=500)
    50000
    >>> pairwise_probability(1.5)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: pairwise_probability.probability = 1.5 is not allowed; \
use a finite number from 0 to 1.
    """
    p = checks.number("pairwise_probability.probability", probability, low=0.0, high=1.0)
    self_connections = flag("pairwise_probability.self_connections", self_connections)

    def between(source: Any, target: Any) -> tuple[float, int]:
        pairs = source.size * target.size
        if source is target and not self_connections:
            pairs -= source.size
        return p * pairs, most_of_binomial(source.size, p)

    return Connectivity(
        name="pairwise_probability",
        parameters={"probability": p, "self_connections": self_connections},
        partners=partners,
        arguments=(_hazard(p), float(self_connections)),
        max_degree=lambda n_sources, _n_targets: most_of_binomial(n_sources, p),
        check=lambda _n_sources, _n_targets, _same_population: None,
        count=lambda n_sources, n_targets: p * n_sources * n_targets,
        between=between,
        helpers=(log64, uniform64),
    )


def partners(key0, key1, stream, neuron, others, same_population, arguments, _data, out):
    """Draw the sources of one target into `out`, in rising order; returns how many."""
    hazard = arguments[0]
    skip_self = same_population and arguments[1] == 0.0
    choices = others - 1 if skip_self else others
    count = 0
    draw = 0
    place = np.int64(-1)
    while hazard > 0.0 and count < len(out):
        w0, w1, w2, w3 = philox4x32(
            np.uint32(draw >> 1), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
        )
        u = uniform64(w0, w1) if draw & 1 == 0 else uniform64(w2, w3)
        draw += 1
        gap = -log64(u) / hazard
        if gap >= choices - 1 - place:
            break
        place += 1 + np.int64(gap)
        out[count] = place + 1 if skip_self and place >= neuron else place
        count += 1
    return count


def _hazard(p: float) -> float:
    """-log(1 - p), in the engine's arithmetic, so that it is the same on every machine."""
    rest = 1.0 - p
    if rest == 1.0 or rest == 0.0:
        return p if rest else math.inf
    return float(-log64(np.float64(rest)) * (p / (1.0 - rest)))
