"""Rules whose synapses are given: arrays of numbers checked, sorted and handed to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Values, number_or_distribution
from hal9lib.errors import ParameterError

#: Numbers of neurons go up to this.
MAX_NUMBER = 2_000_000_000 - 1


def given_partners(_key0, _key1, _stream, neuron, _others, _same_population, arguments, data, out):
    """The sources of one target: `data` holds the offsets of all targets, then the sources."""
    first_source = len(data) - int(arguments[0])
    start = int(data[neuron])
    count = int(data[neuron + 1]) - start
    for k in range(count):
        out[k] = int(data[first_source + start + k])
    return count


def given(
    rule: str,
    ends: tuple[Any, Any],
    shape: tuple[int, int] | None = None,
    multiple: bool = True,
    values: Mapping[str, Values] | None = None,
) -> Connectivity:
    """The rule of these (sources, targets); errors speak of `rule`."""
    pairs = _Pairs(
        rule, _numbers(f"{rule}.sources", ends[0]), _numbers(f"{rule}.targets", ends[1]), shape
    )
    order = pairs.order(multiple)
    in_order = pairs.sources[order].astype(np.float64)
    most = int(np.bincount(pairs.targets, minlength=1).max())
    total = len(order)
    return Connectivity(
        name="from_arrays",
        parameters={
            "sources": Values(pairs.sources),
            "targets": Values(pairs.targets),
            "shape": None if shape is None else list(shape),
            "multiple": multiple,
        },
        partners=given_partners,
        arguments=(float(total),),
        max_degree=lambda _n_sources, _n_targets: most,
        check=pairs.check,
        data=lambda _source, target: np.concatenate([pairs.offsets(target.size), in_order]),
        count=lambda _n_sources, _n_targets: total,
        order=order,
        values=values or {},
    )


@dataclass(frozen=True)
class _Pairs:
    """Sources and targets, one of each a synapse, and the populations that they are for."""

    rule: str
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    shape: tuple[int, int] | None

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.targets):
            raise ParameterError(
                f"{self.rule}.targets has {len(self.targets):,} numbers for "
                f"{len(self.sources):,} sources; use one for each."
            )

    def order(self, multiple: bool) -> NDArray[np.int64]:
        """What sorts the synapses by target and then source, those of one pair as they are."""
        place = self.targets * np.int64(MAX_NUMBER + 1) + self.sources
        order = np.argsort(place, kind="stable")
        repeated = np.flatnonzero(np.diff(place[order]) == 0)
        if len(repeated) and not multiple:
            where = int(order[repeated[0] + 1])
            raise ParameterError(
                f"{self.rule}: synapse {where} is from {self.sources[where]} to "
                f"{self.targets[where]}, as one before it; use each pair once, or multiple=True."
            )
        return order

    def offsets(self, n_targets: int) -> NDArray[np.float64]:
        """(targets + 1,) where each target's synapses begin among the sorted ones."""
        counts = np.bincount(self.targets, minlength=n_targets)
        return np.concatenate([[0.0], np.cumsum(counts)])

    def check(self, n_sources: int, n_targets: int, _same_population: bool) -> None:
        """ParameterError where the populations have other sizes, or too few neurons."""
        sides = (("source", self.sources, n_sources), ("target", self.targets, n_targets))
        for index, (side, numbers, size) in enumerate(sides):
            if self.shape is not None and self.shape[index] != size:
                raise ParameterError(
                    f"{self.rule} is for {self.shape[index]:,} {side}s, and the {side} population "
                    f"has {size:,} neurons; use a population of that size."
                )
            where = int(np.argmax(numbers)) if len(numbers) else 0
            if len(numbers) and numbers[where] >= size:
                raise ParameterError(
                    f"{self.rule}.{side}s[{where}] = {numbers[where]} is not allowed; the {side} "
                    f"population has {size:,} neurons: use 0 to {size - 1:,}."
                )


def shape_of(rule: str, shape: Any) -> tuple[int, int] | None:
    """The sizes of the two populations that the arrays are for, if they are given."""
    if shape is None:
        return None
    if not isinstance(shape, list | tuple) or len(shape) != 2:
        raise ParameterError(
            f"{rule}.shape = {shape!r} is not allowed; use (sources, targets), or leave it out."
        )
    rows, columns = (checks.whole(f"{rule}.shape", n, low=1, high=MAX_NUMBER + 1) for n in shape)
    return rows, columns


def _numbers(name: str, value: Any) -> NDArray[np.int64]:
    found = number_or_distribution(name, value)
    if not isinstance(found, Values):
        raise ParameterError(f"{name} = {value!r} is not allowed; use a list of whole numbers.")
    array = found.array
    bad = (array != np.floor(array)) | (array < 0.0) | (array > MAX_NUMBER)
    if bad.any():
        where = int(np.argmax(bad))
        raise ParameterError(
            f"{name}[{where}] = {array[where]:.16g} is not allowed; use whole numbers of neurons, "
            "from 0 on."
        )
    return array.astype(np.int64)
