"""A network that can be advanced, looked at and steered."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.engine import build, layout, poisson
from hal9lib.engine.initial import initial_state
from hal9lib.engine.interrupts import interrupts_later
from hal9lib.engine.loop import loop_module, merge_module
from hal9lib.engine.workers import count_workers
from hal9lib.errors import ParameterError, SimulationError
from hal9lib.network import Network

PRECISIONS = ("float32", "float64")
#: Steps of a batch when no delay bounds it.
_FREE_BATCH = 64
#: A call into the loop lasts about this long, so that Ctrl-C and progress are prompt.
_CALL_S = 0.05


class Simulation:
    """A network, built and ready to step.

    Parameters
    ----------
    network : what to simulate; it is not changed.
    dt_ms : the time step in ms.
    threads : workers, or None for one a free core (one for a small network); same spikes.
    precision : ``float32`` or ``float64``, of the neurons' state.
    record : ``{"spikes": "all"}`` (if left out) or ``{"spikes": "none"}``.

    Raises ParameterError for a value that is not allowed; SimulationError when memory is short.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.models.brunel(neurons=1_000, indegree=100, seed=9)
    >>> with hal9.Simulation(network) as simulation:
    ...     simulation.advance(50.0)
    ...     steps, neurons = simulation.take_spikes()
    >>> simulation.time_ms, len(steps) > 0
    (50.0, True)
    """

    def __init__(
        self,
        network: Network,
        *,
        dt_ms: float = 0.1,
        threads: int | None = None,
        precision: str = "float32",
        record: Mapping[str, str] | None = None,
    ) -> None:
        if not network.populations:
            raise ParameterError("network has no population; use network.add() first.")
        if precision not in PRECISIONS:
            raise ParameterError(
                f"precision = {precision!r} is not allowed; use {' or '.join(PRECISIONS)}."
            )
        # A copy: what is added to the network later is not part of this simulation.
        self.network = network.copy()
        self.dt_ms = network.check_step(dt_ms)
        self.precision = precision
        self.threads = count_workers(threads, network.neurons)
        self._pieces: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
        self._projections: layout.Projections
        self._real: Any = getattr(np, precision)
        self._record = _records_spikes(record)
        started = time.perf_counter()
        self._build(self.network)
        self.build_s = time.perf_counter() - started

    @property
    def time_ms(self) -> float:
        """Model time so far, in ms."""
        return self._step * self.dt_ms

    def advance(self, duration_ms: float) -> None:
        """Simulate `duration_ms` more; Ctrl-C stops it within a fraction of a second, whole.

        Raises ParameterError when the duration is not a whole number of steps.
        """
        steps = steps_of("duration_ms", duration_ms, self.dt_ms)
        if self._closed:
            raise SimulationError("this simulation is closed; make another one.")
        last = self._step + steps
        if last >= 2**31:
            raise ParameterError(
                f"duration_ms = {duration_ms:g} is not allowed; a simulation has at most "
                f"{2**31 - 1:,} steps, {(2**31 - 1) * self.dt_ms:g} ms here."
            )
        while self._step < last:
            with interrupts_later():
                self._advance_once(last)

    def take_spikes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(steps, neurons) of the spikes since the last call, each (spikes,) int32, in order.

        A spike's time is the end of its step, ``(step + 1) * dt_ms``.
        """
        pieces, self._pieces = self._pieces, []
        if not pieces:
            return np.empty(0, np.int32), np.empty(0, np.int32)
        return np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])

    def state(self, variable: str, population: str) -> NDArray[Any]:
        """A copy of one state variable of a population, (size,).

        Raises ParameterError naming the variables or populations there are.
        """
        members = {p.name: p for p in self.network.populations}
        if population not in members:
            raise ParameterError(
                f"population = {population!r} is not in this network; known: {', '.join(members)}."
            )
        member = members[population]
        array, row = self._place(member.neuron, variable)
        return array[row, member.first : member.first + member.size].copy()

    def scale_drive(self, factor: float) -> None:
        """Set every Poisson rate to `factor` (0 to 10) times its description's, from now on."""
        factor = checks.number("drive factor", factor, low=0.0, high=10.0)
        self._drives = poisson.drives(self.network, self.dt_ms, self._real, factor)

    def scale_inhibition(self, factor: float) -> None:
        """Set every negative weight to `factor` (0 to 10) times its description's, from now on."""
        factor = checks.number("inhibition factor", factor, low=0.0, high=10.0)
        weights = np.array([p.weight for p in self.network.projections])
        self._projections.weight[:] = np.where(weights < 0.0, weights * factor, weights)

    def reset(self) -> None:
        """Back to time 0 and the described drive and weights; the synapses are kept."""
        if self._closed:
            raise SimulationError("this simulation is closed; make another one.")
        self.scale_inhibition(1.0)
        self._start()

    def close(self) -> None:
        """Give back the memory; the simulation cannot be advanced afterwards."""
        self._closed = True
        self._pieces = []
        self._projections = self._projections._replace(
            targets=np.empty(0, np.uint16), row_start=np.empty(0, np.uint32)
        )

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _build(self, network: Network) -> None:
        workers = self.threads
        self._loop = loop_module(network, self.dt_ms, self.precision)
        try:
            self._populations = layout.populations(network, workers, self.dt_ms, self._real)
            self._projections = build.synapses(network, workers, self.dt_ms, self._real)
            self._start()
        except MemoryError as problem:
            raise SimulationError(
                f"{network.neurons:,} neurons with {network.synapses:,} synapses need about "
                f"{2e-9 * network.synapses + 5e-8 * network.neurons:.1f} GB of memory, which is "
                "not free; use fewer."
            ) from problem

    def _start(self) -> None:
        network, workers = self.network, self.threads
        delays = self._projections.delay_steps
        self._batch = int(delays.min(initial=_FREE_BATCH))
        self._drives = poisson.drives(network, self.dt_ms, self._real)
        self._spikes = layout.spikes(self._populations, delays, self._batch, self._record)
        self._state = initial_state(network, workers, self._real)
        self._barrier = np.zeros(16, np.int64)  # arrivals, and a cache line on the generation
        self._pieces = []
        self._step = 0
        self._chunk_steps = self._batch
        self._closed = False

    def _advance_once(self, last: int) -> None:
        """One call into the loop, towards `last`, and what it brought."""
        first = self._step
        started = time.perf_counter()
        self._step = self._call(first, min(first + self._chunk_steps, last))
        self._drain()
        self._adapt(self._step - first, time.perf_counter() - started)

    def _call(self, first: int, last: int) -> int:
        """Run all workers from one step to another; returns the step they came to."""
        workers = self.threads
        reached = [first] * workers

        def work(worker: int) -> None:
            reached[worker] = self._loop.advance(
                worker, workers, first, last, self._batch, self._barrier,
                self._populations, self._projections, self._drives, self._state, self._spikes,
            )  # fmt: skip

        threads = [threading.Thread(target=work, args=(w,)) for w in range(1, workers)]
        for thread in threads:
            thread.start()
        work(0)
        for thread in threads:
            thread.join()
        return int(reached[0])

    def _drain(self) -> None:
        """Move the workers' records into one piece, in order."""
        taken = self._spikes.taken
        total = int(taken[:, 0].sum())
        if total:
            steps, neurons = np.empty(total, np.int32), np.empty(total, np.int32)
            merge_module().merge(self._populations, self._spikes, steps, neurons)
            self._pieces.append((steps, neurons))
            taken[:, 0] = 0

    def _adapt(self, steps: int, seconds: float) -> None:
        """Aim the next call at `_CALL_S`, in whole batches."""
        aim = steps * min(4.0, _CALL_S / max(seconds, 1e-6))
        self._chunk_steps = max(1, round(aim / self._batch)) * self._batch

    def _place(self, neuron: Any, variable: str) -> tuple[NDArray[Any], int]:
        if variable not in neuron.state:
            raise ParameterError(
                f"variable = {variable!r} is not a state of {neuron.name}; "
                f"known: {', '.join(neuron.state)}."
            )
        kind = neuron.state[variable].kind
        same = [name for name, state in neuron.state.items() if state.kind == kind]
        return getattr(self._state, kind), same.index(variable)


def steps_of(name: str, duration_ms: float, dt_ms: float) -> int:
    """A duration in steps; raises ParameterError unless it is a whole number of at least 1."""
    duration_ms = checks.number(name, duration_ms, low=0.0, high=1e10, open_low=True)
    steps = round(duration_ms / dt_ms)
    if steps < 1 or abs(steps * dt_ms - duration_ms) > 1e-6 * dt_ms + 1e-9 * duration_ms:
        raise ParameterError(
            f"{name} = {duration_ms:g} is not allowed; use a whole multiple of dt_ms = {dt_ms:g}."
        )
    return steps


def _records_spikes(record: Mapping[str, str] | None) -> bool:
    if record is None:
        return True
    if dict(record) not in ({"spikes": "all"}, {"spikes": "none"}):
        raise ParameterError(
            f"record = {record!r} is not allowed; use {{'spikes': 'all'}} or {{'spikes': 'none'}}."
        )
    return record["spikes"] == "all"
