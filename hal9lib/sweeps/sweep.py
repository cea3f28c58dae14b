"""The one call for many runs: a grid or a list of parameters, by seeds, each run kept."""

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hal9lib import checks
from hal9lib.engine.simulation import steps_of
from hal9lib.network import Network
from hal9lib.result import Result
from hal9lib.run import Run, content_key
from hal9lib.sweeps.members import Member, members
from hal9lib.sweeps.processes import Task, on_client, on_processes
from hal9lib.sweeps.task import Question

if TYPE_CHECKING:
    import pandas

    from hal9lib.stores.base import Store

Measures = Mapping[str, Callable[[Run], Any]]


def sweep(
    make: Callable[..., Network],
    parameters: Mapping[str, Sequence[Any]] | Iterable[Mapping[str, Any]],
    *,
    duration_ms: float,
    seeds: int | Iterable[int] = 1,
    fixed: Mapping[str, Any] | None = None,
    dt_ms: float = 0.1,
    precision: str = "float32",
    measures: Measures | None = None,
    store: "Store | None" = None,
    tags: Iterable[str] = (),
    again: bool = False,
    workers: int | None = None,
    client: Any = None,
    progress: bool | None = None,
) -> "pandas.DataFrame":
    """Run a model at many parameters and seeds; a table with a row for each.

    Every network is made, and every parameter checked, before the first one runs. Runs go side by
    side in processes of one thread each. With a store, each is kept the moment it is done, and what
    is kept there already is found, not run: a sweep that was stopped goes on where it was.

    Parameters
    ----------
    make : a published network such as ``hal9.models.brunel``, or a function that takes parameters
        by name and ``seed`` and returns a Network.
    parameters : a grid, name → values, of which all combinations are run; or a list of parameters.
    duration_ms, dt_ms, precision : as in `simulate`, the same for all.
    seeds : how many (1, 2, …), or which. fixed : parameters that all have.
    measures : name of a column → function of a Run that gives a number or a Result; a Result fills
        the columns NAME, NAME_low, NAME_high and NAME_p where it has them.
    store : where runs are kept; without one they are gone when their row is made.
    tags : words to find the kept runs by. again : run also what is kept.
    workers : processes side by side; None for one a core.
    client : a Dask client, or anything with ``submit(function, *arguments)``, to run on instead.
    progress : show a bar; None shows one in a terminal when it takes over a second.

    Returns
    -------
    pandas.DataFrame in the order of parameters and seeds: parameters, ``seed``, ``key``,
    ``spike_hash``, ``spikes``, ``rate_hz``, ``wall_s`` (seconds of stepping), ``found`` (whether
    it was kept already), measures, and ``error``: None, or why this member could not be run.

    Raises
    ------
    ParameterError : a parameter is not allowed; nothing has run then. StoreError : a run could not
        be kept. KeyboardInterrupt : on Ctrl-C; no process is left, and what is kept stays.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> table = sweep(hal9.models.brunel, {"g": [4.0, 8.0]}, seeds=2, duration_ms=50,
    ...               fixed={"neurons": 500, "indegree": 50}, workers=1)
    >>> table[["g", "seed"]].values.tolist()
    [[4.0, 1.0], [4.0, 2.0], [8.0, 1.0], [8.0, 2.0]]
    >>> bool((table.rate_hz[:2].mean() > table.rate_hz[2:].mean()))  # more inhibition, fewer spikes
    True
    """
    everyone = members(make, parameters, seeds, fixed or {})
    for member in everyone:
        steps_of("duration_ms", duration_ms, member.network.check_step(dt_ms))
    workers = checks.whole("workers", workers or os.cpu_count() or 1, low=1, high=256)
    question = Question(duration_ms=float(duration_ms), dt_ms=float(dt_ms), precision=precision)
    keys = [content_key(member.network, **question) for member in everyone]
    table = _Table(everyone, keys, measures or {}, store, tuple(tags))
    waiting = [key for key in dict.fromkeys(keys) if again or not table.find(key)]
    tasks: list[Task] = [(table.member(key).network.description(), question) for key in waiting]
    with _bar(len(keys), progress) as bar:
        bar.update(len(keys) - len(tasks))
        outcomes = on_client(tasks, client) if client else on_processes(tasks, workers)
        with closing(outcomes):
            for number, outcome in outcomes:
                table.take(waiting[number], question, outcome)
                bar.update(1)
    return table.frame()


class _Table:
    """The rows of a sweep, by key: two members that ask the same share one run."""

    def __init__(
        self,
        everyone: Sequence[Member],
        keys: Sequence[str],
        measures: Measures,
        store: "Store | None",
        tags: tuple[str, ...],
    ) -> None:
        self._everyone = list(zip(keys, everyone, strict=True))
        self._members = dict(self._everyone)
        self._measures, self._store, self._tags = measures, store, tags
        self._rows: dict[str, dict[str, Any]] = {}

    def member(self, key: str) -> Member:
        """A member that asks this question."""
        return self._members[key]

    def find(self, key: str) -> bool:
        """Fill in the row of a run that is kept already; whether there is one."""
        if self._store is None or key not in self._store:
            return False
        record = self._store.record(key)
        columns = ("spike_hash", "spikes", "rate_hz", "wall_s")
        row = {name: record[name] for name in columns} | {"found": True, "error": None}
        self._rows[key] = row | (self._measured(self._store.load(key)) if self._measures else {})
        return True

    def take(self, key: str, question: Question, outcome: Any) -> None:
        """Keep a run that is done, and fill in its row; or say why there is none."""
        if isinstance(outcome, Exception):
            self._rows[key] = {"found": False, "error": str(outcome)}
            return
        steps, neurons, build_s, wall_s = outcome
        times = {"build_s": build_s, "wall_s": wall_s}
        run = Run(self.member(key).network, spike_steps=steps, spike_neurons=neurons,
                  threads=1, **times, **question)  # fmt: skip
        if self._store is not None:
            self._store.save(run, tags=self._tags)
        self._rows[key] = {
            "spike_hash": run.spike_hash,
            "spikes": len(steps),
            "rate_hz": run.rate_hz(),
            "wall_s": wall_s,
            "found": False,
            "error": None,
        } | self._measured(run)

    def frame(self) -> "pandas.DataFrame":
        """All rows in the members' order; warns when some could not be run."""
        import pandas

        rows = [
            {**member.parameters, "seed": member.seed, "key": key, **self._rows[key]}
            for key, member in self._everyone
        ]
        table = pandas.DataFrame(rows)
        failed = table[table["error"].notna()]
        if len(failed):
            warnings.warn(
                f"{len(failed):,} of {len(table):,} members of the sweep have no run, the first: "
                f"{failed['error'].iloc[0]} See the column error; sweep again to try them again.",
                RuntimeWarning,
                stacklevel=3,
            )
        return table[[*table.columns.drop("error"), "error"]]

    def _measured(self, run: Run) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, measure in self._measures.items():
            value = measure(run)
            found[name] = float(value)
            if isinstance(value, Result) and value.interval is not None:
                found[f"{name}_low"], found[f"{name}_high"] = value.interval
            if isinstance(value, Result) and value.p is not None:
                found[f"{name}_p"] = value.p
        return found


def _bar(total: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    shown = sys.stderr.isatty() if progress is None else progress
    return tqdm(
        total=total, unit="run", desc="sweep", disable=not shown, delay=0.0 if progress else 1.0
    )
