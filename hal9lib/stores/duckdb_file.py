"""A store in one DuckDB file: for a notebook or a terminal with no server."""

import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from hal9lib.errors import StoreError, StoreUnavailableError
from hal9lib.stores import rows
from hal9lib.stores.base import FIND_COLUMNS, Store
from hal9lib.stores.migrations.files import pending
from hal9lib.stores.recording_files import RecordingFiles

_VISIBLE = "(owner = $owner OR visibility = 'public')"
#: One lock for each file, as DuckDB's own lock holds between processes only.
_LOCKS: dict[Path, threading.RLock] = defaultdict(threading.RLock)


class DuckDBStore(Store):
    """Runs in a DuckDB file, their spikes as Parquet files in a folder beside it.

    The file is opened for each operation and closed after it, so that a notebook and a terminal
    may use it in turn. DuckDB lets no second process in meanwhile; one that finds it taken waits.

    Parameters
    ----------
    path : the file, made if it is not there; ``runs.duckdb`` keeps its spikes in
        ``runs.recordings/``.
    owner : who saves and looks.
    patience_s : how long to wait for a process that has the file open.
    """

    def __init__(self, path: Path, owner: str = "local", patience_s: float = 10.0) -> None:
        self.path = path.expanduser().resolve()
        self.owner = owner
        self.patience_s = patience_s
        self.name = f"duckdb file {path}"
        self.files = RecordingFiles(self.path.with_suffix(".recordings"))
        #: The migrations that opening this file took.
        self.migrated: list[str] = []
        with self._connection() as connection:
            self.migrated = _migrate(connection, self.name)
            self._sweep(connection)

    def _insert(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        row = rows.to_row(record, self.owner)
        name = self.files.name(row["key"], row["spike_hash"])
        mark = secrets.token_hex(8)
        with self._connection() as connection:
            mine = "SELECT 1 FROM runs WHERE owner = $1 AND key = $2"
            if connection.execute(mine, [self.owner, row["key"]]).fetchall():
                return False
            try:
                # Written down first, so that a recording no run came to own is found later.
                _begin(connection, mark, row["key"], row["spike_hash"])
                self.files.write(name, spikes, mark)
                with _transaction(connection):
                    columns = ", ".join(rows.COLUMNS)
                    places = ", ".join(f"${column}" for column in rows.COLUMNS)
                    connection.execute(f"INSERT INTO runs ({columns}) VALUES ({places})", row)  # noqa: S608
                    connection.execute("DELETE FROM unfinished WHERE mark = $1", [mark])
            except BaseException:
                with suppress(duckdb.Error, OSError):
                    self._sweep(connection)
                raise
        return True

    def _record(self, key: str) -> dict[str, Any]:
        first, last = rows.key_range(key)
        question = {"owner": self.owner, "first": first, "last": last}
        sql = f"""
            SELECT DISTINCT ON (key) record, owner, visibility FROM runs
            WHERE key >= $first AND key < $last AND {_VISIBLE}
            ORDER BY key, owner <> $owner, saved LIMIT 2"""  # noqa: S608
        with self._connection() as connection:
            found = connection.execute(sql, question).fetchall()
        return rows.to_record(*rows.only(found, key))

    def _spikes(self, record: Mapping[str, Any]) -> bytes:
        return self.files.read(self.files.name(record["key"], record["spike_hash"]))

    def _find(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        conditions = [_VISIBLE]
        values: dict[str, Any] = {"owner": self.owner}
        for name, condition in (
            ("model", "model = $model"),
            ("tag", "list_contains(tags, $tag)"),
        ):
            if question[name] is not None:
                conditions.append(condition)
                values[name] = question[name]
        if question["owner"] is not None:
            conditions.append("owner = $of")
            values["of"] = question["owner"]
        if question["since"] is not None:
            conditions.append("created >= $since")
            values["since"] = rows.to_utc(question["since"])
        sql = f"""
            SELECT {", ".join(FIND_COLUMNS)} FROM runs WHERE {" AND ".join(conditions)}
            ORDER BY created DESC, key, owner LIMIT $limit OFFSET $offset"""  # noqa: S608
        values |= {"limit": question["limit"], "offset": question["offset"]}
        with self._connection() as connection:
            found = connection.execute(sql, values).fetchall()
        return [rows.to_line(line) for line in found]

    def _delete(self, key: str) -> None:
        first, last = rows.key_range(key)
        sql = """
            SELECT key, spike_hash FROM runs
            WHERE owner = $1 AND key >= $2 AND key < $3 ORDER BY key LIMIT 2"""
        with self._connection() as connection:
            found = connection.execute(sql, [self.owner, first, last]).fetchall()
            whole, spike_hash = rows.only(found, key)
            with _transaction(connection):
                _begin(connection, secrets.token_hex(8), whole, spike_hash)
                connection.execute(
                    "DELETE FROM runs WHERE owner = $1 AND key = $2", [self.owner, whole]
                )
            self._sweep(connection)

    def _sweep(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take away recordings that were begun and belong to no run."""
        # Whoever holds the file is alone with it, so nothing listed here is still under way.
        listed = connection.execute("SELECT mark, key, spike_hash FROM unfinished").fetchall()
        for mark, key, spike_hash in listed:
            name = self.files.name(key, spike_hash)
            owned = "SELECT 1 FROM runs WHERE key = $1 AND spike_hash = $2 LIMIT 1"
            if not connection.execute(owned, [key, spike_hash]).fetchall():
                self.files.remove(name)
            self.files.discard(name, mark)
            connection.execute("DELETE FROM unfinished WHERE mark = $1", [mark])

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with _LOCKS[self.path]:
            connection = self._connect()
            try:
                yield connection
            except duckdb.Error as problem:
                raise StoreError(f"{self.name} failed: {_first_line(problem)}") from problem
            finally:
                connection.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        give_up = time.monotonic() + self.patience_s
        while True:
            try:
                return duckdb.connect(str(self.path))
            except duckdb.IOException as problem:
                if "lock" not in str(problem):
                    raise StoreError(
                        f"{self.name} cannot be opened: {_first_line(problem)}"
                    ) from problem
                if time.monotonic() > give_up:
                    raise StoreUnavailableError(self._taken(problem)) from problem
                time.sleep(0.05)
            except duckdb.Error as problem:
                raise StoreError(
                    f"{self.name} cannot be opened: {_first_line(problem)}"
                ) from problem

    def _taken(self, problem: duckdb.Error) -> str:
        found = re.search(r"PID (\d+)", str(problem))
        who = f"process {found[1]}" if found else "another process"
        return (
            f"{self.name} is held open by {who}, and DuckDB lets in one process at a time; "
            "close it there, or set HAL9_STORE_URL to another file."
        )


def _migrate(connection: duckdb.DuckDBPyConnection, where: str) -> list[str]:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS hal9_migrations "
        "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied TIMESTAMP NOT NULL)"
    )
    applied = [
        row[0] for row in connection.execute("SELECT number FROM hal9_migrations").fetchall()
    ]
    steps = pending("duckdb", applied, where)
    for step in steps:
        with _transaction(connection):
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO hal9_migrations VALUES ($1, $2, now() AT TIME ZONE 'UTC')",
                [step.number, step.name],
            )
    return [step.name for step in steps]


def _begin(connection: duckdb.DuckDBPyConnection, mark: str, key: str, spike_hash: str) -> None:
    connection.execute("INSERT INTO unfinished VALUES ($1, $2, $3)", [mark, key, spike_hash])


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
