"""A run's recordings in a folder, read whole, in chunks or with SQL."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError, StoreError
from hal9lib.network import Network
from hal9lib.recording.plan import Plan, read_plan
from hal9lib.recording.recorder import Rates, States, Weights
from hal9lib.recording.traces import (
    RateTrace,
    StateTrace,
    WeightSample,
    rate_trace,
    state_traces,
    weight_samples,
)
from hal9lib.stores.recordings import reader
from hal9lib.stores.stream_parts import Manifest, Part, is_whole, read_part

if TYPE_CHECKING:
    import pandas

    from hal9lib.run import Run


def read_stream(folder: str | Path) -> "Stream":
    """The recordings in a folder that was given to ``hal9.simulate(stream=…)``.

    Raises StoreError when there is no stream.
    """
    return Stream(Path(folder))


class Stream:
    """A folder that a run was recorded to, whether or not the run came to its end.

    Only what its manifest acknowledges is read, so a run that was killed reads like one that
    stopped a moment earlier. Any Parquet reader opens the parts, too.

    Parameters
    ----------
    folder : as it was given to ``hal9.simulate(stream=…)``.

    Raises StoreError when there is no stream.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = Manifest.read(self.folder)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, for `chunks`, `read` and `sql`."""
        return tuple(self.manifest.tables)

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return self.manifest.finished

    @property
    def time_ms(self) -> float:
        """Model time up to which everything is there."""
        return float(f"{self.manifest.reached * self.manifest.header['dt_ms']:.12g}")

    def rows(self, table: str) -> int:
        """How many rows a table has; raises ParameterError naming the tables there are."""
        return sum(part.rows for part in self._parts(table))

    def chunks(
        self, table: str, *, skip_damaged: bool = False
    ) -> Iterator[dict[str, NDArray[Any]]]:
        """A table's columns part by part, in order, for tables larger than memory.

        Raises StoreError at a part that is gone or altered, unless those are to be skipped.
        """
        with reader() as connection:
            for part in self._parts(table):
                try:
                    yield read_part(connection, self.folder, part, self._types(table))
                except StoreError:
                    if not skip_damaged:
                        raise

    def read(self, table: str, *, skip_damaged: bool = False) -> dict[str, NDArray[Any]]:
        """A table's columns whole, (rows,) each; raises as `chunks` does."""
        rows = self.rows(table)
        found = {name: np.empty(rows, kind) for name, kind in self._types(table).items()}
        filled = 0
        for chunk in self.chunks(table, skip_damaged=skip_damaged):
            end = filled + len(chunk["step"])
            for name, column in chunk.items():
                found[name][filled:end] = column
            filled = end
        return {name: column[:filled] for name, column in found.items()}

    def damaged(self) -> list[str]:
        """The names of the parts that are gone or altered."""
        return [part.file for part in self.manifest.parts if not is_whole(self.folder, part)]

    def sql(self, query: str) -> "pandas.DataFrame":
        """What DuckDB answers to a query over the tables, without reading them whole.

        ``stream.sql("SELECT neuron, count(*) AS n FROM spikes GROUP BY neuron ORDER BY neuron")``
        """
        import duckdb

        with reader() as connection:
            try:
                for table in self.tables:
                    files = [str(self.folder / part.file) for part in self._parts(table)]
                    if files:
                        connection.read_parquet(files).create_view(table)
                    else:
                        empty = {n: np.empty(0, kind) for n, kind in self._types(table).items()}
                        connection.register(table, empty)
                return connection.sql(query).df()
            except duckdb.Error as problem:
                raise StoreError(f"the stream {self.folder} cannot answer: {problem}") from problem

    @cached_property
    def network(self) -> Network:
        """The network that was simulated."""
        return Network.from_description(self.manifest.header["network"])

    @cached_property
    def plan(self) -> Plan:
        """What was recorded of it."""
        header = self.manifest.header
        return read_plan(header["record"], self.network, header["dt_ms"])

    def run(self) -> "Run":
        """The run, as far as it came; its recordings are read when they are asked for."""
        from hal9lib.stores.streamed_run import StreamedRun

        return StreamedRun.of(self)

    def spikes(self, *, skip_damaged: bool = False) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(steps, neurons), each (spikes,) int32, in order; raises as `chunks` does."""
        found = self.read("spikes", skip_damaged=skip_damaged)
        return found["step"], found["neuron"]

    def states(self, *, skip_damaged: bool = False) -> dict[str, StateTrace]:
        """The traces by name, such as ``E.v_mv``; raises as `chunks` does.

        Of these, of weights and of rates no sample is given that lies in part in a damaged file.
        """
        taken = []
        for number, probe in enumerate(self.plan.state):
            rows = self._whole_samples(f"state_{number}", skip_damaged)
            neurons = len(probe.neurons)
            values = rows["value"].reshape(-1, neurons)
            taken.append(States(rows["step"][::neurons], values))
        return state_traces(self.plan, taken)

    def weights(self, *, skip_damaged: bool = False) -> dict[str, list[WeightSample]]:
        """The samples by projection, such as ``E->I``; raises as `chunks` does."""
        taken = []
        for number, probe in enumerate(self.plan.weights):
            rows = self._whole_samples(f"weights_{number}", skip_damaged)
            # A sample may have no rows: a projection that grows begins with no synapse.
            steps = np.arange(probe.every_steps, self.manifest.reached + 1, probe.every_steps) - 1
            steps = steps[self._kept(f"weights_{number}", steps, skip_damaged)]
            starts = np.searchsorted(rows["step"], steps)
            columns = (np.split(rows[c], starts[1:]) for c in ("source", "target", "weight"))
            pieces = zip(steps.tolist(), *columns, strict=False)
            taken.append([Weights(step, *piece) for step, *piece in pieces])
        return weight_samples(self.plan, taken)

    def rates(self, *, skip_damaged: bool = False) -> RateTrace | None:
        """The population rates, None where they were not asked for; raises as `chunks` does."""
        if self.plan.rates_steps is None:
            return None
        rows = self._whole_samples("rates", skip_damaged)
        populations = len(self.plan.network.populations)
        hz = rows["hz"].reshape(-1, populations)
        return rate_trace(self.plan, Rates(rows["step"][::populations], hz))

    def _whole_samples(self, table: str, skip_damaged: bool) -> dict[str, NDArray[Any]]:
        """A table without the rows of samples that lie in part in a damaged file."""
        rows = self.read(table, skip_damaged=skip_damaged)
        kept = self._kept(table, rows["step"], skip_damaged)
        return {name: column[kept] for name, column in rows.items()}

    def _kept(self, table: str, steps: NDArray[Any], skip_damaged: bool) -> NDArray[np.bool_]:
        """Which of these steps lie in no damaged part of the table."""
        kept = np.ones(len(steps), bool)
        for part in self._parts(table) if skip_damaged else ():
            if not is_whole(self.folder, part):
                kept &= (steps < part.first_step) | (steps > part.last_step)
        return kept

    def __repr__(self) -> str:
        rows = ", ".join(f"{table}: {self.rows(table):,} rows" for table in self.tables)
        state = "finished" if self.finished else "unfinished"
        return f"Stream({str(self.folder)!r}, {state} at {self.time_ms:g} ms, {rows})"

    def _parts(self, table: str) -> list[Part]:
        self._types(table)
        return [part for part in self.manifest.parts if part.table == table]

    def _types(self, table: str) -> Mapping[str, str]:
        if table not in self.manifest.tables:
            raise ParameterError(
                f"table = {table!r} is not in this stream; known: {', '.join(self.tables)}."
            )
        return self.manifest.tables[table]["columns"]
