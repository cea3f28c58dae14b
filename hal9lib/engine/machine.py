"""The arrays of one simulation and the calls of its compiled loop: no checks, no policy."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine import cell_plan, initial, layout, plastic_source, poisson
from hal9lib.engine.build import build
from hal9lib.engine.cells import ownership
from hal9lib.engine.groups import FREE_BATCH, plastic_groups, static_groups
from hal9lib.engine.loop import loop_module, merge_module
from hal9lib.engine.plastic import plastic
from hal9lib.engine.structural import Structure
from hal9lib.engine.structural_plan import growing
from hal9lib.engine.synapse_table import SynapseTable, drawn_projection, out_degrees, table
from hal9lib.errors import ParameterError
from hal9lib.network import Network, Population
from hal9lib.neurons._model import NeuronModel
from hal9lib.part_checks import sign_of

#: A call into the loop lasts about this long, so that Ctrl-C and progress are prompt.
_CALL_S = 0.05
#: What has another length when synapses have come or gone.
_GROWN = ("targets", "weights", "extras")


class Machine:
    """A network's arrays, built, and the loop that moves them on."""

    def __init__(
        self, network: Network, dt_ms: float, workers: int, precision: str, record: bool
    ) -> None:
        self.network, self.dt_ms, self.workers = network, dt_ms, workers
        self.real: Any = getattr(np, precision)
        self.owner = ownership(network, workers)
        self.plans = [
            cell_plan.plan_of(network, index, dt_ms) for index in range(len(network.populations))
        ]
        #: The plastic projections by their number in the network, in the order of `plastic`.
        self.plastic_index = [n for n, p in enumerate(network.projections) if p.rules]
        self._rules = [
            plastic_source.plan_of(network.projections[n], dt_ms) for n in self.plastic_index
        ]
        self._loop = loop_module(network, self.plans, self._rules, precision)
        self._static = static_groups(network, dt_ms)
        self._plastic = plastic_groups(network, dt_ms)
        self._record = record
        self.cells = initial.cells(self.owner, self.plans, self.real)
        built = build(network, self.owner, self._static, dt_ms, self.real)
        self.bundles = initial.bundles(self._static, built, self.real)
        self.replays = initial.replays(network, dt_ms)
        self._inhibition = 1.0
        self.start()
        self._run(0, 1, 0)  # no step: what has to be compiled is compiled as a part of building

    def start(self) -> None:
        """Everything at time 0; static synapses are kept, plastic ones are made anew."""
        network, delays = self.network, [g.delays for g in (*self._static, *self._plastic)]
        self.batch = min([FREE_BATCH, *(int(d.min()) for d in delays)])
        longest = max([int(d.max()) for d in delays], default=0)
        self.plastic: tuple[layout.Plastic, ...] = tuple(
            plastic(
                network, group, build(network, self.owner, [group], self.dt_ms, self.real), plan,
                self.batch, self.dt_ms, self.real,
            )
            for group, plan in zip(self._plastic, self._rules, strict=True)
        )  # fmt: skip
        self.drives = poisson.drives(network, self.dt_ms, self.real)
        self.structure = self._structure()
        heard = self._record or self.structure is not None  # elements grow by what is recorded
        self.spikes = initial.spikes(self.owner, longest, self.batch, heard)
        self.state = initial.state(network, self.owner, self.plans, self.real)
        # Arrivals, a cache line on the generation, and two flags of each worker.
        self._barrier = np.zeros(16 + 16 * self.workers, np.int64)
        self.step = 0
        self._chunk_steps = self.batch

    def advance_once(self, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """One call into the loop, towards `last`; the (steps, neurons) of the spikes it brought."""
        first, started = self.step, time.perf_counter()
        end = min(first + self._chunk_steps, last)
        reached = [first] * self.workers

        def work(worker: int) -> None:
            reached[worker] = self._run(worker, self.workers, end)

        self._all(work)
        self.step = int(reached[0])
        self._adapt(self.step - first, time.perf_counter() - started)
        brought = self._drain()
        if self.structure is not None:
            self.structure.see(*brought)
        return brought if self._record else (brought[0][:0], brought[1][:0])

    def rewire(self, kind: int) -> None:
        """Remove and create the synapses of one kind of elements."""
        if self.structure is not None:
            if any(rule.on_post for plan in self._rules for rule in plan.rules):
                self.bring_up()
            start = [np.array([*plan.extras.values()], np.float64) for plan in self._rules]
            self.plastic = self.structure.update(kind, self.plastic, self.step, start)

    def _run(self, worker: int, workers: int, end: int) -> int:
        """One worker's way through the loop up to a step; returns the step it came to."""
        return self._loop.advance(
            worker, workers, self.step, end, self.batch, self.dt_ms, self._barrier, self.cells,
            self.bundles, self.plastic, self.drives, self.replays, self.state, self.spikes,
        )  # fmt: skip

    def bring_up(self) -> None:
        """Account for every spike so far at every plastic synapse."""
        if self.plastic:
            self._all(
                lambda worker: self._loop.bring_up(
                    worker, self.step, self.dt_ms, self.cells, self.plastic, self.state
                )
            )

    def pass_by(self, number: int, rule: int) -> None:
        """What a rule of a plastic projection does every so often, done now."""
        self._all(
            lambda worker: self._loop.pass_by(
                worker, self.step, self.dt_ms, number, rule, self.cells, self.plastic, self.state
            )
        )

    def place_of(self, population: int, variable: str) -> NDArray[Any]:
        """A view of one state variable of a population, (size,)."""
        kind, row = self.plans[population].states[variable]
        member = self.network.populations[population]
        return getattr(self.state, kind)[row, member.first : member.first + member.size]

    def synapses(self, index: int) -> SynapseTable:
        """The synapses of one projection of the network as they are now."""
        if index in self.plastic_index:
            self.bring_up()
            number = self.plastic_index.index(index)
            return table(self.network, self.owner, self._plastic[number], self.plastic[number])
        found = drawn_projection(self.network, index, self.dt_ms)
        negative = sign_of(self.network.projections[index].weight) < 0
        return found._replace(weights=found.weights * (self._inhibition if negative else 1.0))

    def out_degrees(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(neurons,) synapses that leave each neuron: all, and those with a weight of their own."""
        every, weighted = np.zeros((2, self.network.neurons), np.int64)
        for number, group in enumerate(self._static):
            first, last = self.bundles.block_first[number, [0, -1]]
            part = self.bundles._replace(block_row=self.bundles.block_row[first:last])
            degrees = out_degrees(self.network, group, part)
            every += degrees
            weighted += degrees * group.weighted
        for group, built in zip(self._plastic, self.plastic, strict=True):
            degrees = out_degrees(self.network, group, built)
            every += degrees
            weighted += degrees
        return every, weighted

    def add_input(
        self, member: Population, slot: int, chosen: NDArray[np.int64], weight: NDArray[np.float64]
    ) -> None:
        """Let weights arrive at neurons of a population, numbered within it, in the next step."""
        population = self.network.populations.index(member)
        number = chosen + member.first
        for worker in range(self.workers):
            low, high = self.owner.low[worker, population], self.owner.high[worker, population]
            mine = (number >= low) & (number < high)
            places = self.owner.place[worker, population] + number[mine] - low
            np.add.at(self.state.input[slot], places, weight[mine].astype(self.real))

    def scale_inhibition(self, factor: float) -> None:
        """Set every negative weight to `factor` times its description's."""
        self._inhibition = factor
        for number, group in enumerate(self._static):
            if sign_of(self.network.projections[group.members[0]].weight) < 0:
                self.bundles.scale[number] = group.scale * factor
        for number, group in enumerate(self._plastic):
            if group.scale < 0.0:
                self.plastic[number].scale[0] = group.scale * factor

    def change(self, population: int, neuron: NeuronModel) -> None:
        """Go on with other parameters of a population's neurons."""
        other = self.network.with_neuron(population, neuron)
        other.check_step(self.dt_ms)
        plan = cell_plan.plan_of(other, population, self.dt_ms)
        old = self.plans[population]
        if (plan.scalars, plan.arrays) != (old.scalars, old.arrays):
            raise ParameterError(
                f"{neuron.name}: a parameter that is one number for all neurons cannot become one "
                "for each while it runs, nor the other way round; say so when it is added."
            )
        self.replays = initial.replays(other, self.dt_ms)
        self.network, self.plans[population] = other, plan
        self.cells = initial.cells(self.owner, self.plans, self.real)
        member = other.populations[population]
        for name, (kind, row) in plan.arrays.items():
            span = slice(member.first, member.first + member.size)
            getattr(self.state, kind)[row, span] = plan.constants[name]

    def close(self) -> None:
        """Give back the memory of the synapses."""
        self.plastic = ()
        self.bundles = self.bundles._replace(
            targets=np.empty(0, np.uint16), row_start=np.empty(0, np.uint32),
            weights=np.empty(0, self.real),
        )  # fmt: skip

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Copies of all that changes; `restore` takes them back on as many workers."""
        found = {"step": np.array([self.step])}
        for name, group in self._changing():
            found[name] = group.copy()
        return found

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Be where `arrays` were taken."""
        self._make_room(arrays)
        changing = self._changing()
        for name, group in changing:
            if arrays[name].shape != group.shape:
                raise ValueError(f"{name} has the shape {arrays[name].shape}, not {group.shape}")
        for name, group in changing:
            group[...] = arrays[name]
        self.step = int(arrays["step"][0])
        if self.structure is not None:
            self.structure.count(self.plastic)

    def _structure(self) -> Structure | None:
        if not any(growing(plan.rules) for plan in self._rules):
            return None
        return Structure(self.network, self.owner, self.plastic_index, self.plastic, self.dt_ms)

    def _make_room(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give grown projections as many synapses as there are in `arrays`."""
        self.plastic = tuple(
            p._replace(**{n: np.empty_like(arrays[f"plastic.{k}.{n}"]) for n in _GROWN})
            if growing(self._rules[k].rules)
            else p
            for k, p in enumerate(self.plastic)
        )

    def _changing(self) -> list[tuple[str, NDArray[Any]]]:
        found = [
            ("state.real", self.state.real),
            ("state.whole", self.state.whole),
            ("state.input", self.state.input),
            ("spikes.ring", self.spikes.ring),
            ("spikes.counts", self.spikes.counts),
            ("bundles.scale", self.bundles.scale),
            ("cells.real_constants", self.cells.real_constants),
            ("cells.whole_constants", self.cells.whole_constants),
        ]
        names = (
            "scale", "weights", "extras", "row_last", "row_done", "row_traces",
            "ring_steps", "ring_traces", "fired", "swept", "full",
        )  # fmt: skip
        for number, group in enumerate(self.plastic):
            found += [(f"plastic.{number}.{name}", getattr(group, name)) for name in names]
            if growing(self._rules[number].rules):
                rows = ("row_start", "block_synapse", "targets")
                found += [(f"plastic.{number}.{name}", getattr(group, name)) for name in rows]
        if self.structure is not None:
            found += list(self.structure.arrays().items())
        return found

    def _all(self, work: Callable[[int], None]) -> None:
        """Do `work` on every worker at once."""
        threads = [threading.Thread(target=work, args=(w,)) for w in range(1, self.workers)]
        for thread in threads:
            thread.start()
        work(0)
        for thread in threads:
            thread.join()

    def _drain(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The workers' records as one, in order."""
        taken = self.spikes.taken
        total = int(taken[:, 0].sum())
        steps, neurons = np.empty(total, np.int32), np.empty(total, np.int32)
        if total:
            merge_module().merge(self.cells, self.spikes, steps, neurons)
            taken[:, 0] = 0
        return steps, neurons

    def _adapt(self, steps: int, seconds: float) -> None:
        """Aim the next call at `_CALL_S`, in whole batches."""
        aim = steps * min(4.0, _CALL_S / max(seconds, 1e-6))
        self._chunk_steps = max(1, round(aim / self.batch)) * self.batch
