"""Recordings to disk while a simulation runs, within a bounded memory."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import StoreError
from hal9lib.recording.differences import first_difference
from hal9lib.stores.recordings import reader
from hal9lib.stores.stream_parts import MANIFEST, Manifest, Part, read_part, write_part

_LOCK = ".writing"


class StreamWriter:
    """Tables that grow in a folder: buffered rows become Parquet parts, all of them or none.

    Parameters
    ----------
    folder : made if it is not there; it must be empty, or hold this very stream.
    header : what the stream is of, JSON-able: a stream goes on with an equal header only.
    tables : for each, ``{"columns": {"step": "int32", …}, …}``, JSON-able.
    about : what else is worth knowing, JSON-able, such as versions.
    from_step : None for a new stream; else go on after so many steps, forgetting later rows.
    part_rows : rows that are buffered, of all tables together, before they are written.
    flush_s : seconds after which rows are written however few they are.

    Raises StoreError: the folder holds something else, another process writes to it, or the stream
    does not reach `from_step`.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> tables = {"spikes": {"columns": {"step": "int32", "neuron": "int32"}}}
    >>> with StreamWriter(Path(folder.name), {"seed": 1}, tables) as writer:
    ...     writer.append("spikes", np.array([0, 2], np.int32), np.array([7, 3], np.int32))
    ...     writer.finish(3)
    >>> Manifest.read(Path(folder.name)).parts[0].rows
    2
    >>> folder.cleanup()
    """

    def __init__(
        self,
        folder: Path,
        header: Mapping[str, Any],
        tables: Mapping[str, Mapping[str, Any]],
        *,
        about: Mapping[str, Any] | None = None,
        from_step: int | None = None,
        part_rows: int = 1_000_000,
        flush_s: float = 5.0,
    ) -> None:
        self.folder = folder
        self.part_rows = part_rows
        self.flush_s = flush_s
        #: Rows appended and not yet written.
        self.rows = 0
        self._pieces: dict[str, list[tuple[NDArray[Any], ...]]] = {table: [] for table in tables}
        new = Manifest(*json.loads(json.dumps([header, tables, about or {}])))
        try:
            check_folder(folder, from_step)
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder)
            check_folder(folder, from_step)  # again: another may have been there a moment ago
        except OSError as problem:
            raise self._refused(problem) from problem
        self._connection = reader()
        try:
            self._manifest = new if from_step is None else self._gone_on(new, from_step)
            self._manifest.write(folder)
            self._clear()
        except OSError as problem:
            self.close()
            raise self._refused(problem) from problem
        except BaseException:
            self.close()
            raise
        self._written = time.monotonic()

    @property
    def manifest(self) -> Manifest:
        """What would be found if the process ended now."""
        return self._manifest

    def append(self, table: str, *columns: NDArray[Any]) -> None:
        """Add rows, (rows,) a column, in ascending order of step; they are copied when written."""
        rows = len(columns[0])
        for start in range(0, rows, self.part_rows):
            piece = tuple(column[start : start + self.part_rows] for column in columns)
            self._pieces[table].append(piece)
        self.rows += rows

    def reached(self, step: int) -> None:
        """Say that every row of the first `step` steps has been added; writes them when it is time.

        Raises StoreError when they cannot be written; what was written before stays.
        """
        late = time.monotonic() - self._written > self.flush_s
        if self.rows >= self.part_rows or (late and step > self._manifest.reached):
            self.flush(step)

    def flush(self, step: int) -> None:
        """Write all rows that wait; raises StoreError as `reached` does."""
        new: list[Part] = []
        number = _next_number(self._manifest.parts)
        try:
            for table, pieces in self._pieces.items():
                names = self._manifest.tables[table]["columns"]
                for group in _groups(pieces, self.part_rows):
                    columns = [np.concatenate(c) for c in zip(*group, strict=True)]
                    named = dict(zip(names, columns, strict=True))
                    new.append(write_part(self._connection, self.folder, table, number, named))
                    number += 1
            manifest = self._manifest.with_parts((*self._manifest.parts, *new), step)
            manifest.write(self.folder)
        except BaseException as problem:
            for part in new:
                with suppress(OSError):
                    (self.folder / part.file).unlink(missing_ok=True)
            if isinstance(problem, OSError):
                raise self._full(problem) from problem
            raise
        self._manifest = manifest
        self._pieces = {table: [] for table in self._pieces}
        self.rows = 0
        self._written = time.monotonic()

    def finish(self, step: int, **about: Any) -> None:
        """Write all rows, and that the run came to its end after `step` steps; as `reached`.

        Parameters
        ----------
        about : what is known only now, JSON-able, such as seconds spent.
        """
        self.flush(step)
        more = {**self._manifest.about, **about}
        try:
            manifest = replace(self._manifest, finished=True, about=more)
            manifest.write(self.folder)
        except OSError as problem:
            raise self._full(problem) from problem
        self._manifest = manifest

    def close(self) -> None:
        """Let others write to the folder; what was not flushed is not kept."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        self._connection.close()

    def __enter__(self) -> "StreamWriter":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _gone_on(self, new: Manifest, step: int) -> Manifest:
        """The manifest that is there, cut back to `step`."""
        there = Manifest.read(self.folder)
        for place in ("header", "tables"):
            found = first_difference(place, getattr(there, place), getattr(new, place))
            if found:
                raise StoreError(f"{self.folder} holds the stream of another run: {found}.")
        if there.reached < step:
            raise StoreError(
                f"the stream {self.folder} reaches step {there.reached:,}, and the run goes on "
                f"from step {step:,}: rows between would be missing. Use an earlier checkpoint or "
                "another folder."
            )
        parts = [self._cut(there, part, step) for part in there.parts if part.first_step < step]
        return replace(there.with_parts(tuple(parts), step), finished=False)

    def _cut(self, there: Manifest, part: Part, step: int) -> Part:
        """A part without its rows of `step` and later."""
        if part.last_step < step:
            return part
        columns = read_part(
            self._connection, self.folder, part, there.tables[part.table]["columns"]
        )
        rows = int(np.searchsorted(columns["step"], step))
        kept = {name: column[:rows] for name, column in columns.items()}
        number = _next_number(there.parts) + there.parts.index(part)
        return write_part(self._connection, self.folder, part.table, number, kept)

    def _clear(self) -> None:
        """Take away parts that do not count: nobody else writes here."""
        named = {part.file for part in self._manifest.parts}
        for path in (*self.folder.glob("*.parquet"), *self.folder.glob(".*.part")):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _refused(self, problem: OSError) -> StoreError:
        return StoreError(
            f"the folder {self.folder} cannot be written: {problem.strerror or problem}. "
            "Name another place."
        )

    def _full(self, problem: OSError) -> StoreError:
        return StoreError(
            f"the stream {self.folder} cannot take more: {problem.strerror or problem}. What it "
            f"holds up to step {self._manifest.reached:,} is whole; make room there, and resume, "
            "or name another place."
        )


