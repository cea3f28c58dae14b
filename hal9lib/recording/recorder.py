"""What a simulation recorded and nobody has taken yet.

The engine hands over what its loop brought; whoever reads takes it: a run at its end, a stream
all the time. A row's step is the one at whose end it was taken, so its time is
``(step + 1) * dt_ms`` for spikes, states, weights and rates alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.recording.plan import Plan


class States(NamedTuple):
    """One probe's samples: steps (samples,) int32 and values (samples, neurons)."""

    steps: NDArray[np.int32]
    values: NDArray[Any]


class Weights(NamedTuple):
    """One projection at one step: (synapses,) each, sources and targets within the network."""

    step: int
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[Any]


class Rates(NamedTuple):
    """Population rates: steps (bins,) int32, the last of each bin, and hz (bins, populations)."""

    steps: NDArray[np.int32]
    hz: NDArray[np.float64]


class Recorder:
    """Keeps what a plan asks for, in the order it comes, until it is taken.

    >>> from hal9lib import models
    >>> from hal9lib.recording.plan import read_plan
    >>> network = models.load("brunel")(neurons=10, indegree=5)
    >>> plan = read_plan({"spikes": {"E": [1]}, "rates": {"every_ms": 1}}, network, 0.5)
    >>> recorder = Recorder(plan)
    >>> recorder.add_spikes(np.array([0, 1, 1], np.int32), np.array([1, 1, 9], np.int32))
    >>> recorder.done(3)
    >>> [column.tolist() for column in recorder.take_spikes()]
    [[0, 1], [1, 1]]
    >>> recorder.take_rates()  # the second millisecond is not over
    Rates(steps=array([1], dtype=int32), hz=array([[250., 500.]]))
    """

    def __init__(self, plan: Plan, precision: str = "float32") -> None:
        self.plan = plan
        kinds = (probe.population.neuron.state[probe.variable].kind for probe in plan.state)
        self._nothing = [
            States(
                np.empty(0, np.int32),
                np.empty((0, len(probe.neurons)), precision if kind == "real" else np.int32),
            )
            for probe, kind in zip(plan.state, kinds, strict=True)
        ]
        self._mask = None if plan.every_spike else plan.mask()
        self._first = np.array([p.first for p in plan.network.populations], np.int32)
        self._size = np.array([p.size for p in plan.network.populations], np.float64)
        self._spikes: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
        self._states: list[list[States]] = [[] for _ in plan.state]
        self._weights: list[list[Weights]] = [[] for _ in plan.weights]
        #: Spikes of each population in the bins from `_bin` on, the last still open.
        self._counts = np.zeros((0, len(self._first)), np.int64)
        self._bin = 0
        self._closed = 0

    @property
    def rows(self) -> int:
        """How many rows wait to be taken: spikes, values, weights and rates."""
        spikes = sum(len(steps) for steps, _ in self._spikes)
        states = sum(piece.values.size for probe in self._states for piece in probe)
        weights = sum(len(piece.weights) for probe in self._weights for piece in probe)
        return spikes + states + weights + self._counts.size

    def add_spikes(self, steps: NDArray[np.int32], neurons: NDArray[np.int32]) -> None:
        """Spikes in order, (spikes,) each; those that the plan asks for are kept."""
        if self.plan.rates_steps is not None and len(steps):
            self._count(steps // self.plan.rates_steps - self._bin, neurons)
        if self._mask is not None:
            chosen = self._mask[neurons]
            steps, neurons = steps[chosen], neurons[chosen]
        if len(steps):
            self._spikes.append((steps, neurons))

    def add_states(self, probe: int, steps: NDArray[np.int32], values: NDArray[Any]) -> None:
        """Samples of the plan's probe of this number: (samples,) and (samples, neurons)."""
        self._states[probe].append(States(steps, values))

    def add_weights(self, probe: int, weights: Weights) -> None:
        """The weights of the plan's probe of this number at one step."""
        self._weights[probe].append(weights)

    def done(self, steps: int) -> None:
        """Say that all spikes of the first `steps` steps have been added."""
        if self.plan.rates_steps is not None:
            self._closed = steps // self.plan.rates_steps
            missing = self._closed - self._bin - len(self._counts)
            if missing > 0:
                self._counts = np.pad(self._counts, ((0, missing), (0, 0)))

    def take_spikes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(steps, neurons) since the last call, each (spikes,) int32, in order."""
        pieces, self._spikes = self._spikes, []
        if not pieces:
            return np.empty(0, np.int32), np.empty(0, np.int32)
        return np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])

    def take_states(self) -> list[States]:
        """The samples since the last call, one entry for each probe of the plan."""
        pieces, self._states = self._states, [[] for _ in self._states]
        return [_joined(p) if p else n for p, n in zip(pieces, self._nothing, strict=True)]

    def take_weights(self) -> list[list[Weights]]:
        """The weights since the last call, one list for each probe of the plan."""
        pieces, self._weights = self._weights, [[] for _ in self._weights]
        return pieces

    def take_rates(self) -> Rates:
        """The rates of the bins that closed since the last call."""
        over = max(0, self._closed - self._bin)
        counts, self._counts = self._counts[:over], self._counts[over:]
        width = self.plan.rates_steps or 1
        ends = (np.arange(self._bin, self._bin + over) + 1) * width - 1
        self._bin += over
        hz = counts / self._size / (width * self.plan.dt_ms) * 1e3
        return Rates(ends.astype(np.int32), hz)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that waits, for a checkpoint; nothing is taken."""
        found: dict[str, NDArray[Any]] = {
            "counts": self._counts,
            "bins": np.array([self._bin, self._closed], np.int64),
        }
        spikes = self.take_spikes()
        if len(spikes[0]):
            self._spikes = [spikes]
        found["spike_steps"], found["spike_neurons"] = spikes
        for probe, pieces in enumerate(self._states):
            self._states[probe] = [_joined(pieces)] if pieces else []
        return found | _numbered("state", self._states) | _numbered("weights", self._weights)

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Wait with what `arrays` gave, and nothing else."""
        self._counts = arrays["counts"].copy()
        self._bin, self._closed = (int(number) for number in arrays["bins"])
        steps, neurons = arrays["spike_steps"], arrays["spike_neurons"]
        self._spikes = [(steps, neurons)] if len(steps) else []
        for probe in range(len(self._states)):
            self._states[probe] = [States(*p) for p in _found(arrays, f"state.{probe}", States)]
        for probe in range(len(self._weights)):
            pieces = _found(arrays, f"weights.{probe}", Weights)
            self._weights[probe] = [Weights(int(step), *rest) for step, *rest in pieces]

    def _count(self, bins: NDArray[np.int32], neurons: NDArray[np.int32]) -> None:
        populations = len(self._first)
        needed = int(bins[-1]) + 1 - len(self._counts)
        if needed > 0:
            self._counts = np.pad(self._counts, ((0, needed), (0, 0)))
        member = np.searchsorted(self._first, neurons, side="right") - 1
        places = bins.astype(np.int64) * populations + member
        self._counts += np.bincount(places, minlength=self._counts.size).reshape(-1, populations)


def _joined(pieces: list[States]) -> States:
    steps, values = zip(*pieces, strict=True)
    return States(np.concatenate(steps), np.concatenate(values))


def _numbered(kind: str, probes: Sequence[Sequence[Any]]) -> dict[str, NDArray[Any]]:
    """Every field of every piece of every probe, under a name of its own."""
    return {
        f"{kind}.{probe}.{number}.{field}": np.asarray(value)
        for probe, pieces in enumerate(probes)
        for number, piece in enumerate(pieces)
        for field, value in piece._asdict().items()
    }


def _found(arrays: Mapping[str, NDArray[Any]], key: str, kind: Any) -> Iterator[list[NDArray[Any]]]:
    """The pieces that `_numbered` gave under `key`, each in the order of its fields."""
    for number in count():
        if f"{key}.{number}.{kind._fields[0]}" not in arrays:
            return
        yield [arrays[f"{key}.{number}.{name}"] for name in kind._fields]
