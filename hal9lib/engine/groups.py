"""Projections in groups that are stored and delivered together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Values
from hal9lib.network import Network
from hal9lib.part_checks import bounds_of, sign_of
from hal9lib.parts import Projection

#: Steps of a batch when no delay bounds it.
FREE_BATCH = 64


@dataclass(frozen=True)
class Group:
    """Projections from one population onto one receptor slot, with weights of one kind."""

    members: tuple[int, ...]
    source: int
    slot: int
    #: Whether each synapse has its own weight; else they all have `scale`.
    weighted: bool
    scale: float
    #: (delays,) int64 in steps, ascending: every delay that may occur.
    delays: NDArray[np.int64]


def static_groups(network: Network, dt_ms: float) -> list[Group]:
    """The projections without plasticity; those that one spike serves alike are merged.

    A merged row is longer, and a long row is what delivery is fast at.
    """
    found: dict[tuple, list[int]] = {}
    for index, projection in enumerate(network.projections):
        if not projection.rules:
            weighted = not isinstance(projection.weight, float)
            scale = 1.0 if weighted else projection.weight
            # Weights of one sign together, so that inhibition can be scaled by itself.
            sign = sign_of(projection.weight)
            key = (_source(network, projection), _slot(projection), weighted, scale, sign)
            found.setdefault(key, []).append(index)
    return [
        Group(tuple(members), key[0], key[1], key[2], key[3], _delays(network, members, dt_ms))
        for key, members in found.items()
    ]


def plastic_groups(network: Network, dt_ms: float) -> list[Group]:
    """One group for each plastic projection; `scale` is the sign of its weights."""
    return [
        Group(
            (index,),
            _source(network, projection),
            _slot(projection),
            True,
            -1.0 if bounds_of(projection.weight)[0] < 0.0 else 1.0,
            _delays(network, [index], dt_ms),
        )
        for index, projection in enumerate(network.projections)
        if projection.rules
    ]


def group_of(network: Network, index: int, dt_ms: float) -> Group:
    """One projection as a group of its own, with the weights it starts with."""
    projection = network.projections[index]
    weight = projection.weight
    return Group(
        (index,),
        _source(network, projection),
        _slot(projection),
        not isinstance(weight, float),
        weight if isinstance(weight, float) else 1.0,
        _delays(network, [index], dt_ms),
    )


def _source(network: Network, projection: Projection) -> int:
    return network.populations.index(projection.source)


def _slot(projection: Projection) -> int:
    return list(projection.target.neuron.receptors).index(projection.receptor)


def _delays(network: Network, members: list[int], dt_ms: float) -> NDArray[np.int64]:
    steps = [delay_steps(network.projections[index], dt_ms) for index in members]
    return np.unique(np.concatenate(steps))


def shortest_delay(network: Network, dt_ms: float) -> int:
    """The shortest delay in steps: how often workers have to meet."""
    shortest = [int(delay_steps(p, dt_ms).min()) for p in network.projections]
    return min(shortest, default=FREE_BATCH)


def delay_steps(projection: Projection, dt_ms: float) -> NDArray[np.int64]:
    """Every delay, in steps, that a synapse of the projection may have."""
    value = projection.delay_ms
    if isinstance(value, Values) and not len(value.array):
        return np.ones(1, np.int64)
    if isinstance(value, Values):
        return np.unique(np.rint(value.array / dt_ms).astype(np.int64))
    low, high = (int(np.rint(bound / dt_ms)) for bound in bounds_of(value))
    return np.arange(low, high + 1, dtype=np.int64)