def check_folder(folder: Path, from_step: int | None = None) -> None:
    """StoreError where a folder holds something that a new stream, or this one, would disturb."""
    if from_step is not None or not folder.exists():
        return
    if (folder / MANIFEST).exists():
        there = Manifest.read(folder)
        how = "finished" if there.finished else f"unfinished, up to step {there.reached:,}"
        raise StoreError(
            f"{folder} holds the stream of a run already ({how}); name another folder, remove it, "
            "or resume from a checkpoint."
        )
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file; a stream needs a folder of its own.")
    others = sorted(path.name for path in folder.iterdir() if path.name != _LOCK)
    if others:
        raise StoreError(
            f"{folder} is not empty: it holds {others[0]}. A stream needs a folder of its own."
        )


def _locked(folder: Path) -> int | None:
    """A handle that keeps other processes from writing here, and lets go when this one ends."""
    try:
        import fcntl
    except ImportError:  # not on this system
        return None
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise StoreError(
            f"{folder} is being written to by another simulation; name another folder."
        ) from None
    return handle


def _next_number(parts: tuple[Part, ...]) -> int:
    return 1 + max((int(part.file[:-8].rpartition("-")[2]) for part in parts), default=0)


def _groups(
    pieces: list[tuple[NDArray[Any], ...]], rows: int
) -> Iterator[list[tuple[NDArray[Any], ...]]]:
    """Pieces together that make a part, of fewer than twice `rows`."""
    group: list[tuple[NDArray[Any], ...]] = []
    filled = 0
    for piece in pieces:
        group.append(piece)
        filled += len(piece[0])
        if filled >= rows:
            yield group
            group, filled = [], 0
    if group:
        yield group
