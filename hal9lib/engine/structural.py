"""Synapses that come and go: the elements of every neuron, and updates between two batches.

An update takes time linear in the neurons, the synapses of its projections and the free elements:
partners are drawn from lists of free elements, and no pairs are searched.
"""

from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine import structural_kernels as kernels
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.engine.cells import Ownership
from hal9lib.engine.layout import Plastic
from hal9lib.engine.structural_plan import Kind, kinds_of, sides_of
from hal9lib.engine.structural_rows import (
    ends_of,
    synapses_of_sources,
    synapses_of_targets,
    with_new,
    without,
)
from hal9lib.engine.synapse_table import numbers_by_place
from hal9lib.network import Network
from hal9lib.plasticity._model import Elements
from hal9lib.rng import STRUCTURE, key_of, philox4x32

Numbers = NDArray[np.int64]


class Elemental(NamedTuple):
    """Calcium and elements; an element kind of a population is one entry, its neurons in a row."""

    population: np.ndarray  # (neurons,) int64
    start: np.ndarray  # (populations,) int64, number of the first neuron
    tau_ms: np.ndarray  # (populations,) float64
    first: np.ndarray  # (populations + 1,) int64, index into the entries
    offset: np.ndarray  # (entries,) int64, where its neurons lie in `elements`
    middle_hz: np.ndarray  # (entries,) float64
    width_hz: np.ndarray  # (entries,) float64
    growth_per_ms: np.ndarray  # (entries,) float64
    elements: np.ndarray  # (all,) float64
    rate_hz: np.ndarray  # (neurons,) float64, calcium read as a rate, just after the last spike
    last_ms: np.ndarray  # (neurons,) float64, when it was that


class Update(NamedTuple):
    """What the last update did, and how many things it looked at."""

    created: int = 0
    removed: int = 0
    free_axonal: int = 0
    free_dendritic: int = 0
    synapses: int = 0
    neurons: int = 0


@lru_cache(maxsize=1)
def _module() -> ModuleType:
    parts = [function_source(philox4x32, cast=False)]
    names = ("grow", "see_spikes", "grow_all", "draw_first")
    parts += [function_source(getattr(kernels, name), cast=False) for name in names]
    return compiled(tuple(parts), names[1:], "float64")


