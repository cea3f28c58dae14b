"""A network that can be advanced, looked at and steered."""

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.engine import checkpoint, poisson
from hal9lib.engine.groups import shortest_delay
from hal9lib.engine.interrupts import interrupts_later
from hal9lib.engine.machine import Machine
from hal9lib.engine.memory import check_memory
from hal9lib.engine.steps import intervals, steps_of, updates
from hal9lib.engine.stimulus import pulse
from hal9lib.engine.synapse_table import SynapseTable
from hal9lib.engine.workers import count_workers
from hal9lib.errors import ParameterError, SimulationError
from hal9lib.network import Network, changed
from hal9lib.part_checks import number_of
from hal9lib.parts import Population, Projection, plain
from hal9lib.recording.plan import read_plan
from hal9lib.recording.recorder import Recorder, Weights

PRECISIONS = ("float32", "float64")


class Simulation:
    """A network, built and ready to step.

    Parameters
    ----------
    network : what to simulate; it is not changed.
    dt_ms : the time step in ms.
    threads : workers, or None for one a free core (one for a small network); same spikes.
    precision : ``float32`` or ``float64``, of the neurons' state and of weights.
    record : what is kept, see `hal9lib.recording.plan`; all spikes if left out.

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
        record: Mapping[str, Any] | None = None,
    ) -> None:
        if not network.populations:
            raise ParameterError("network has no population; use network.add() first.")
        if precision not in PRECISIONS:
            raise ParameterError(
                f"precision = {precision!r} is not allowed; use {' or '.join(PRECISIONS)}."
            )
        # A copy: what is added to the network later is not part of this simulation.
        self.network = self._described = network.copy()
        #: What was done to it that its description does not say.
        self.steering: dict[str, Any] = {}
        self.dt_ms = network.check_step(dt_ms)
        self.precision = precision
        self.recorder = Recorder(read_plan(record, self.network, self.dt_ms), precision)
        batch = shortest_delay(self.network, self.dt_ms)
        self.threads = count_workers(threads, network.neurons, batch)
        check_memory(self.network, self.dt_ms, self.threads, getattr(np, precision))
        self._closed = False
        started = time.perf_counter()
        self._machine = Machine(
            self.network, self.dt_ms, self.threads, precision, self.recorder.plan.needs_spikes
        )
        self._intervals = intervals(self.network, self._machine.plastic_index, self.dt_ms)
        self._updates = updates(self._machine.structure, self.dt_ms)
        self.build_s = time.perf_counter() - started

    @property
    def step(self) -> int:
        """Steps done so far."""
        return self._machine.step

    @property
    def time_ms(self) -> float:
        """Model time so far, in ms."""
        return self._machine.step * self.dt_ms

    def advance(self, duration_ms: float) -> None:
        """Simulate `duration_ms` more; Ctrl-C stops it within a fraction of a second, whole.

        Raises ParameterError when the duration is not a whole number of steps.
        """
        steps = steps_of("duration_ms", duration_ms, self.dt_ms)
        self._check_open()
        last = self.step + steps
        if last >= 2**31:
            raise ParameterError(
                f"duration_ms = {duration_ms:g} is not allowed; a simulation has at most "
                f"{2**31 - 1:,} steps, {(2**31 - 1) * self.dt_ms:g} ms here."
            )
        while self.step < last:
            with interrupts_later():
                self.recorder.add_spikes(*self._machine.advance_once(self._next_stop(last)))
                self._pass_stop()

    def take_spikes(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(steps, neurons) of the spikes since the last call, each (spikes,) int32, in order.

        A spike's time is the end of its step, ``(step + 1) * dt_ms``.
        """
        return self.recorder.take_spikes()

    def state(self, variable: str, population: str) -> NDArray[Any]:
        """A copy of one state variable of a population, (size,).

        Raises ParameterError naming the variables or populations there are.
        """
        return self._state(variable, population).copy()

    def set_state(self, variable: str, population: str, values: Any) -> None:
        """Set one state variable of a population, from now on: a number, or one for each neuron."""
        place = self._state(variable, population)
        given = np.asarray(values, np.float64)
        if given.shape not in ((), place.shape) or not np.isfinite(given).all():
            raise ParameterError(
                f"{variable} of shape {given.shape} is not allowed; use a finite number, or "
                f"{len(place):,} of them."
            )
        place[:] = given
        self.steering["state"] = True

    def stimulate(
        self, population: str, weight: Any, *, neurons: Any = None, receptor: str | None = None
    ) -> None:
        """Let a spike of this weight arrive at some neurons of a population in the next step.

        Parameters
        ----------
        weight : in the receptor's unit, with sign: a number, or one for each neuron named.
        neurons : their numbers within the population; all if left out.
        receptor : the model's first if left out.
        """
        self._check_open()
        member = self._population(population)
        self._machine.add_input(member, *pulse(member, weight, neurons, receptor))
        self.steering["stimulated"] = True

    def weights(self, projection: int | str | Projection) -> SynapseTable:
        """The synapses of a projection as they are now, every spike so far accounted for.

        Takes 20 bytes a synapse. Raises ParameterError naming the projections there are.
        """
        self._check_open()
        return self._machine.synapses(number_of(projection, self.network.projections))

    def out_degrees(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(neurons,) synapses that leave each neuron: all, and those with a weight of their own."""
        self._check_open()
        return self._machine.out_degrees()

    def set_parameters(self, population: str, **changes: Any) -> None:
        """Go on with other parameters of a population's neurons; their state stays as it is.

        Raises ParameterError for a name or value that the model refuses, and where one number for
        all is to become one for each neuron, or the other way round.
        """
        self._check_open()
        member = self._population(population)
        index = self.network.populations.index(member)
        self._machine.change(index, changed(member.neuron, changes))
        self.network = self._machine.network
        parameters = self.network.populations[index].neuron.parameters
        now = {name: plain(value) for name, value in parameters.items()}
        self.steering.setdefault("parameters", {})[population] = now

    def scale_drive(self, factor: float) -> None:
        """Set every Poisson rate to `factor` (0 to 10) times its description's, from now on."""
        self._check_open()
        factor = checks.number("drive factor", factor, low=0.0, high=10.0)
        self._machine.drives = poisson.drives(self.network, self.dt_ms, self._machine.real, factor)
        self.steering["drive"] = factor

    def scale_inhibition(self, factor: float) -> None:
        """Set every negative weight to `factor` (0 to 10) times its description's."""
        self._check_open()
        factor = checks.number("inhibition factor", factor, low=0.0, high=10.0)
        self._machine.scale_inhibition(factor)
        self.steering["inhibition"] = factor

    def reset(self) -> None:
        """Back to time 0 and all that is described; static synapses are kept."""
        self._check_open()
        self.undo_steering()
        self._machine.start()
        self.recorder = Recorder(self.recorder.plan, self.precision)

    def undo_steering(self) -> None:
        """Go on with the described drive, weights and parameters."""
        for index, member in enumerate(self._described.populations):
            if member.name in self.steering.get("parameters", ()):
                self._machine.change(index, member.neuron)
        self.network = self._machine.network
        self.scale_inhibition(1.0)
        self.scale_drive(1.0)
        self.steering = {}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Copies of all that changes while it runs; see `restore`."""
        self._check_open()
        return self._machine.arrays()

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on bit for bit from where `arrays` were taken, on as many threads as there."""
        self._check_open()
        self._machine.restore(arrays)

    def checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Write all that changes, recordings that wait included, to one file; see `resume`."""
        checkpoint.save(self, path)

    def resume(self, path: str | os.PathLike[str]) -> None:
        """Go on bit for bit from a checkpoint of the same simulation on as many threads.

        Raises CheckpointError naming what is different, or where the file is damaged.
        """
        checkpoint.resume(self, *checkpoint.load(path, self))

    def close(self) -> None:
        """Give back the memory; the simulation cannot be advanced afterwards."""
        if not self._closed:
            self._closed = True
            self._machine.close()

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _next_stop(self, last: int) -> int:
        """The step, at most `last`, at which something else is due."""
        often = (*self._intervals, *self._updates)
        due = [(self.step // every + 1) * every for every, *_ in often]
        sample = self.recorder.plan.next_sample(self.step)
        return min([last, *due, *([] if sample is None else [sample])])

    def _pass_stop(self) -> None:
        """Do what is due at the step that was reached, and take what is recorded there."""
        for every, number, rule in self._intervals:
            if self.step % every == 0:
                self._machine.pass_by(number, rule)
        for kind in (kind for every, kind in self._updates if self.step % every == 0):
            self._machine.rewire(kind)
        self.recorder.done(self.step)
        taken = np.array([self.step - 1], np.int32)
        for index, probe in enumerate(self.recorder.plan.state):
            if self.step % probe.every_steps == 0:
                values = self._state(probe.variable, probe.population.name)
                chosen = values[probe.numbers - probe.population.first]
                self.recorder.add_states(index, taken, chosen[None, :])
        for index, synapses in enumerate(self.recorder.plan.weights):
            if self.step % synapses.every_steps == 0:
                now = self._machine.synapses(synapses.projection)
                found = Weights(self.step - 1, now.sources, now.targets, now.weights)
                self.recorder.add_weights(index, found)

    def _state(self, variable: str, population: str) -> NDArray[Any]:
        self._check_open()
        member = self._population(population)
        if variable not in member.neuron.state:
            raise ParameterError(
                f"variable = {variable!r} is not a state of {member.neuron.name}; "
                f"known: {', '.join(member.neuron.state)}."
            )
        return self._machine.place_of(self.network.populations.index(member), variable)

    def _population(self, name: str) -> Population:
        for member in self.network.populations:
            if member.name == name:
                return member
        known = ", ".join(p.name for p in self.network.populations)
        raise ParameterError(f"population = {name!r} is not in this network; known: {known}.")

    def _check_open(self) -> None:
        if self._closed:
            raise SimulationError("this simulation is closed; make another one.")
