"""What a sweep consists of: one network for each set of parameters and seed, checked at once."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hal9lib import checks
from hal9lib.errors import Hal9Error, ParameterError
from hal9lib.network import Network

MAX_MEMBERS = 1_000_000


@dataclass(frozen=True)
class Member:
    """One network of a sweep, with the parameters and the seed that made it."""

    parameters: Mapping[str, Any]
    seed: int
    network: Network


def members(
    make: Callable[..., Network],
    parameters: Mapping[str, Sequence[Any]] | Iterable[Mapping[str, Any]],
    seeds: int | Iterable[int],
    fixed: Mapping[str, Any],
) -> list[Member]:
    """All members, seeds varying fastest; ParameterError before anything runs if one is wrong."""
    points = list(_points(parameters))
    numbers = _seeds(seeds)
    if not 0 < len(points) * len(numbers) <= MAX_MEMBERS:
        raise ParameterError(
            f"a sweep of {len(points):,} points and {len(numbers):,} seeds is not allowed; "
            f"use 1 to {MAX_MEMBERS:,} members."
        )
    return [_member(make, point, seed, fixed) for point in points for seed in numbers]


def _member(
    make: Callable[..., Network], point: Mapping[str, Any], seed: int, fixed: Mapping[str, Any]
) -> Member:
    twice = set(point) & set(fixed) | ({"seed"} & (set(point) | set(fixed)))
    if twice:
        raise ParameterError(
            f"{sorted(twice)[0]} is given twice; name it in parameters or in fixed, "
            "and the seeds in seeds."
        )
    try:
        network = make(**fixed, **point, seed=seed)
    except (Hal9Error, TypeError) as problem:
        raise ParameterError(f"sweep at {_words(point, seed)}: {problem}") from problem
    if not isinstance(network, Network):
        raise ParameterError(f"sweep at {_words(point, seed)}: make gave {network!r}, no Network.")
    return Member(dict(point), seed, network.copy())


def _points(
    parameters: Mapping[str, Sequence[Any]] | Iterable[Mapping[str, Any]],
) -> Iterator[Mapping[str, Any]]:
    """Each set of parameters: the product of a grid, or a list as it is."""
    if not isinstance(parameters, Mapping):
        for point in parameters:
            if not isinstance(point, Mapping):
                raise ParameterError(
                    f"parameters holds {point!r}; use a grid {{'g': [4, 5]}} or a list of "
                    "parameters [{'g': 4}, {'g': 5}]."
                )
            yield point
        return
    for name, values in parameters.items():
        if isinstance(values, str) or not hasattr(values, "__iter__") or not len(list(values)):
            raise ParameterError(
                f"parameters[{name!r}] = {values!r} is not allowed; "
                "use a list of one or more values."
            )
    for values in itertools.product(*parameters.values()):
        yield {name: _plain(value) for name, value in zip(parameters, values, strict=True)}


def _plain(value: Any) -> Any:
    """A numpy number as the Python number that a description and a table hold."""
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value


def _seeds(seeds: int | Iterable[int]) -> list[int]:
    if isinstance(seeds, int):
        return list(range(1, checks.whole("seeds", seeds, low=1, high=MAX_MEMBERS) + 1))
    found = [checks.whole("seeds", seed, low=0, high=2**64 - 1) for seed in seeds]
    if len(set(found)) < len(found):
        raise ParameterError("seeds holds a seed twice; use each once.")
    return found


def _words(point: Mapping[str, Any], seed: int) -> str:
    return ", ".join([*(f"{name} = {value!r}" for name, value in point.items()), f"seed = {seed}"])