class Structure:
    """The growing projections of one simulation."""

    def __init__(
        self, network: Network, owner: Ownership, index: list[int], plastic: tuple[Plastic, ...],
        dt_ms: float,
    ) -> None:  # fmt: skip
        self.network, self.dt_ms = network, dt_ms
        self.kinds = kinds_of(network, index)
        self._entries: dict[tuple[int, str, str], int] = {}
        self.g = self._elemental(sides_of(network, self.kinds))
        self._number_at = numbers_by_place(owner)
        self._place_of = np.zeros(network.neurons, np.int64)
        known = self._number_at >= 0
        self._place_of[self._number_at[known]] = np.flatnonzero(known)
        self._key = key_of(network.seed)
        self.last = Update()
        #: (all,) int64: how many elements of each are bound in a synapse.
        self.bound = np.zeros(len(self.g.elements), np.int64)
        self.count(plastic)
        self.g.elements[:] = self.bound  # what is connected at time 0 stays so for now

    def count(self, plastic: tuple[Plastic, ...]) -> None:
        """Read from the synapses how many elements are bound."""
        self.bound[:] = 0
        for kind in self.kinds:
            for number in kind.plastic:
                p = plastic[number]
                source, place = ends_of(p, self._size(p), np.arange(len(p.targets)))
                start = self.g.start
                self._bind(kind, int(p.source[0]), source + start[int(p.source[0])], "axon", 1)
                self._bind(kind, int(p.target[0]), self._number_at[place], "dendrite", 1)

    def see(self, steps: NDArray[np.int32], neurons: NDArray[np.int32]) -> None:
        """Let the elements know of spikes, in order of time."""
        _module().see_spikes(steps, neurons, self.dt_ms, self.g)

    def update(
        self, which: int, plastic: tuple[Plastic, ...], step: int, start: list[NDArray[np.float64]]
    ) -> tuple[Plastic, ...]:
        """Remove and create the synapses of one kind; `start`: a new synapse's state, by rule."""
        kind, parts = self.kinds[which], list(plastic)
        _module().grow_all(step * self.dt_ms, self.g)
        looked = sum(len(parts[n].targets) for n in kind.plastic)
        gone = {n: np.empty(0, np.int64) for n in kind.plastic}
        for side in ("axon", "dendrite"):
            self._prune(kind, parts, side, step, gone)
        for n in kind.plastic:
            parts[n] = without(parts[n], self._size(parts[n]), gone[n], len(start[n]) > 0)
        axons, dendrites = self._free(kind, "axon"), self._free(kind, "dendrite")
        free = len(axons), len(dendrites)
        pairs = self._pairs(kind, axons, dendrites, step)
        created = 0
        for n, projection in zip(kind.plastic, kind.projections, strict=True):
            a, d = self._between(parts[n], *pairs)
            weight = abs(float(self.network.projections[projection].weight))  # type: ignore
            source = a - self.g.start[int(parts[n].source[0])]
            parts[n] = with_new(
                parts[n], self._size(parts[n]), source, self._place_of[d], weight, start[n]
            )
            self._bind(kind, int(parts[n].source[0]), a, "axon", 1)
            self._bind(kind, int(parts[n].target[0]), d, "dendrite", 1)
            created += len(a)
        self._lose_free(kind)
        removed = sum(map(len, gone.values()))
        self.last = Update(created, removed, *free, looked, self.network.neurons)
        return tuple(parts)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What changes beside the synapses."""
        return {f"structure.{k}": getattr(self.g, k) for k in ("elements", "rate_hz", "last_ms")}

    def elements(self, population: int, side: str, kind: str) -> tuple[NDArray, NDArray]:
        """(size,) each: a population's elements of one sort, and how many of them are bound."""
        span = self._span(population, side, kind)
        return self.g.elements[span].copy(), self.bound[span].copy()

    def _elemental(self, sides: dict[tuple[int, str, str], tuple[Elements, float]]) -> Elemental:
        members = self.network.populations
        tau_ms, first, total = np.ones(len(members)), [0], 0
        offset: list[int] = []
        curves: list[Elements] = []
        for number, member in enumerate(members):
            for (population, side, kind), (elements, tau) in sorted(sides.items()):
                if population == number:
                    self._entries[population, side, kind] = len(offset)
                    tau_ms[number] = tau
                    curves.append(elements)
                    offset.append(total)
                    total += member.size
            first.append(len(offset))
        target = np.array([c.target_hz for c in curves])
        least = np.array([c.least_hz for c in curves])
        numbers = np.repeat(np.arange(len(members)), [m.size for m in members])
        return Elemental(
            population=numbers,
            start=np.array([m.first for m in members], np.int64),
            tau_ms=tau_ms,
            first=np.array(first, np.int64),
            offset=np.array(offset, np.int64),
            middle_hz=(least + target) / 2.0,
            width_hz=(target - least) / (2.0 * np.sqrt(np.log(2.0))),
            growth_per_ms=np.array([c.growth_per_s for c in curves]) / 1e3,
            elements=np.zeros(total),
            rate_hz=np.zeros(len(numbers)),
            last_ms=np.zeros(len(numbers)),
        )

    def _prune(
        self, kind: Kind, parts: list[Plastic], side: str, step: int, gone: dict[int, Numbers]
    ) -> None:
        """Mark random synapses of neurons that have more of them than elements."""
        surplus = np.zeros(self.network.neurons, np.int64)
        for population in kind.populations(side):
            span, member = self._span(population, side, kind.name), self._neurons(population)
            surplus[member] = np.maximum(0, self.bound[span] - self.g.elements[span].astype(int))
        if not surplus.any():
            return
        found = [self._candidates(parts[n], n, side, surplus > 0, gone[n]) for n in kind.plastic]
        source, target, number, place = (np.concatenate(c) for c in zip(*found, strict=True))
        owner, partner = (source, target) if side == "axon" else (target, source)
        order = np.lexsort((place, partner, number, owner))
        owners, begin = np.unique(owner[order], return_index=True)
        first = np.append(begin, len(order))
        self._draw(order, first, surplus[owners], owners, kind, 1 if side == "axon" else 2, step)
        rank = np.arange(len(order)) - np.repeat(begin, np.diff(first))
        doomed = order[rank < np.repeat(surplus[owners], np.diff(first))]
        for n in kind.plastic:
            mine = doomed[number[doomed] == n]
            gone[n] = np.concatenate([gone[n], place[mine]])
            self._bind(kind, int(parts[n].source[0]), source[mine], "axon", -1)
            self._bind(kind, int(parts[n].target[0]), target[mine], "dendrite", -1)

    def _candidates(
        self, p: Plastic, number: int, side: str, wanted: NDArray[np.bool_], gone: Numbers
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """(source, target, projection, index) of the synapses of some neurons, but those gone."""
        start = self.g.start[int(p.source[0])]
        if side == "axon":
            chosen = np.flatnonzero(wanted[self._neurons(int(p.source[0]))])
            _, index = synapses_of_sources(p, self._size(p), chosen)
        else:
            index = synapses_of_targets(p, self._size(p), wanted[self._number_at])
        index = index[~np.isin(index, gone)]
        source, place = ends_of(p, self._size(p), index)
        return source + start, self._number_at[place], np.full(len(index), number), index

    def _free(self, kind: Kind, side: str) -> Numbers:
        """The neurons of every free element, each as often as it has one."""
        found = [np.empty(0, np.int64)]
        for population in kind.populations(side):
            span, member = self._span(population, side, kind.name), self._neurons(population)
            free = np.maximum(0, self.g.elements[span].astype(np.int64) - self.bound[span])
            found.append(np.repeat(np.arange(member.start, member.stop), free))
        return np.concatenate(found)

    def _lose_free(self, kind: Kind) -> None:
        for side in ("axon", "dendrite"):
            for population in kind.populations(side):
                span = self._span(population, side, kind.name)
                free = np.maximum(0.0, np.floor(self.g.elements[span]) - self.bound[span])
                self.g.elements[span] -= kind.free_loss * free

    def _pairs(
        self, kind: Kind, axons: Numbers, dendrites: Numbers, step: int
    ) -> tuple[Numbers, Numbers]:
        """Every element of the shorter list with one of the longer, drawn at random."""
        count = min(len(axons), len(dendrites))
        longer = axons if len(axons) > count else dendrites
        first, counts = np.array([0, len(longer)]), np.array([count])
        self._draw(longer, first, counts, np.zeros(1, np.int64), kind, 0, step)
        a, d = axons[:count], dendrites[:count]
        if not kind.self_connections:
            a, d = a[a != d], d[a != d]
        return a, d

    def _between(self, p: Plastic, a: Numbers, d: Numbers) -> tuple[Numbers, Numbers]:
        """Those pairs that lie between the populations of one projection."""
        mine = self.g.population[a] == int(p.source[0])
        mine &= self.g.population[d] == int(p.target[0])
        return a[mine], d[mine]

    def _draw(
        self, items: Numbers, first: Numbers, counts: Numbers, owners: Numbers, kind: Kind,
        use: int, step: int,
    ) -> None:  # fmt: skip
        stream = np.uint32((kind.number * 3 + use) << 16 | STRUCTURE)
        _module().draw_first(items, first, counts, owners, stream, np.uint32(step), *self._key)

    def _bind(self, kind: Kind, population: int, neurons: Numbers, side: str, by: int) -> None:
        span, member = self._span(population, side, kind.name), self._neurons(population)
        size = member.stop - member.start
        self.bound[span] += by * np.bincount(neurons - member.start, minlength=size)

    def _span(self, population: int, side: str, kind: str) -> slice:
        offset = int(self.g.offset[self._entries[population, side, kind]])
        return slice(offset, offset + self.network.populations[population].size)

    def _neurons(self, population: int) -> slice:
        member = self.network.populations[population]
        return slice(member.first, member.first + member.size)

    def _size(self, p: Plastic) -> int:
        return self.network.populations[int(p.source[0])].size
