"""What the build kernels are told of one projection."""

from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

import numpy as np

from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Distribution, Values
from hal9lib.engine import build_kernels
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.engine.mathematics_sources import mathematics_sources
from hal9lib.network import Network
from hal9lib.parts import Number, Projection
from hal9lib.rng import key_of, philox4x32


class Draw(NamedTuple):
    """A weight or delay: how it is found."""

    kind: np.ndarray  # (1,) int64: -1 one for all, -2 given, else the distribution
    numbers: np.ndarray  # (6,) float64
    values: np.ndarray  # (synapses,) float64, given in the rule's order


class Task(NamedTuple):
    """One projection, as the kernels read it."""

    key: np.ndarray  # (2,) uint32
    #: stream, other side's size, same population, delays, by target, sources, given values
    whole: np.ndarray  # (7,) int64
    arguments: np.ndarray  # float64
    data: np.ndarray  # float64
    weight: Draw
    delay: Draw
    dt_ms: np.ndarray  # (1,) float64
    delay_index: np.ndarray  # (steps,) int32, delay in steps -> its number among the bundle's
    sign: np.ndarray  # (1,) float64, what a weight is multiplied by when it is written


def task_of(
    network: Network, index: int, dt_ms: float, delays: np.ndarray, sign: float = 1.0
) -> Task:
    """The task of one projection, whose bundle has these delays in steps."""
    projection = network.projections[index]
    rule, source, target = projection.connectivity, projection.source, projection.target
    by_target = rule.by == "target"
    delay_index = np.zeros(int(delays.max()) + 1, np.int32)
    delay_index[delays] = np.arange(len(delays))
    return Task(
        key=np.array(key_of(network.seed), np.uint32),
        whole=np.array(
            [
                index,
                source.size if by_target else target.size,
                source is target,
                len(delays),
                by_target,
                source.size,
                rule.order is not None,
            ],
            np.int64,
        ),
        arguments=np.array(rule.arguments, np.float64).reshape(-1),
        data=np.ascontiguousarray(rule.data(source, target), np.float64),
        weight=_draw(projection.weight, rule),
        delay=_draw(projection.delay_ms, rule),
        dt_ms=np.array([dt_ms], np.float64),
        delay_index=delay_index,
        sign=np.array([sign]),
    )


def scratch_of(network: Network, index: int) -> np.ndarray:
    """Room for the partners of one neuron."""
    projection = network.projections[index]
    _, most = projection.connectivity.size(projection.source, projection.target)
    return np.empty(max(1, most), np.int64)


def module_of(projection: Projection) -> ModuleType:
    """The compiled build kernels of a projection's connectivity rule."""
    rule = projection.connectivity
    helpers = tuple(function_source(helper, cast=False) for helper in rule.helpers)
    drawn = any(isinstance(v, Distribution) for v in (projection.weight, projection.delay_ms))
    partners = function_source(rule.partners, "partners", cast=False)
    return _module((*helpers, partners), drawn)


@lru_cache(maxsize=64)
def _module(partners: tuple[str, ...], drawn: bool) -> ModuleType:
    value_of = build_kernels.value_of if drawn else build_kernels.given_value
    kernels = (
        build_kernels.delay_index,
        build_kernels.words_of,
        build_kernels.draw,
        build_kernels.count_rows,
        build_kernels.fill_rows,
    )
    parts = (
        *mathematics_sources("float64"),
        function_source(philox4x32),
        *partners,
        function_source(value_of, "value_of", cast=False),
        *(function_source(part, cast=False) for part in kernels),
    )
    return compiled(parts, ("count_rows", "fill_rows"), "float64")


def _draw(value: Number, rule: Connectivity) -> Draw:
    if isinstance(value, Values) and rule.order is not None:
        return _made(-2, (), value.array[rule.order])
    if isinstance(value, Distribution):
        kind, *numbers = value.numbers
        return _made(kind, tuple(numbers), np.zeros(1))
    return _made(-1, (float(value),), np.zeros(1))  # type: ignore[arg-type]


def _made(kind: int, numbers: tuple[float, ...], values: np.ndarray) -> Draw:
    filled = np.zeros(6)
    filled[: len(numbers)] = numbers
    return Draw(np.array([kind], np.int64), filled, np.ascontiguousarray(values, np.float64))
