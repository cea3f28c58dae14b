"""A stream's folder: Parquet parts, and a manifest that says which of them count.

``manifest.json`` is replaced, whole, after each flush; a part that it does not name was being
written when the process ended and does not count. All tables of one manifest reach the same step.
Every table has a column ``step``, in ascending order; its rows' time is ``(step + 1) * dt_ms``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import StoreError
from hal9lib.recording.files import write_whole

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Part:
    """One Parquet file of one table: its rows, the steps they span, and its bytes' BLAKE2b."""

    file: str
    table: str
    rows: int
    first_step: int
    last_step: int
    blake2b: str


@dataclass(frozen=True)
class Manifest:
    """What a stream holds.

    Attributes
    ----------
    header : what the stream is of, JSON-able.
    tables : what each table holds, JSON-able, with its columns' types under ``columns``.
    about : versions, times and the like; no part of what the stream is of.
    reached : steps done of which every row is in the parts.
    finished : whether its run came to its end.
    """

    header: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    reached: int = 0
    finished: bool = False

    def with_parts(self, parts: tuple[Part, ...], reached: int) -> "Manifest":
        """The same stream, with these parts instead."""
        return replace(self, parts=parts, reached=reached)

    def write(self, folder: Path) -> None:
        """Put it into its folder, whole; raises OSError."""
        text = json.dumps({"format": FORMAT} | asdict(self), allow_nan=False)
        write_whole(folder / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a folder; raises StoreError where there is none that can be read."""
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if content.pop("format") != FORMAT:
                raise StoreError(f"{folder} holds a stream that this version of HAL9 cannot read.")
            parts = tuple(Part(**part) for part in content.pop("parts"))
            return cls(**content, parts=parts)
        except OSError as problem:
            raise StoreError(
                f"{folder} holds no stream: its {MANIFEST} cannot be read: {problem.strerror}."
            ) from problem
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise StoreError(
                f"{folder} holds a damaged stream: {MANIFEST} is not whole."
            ) from problem


def write_part(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    number: int,
    columns: Mapping[str, NDArray[Any]],
) -> Part:
    """Write one part, durably; raises OSError and leaves nothing then."""
    name = f"{table}-{number:06}.parquet"

    def write(path: Path) -> str:
        connection.register("part", dict(columns))
        try:
            connection.sql("SELECT * FROM part").write_parquet(str(path), compression="zstd")
        except duckdb.Error as problem:
            raise _as_os_error(problem) from problem
        finally:
            connection.unregister("part")
        return _digest(path)

    digest = write_whole(folder / name, write)
    steps = columns["step"]
    return Part(name, table, len(steps), int(steps[0]), int(steps[-1]), digest)


def read_part(
    connection: duckdb.DuckDBPyConnection, folder: Path, part: Part, types: Mapping[str, str]
) -> dict[str, NDArray[Any]]:
    """The columns of a part; raises StoreError where it is gone or not what was written."""
    path = folder / part.file
    try:
        if _digest(path) != part.blake2b:
            raise ValueError("its bytes are not those that were written")
        found = connection.execute("SELECT * FROM read_parquet($1)", [str(path)]).fetchnumpy()
    except (OSError, ValueError, duckdb.Error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem).splitlines()[0]
        raise StoreError(
            f"part {part.file} of the stream {folder} cannot be read: {reason}. It holds "
            f"{part.rows:,} rows of {part.table}, steps {part.first_step} to {part.last_step}; "
            "read with skip_damaged=True what the others hold."
        ) from problem
    # DuckDB gives what is not a number as an empty cell.
    return {
        name: np.ma.filled(found[name], np.nan).astype(kind, copy=False)
        if np.ma.isMaskedArray(found[name])
        else np.asarray(found[name]).astype(kind, copy=False)
        for name, kind in types.items()
    }


def is_whole(folder: Path, part: Part) -> bool:
    """Whether a part is there, as it was written."""
    try:
        return _digest(folder / part.file) == part.blake2b
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _as_os_error(problem: duckdb.Error) -> OSError:
    """DuckDB's complaint about a file as Python's own, with the reason alone."""
    import errno
    import os

    text = str(problem)
    for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO):
        if os.strerror(number) in text:
            return OSError(number, os.strerror(number))
    return OSError(text.splitlines()[0])
