"""A store in PostgreSQL: for all that several processes, users or machines share."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from hal9lib.stores import rows
from hal9lib.stores.base import FIND_COLUMNS, Store
from hal9lib.stores.postgres_pool import PostgresPool
from hal9lib.stores.recording_files import RecordingFiles

_VISIBLE = "(owner = %(me)s OR visibility = 'public')"
_OWNED = "SELECT 1 FROM runs WHERE key = %s AND spike_hash = %s LIMIT 1"
_FILTERS = {
    "model": "model = %(model)s",
    "owner": "owner = %(owner)s",
    "tag": "%(tag)s = ANY(tags)",
    "since": "created >= %(since)s",
}


class PostgresStore(Store):
    """Runs in PostgreSQL, their spikes as Parquet files in a folder; any number of processes may
    share both.

    Parameters
    ----------
    pool : connections to a migrated database.
    files : where recordings lie; all processes of one database name the same folder.
    owner : who saves and looks.
    """

    def __init__(self, pool: PostgresPool, files: RecordingFiles, owner: str) -> None:
        self.pool = pool
        self.files = files
        self.owner = owner
        self.name = pool.name

    @classmethod
    def open(cls, url: str, recordings: Path, owner: str) -> "PostgresStore":
        """A store with a pool of its own; clears away what a killed process left behind.

        Raises StoreUnavailableError when the server does not answer, and StoreError when its
        tables are missing or newer than this code.
        """
        store = cls(PostgresPool(url), RecordingFiles(recordings), owner)
        try:
            store.pool.probe()
            store.sweep()
        except BaseException:
            store.close()
            raise
        return store

    def for_owner(self, owner: str) -> "PostgresStore":
        """The same store as another user sees it."""
        return PostgresStore(self.pool, self.files, owner)

    def close(self) -> None:
        """Give back the pool's connections, for all who share it."""
        self.pool.close()

    def spikes_file(self, key: str) -> Path:
        """The Parquet file of a run, for one who streams it; raises RunNotFoundError."""
        record = self.record(key)
        return self.files.folder / self.files.name(record["key"], record["spike_hash"])

    def sweep(self) -> int:
        """Take away recordings that were begun and belong to no run; returns how many."""
        swept = 0
        with self.pool.connection() as connection:
            listed = connection.execute("SELECT mark, key, spike_hash FROM unfinished").fetchall()
            for mark, key, spike_hash in listed:
                with _locked(connection, key, wait=False) as alone:
                    # Someone who holds the key's lock is still at work on it.
                    if alone:
                        self._clear(connection, mark, key, spike_hash)
                        swept += 1
        return swept

    def _insert(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        row = rows.to_row(record, self.owner)
        key, spike_hash = row["key"], row["spike_hash"]
        mark = secrets.token_hex(8)
        with self.pool.connection() as connection, _locked(connection, key):
            mine = "SELECT 1 FROM runs WHERE owner = %s AND key = %s"
            if connection.execute(mine, [self.owner, key]).fetchone():
                return False
            # Written down first, so that a recording no run came to own is found later.
            _begin(connection, mark, key, spike_hash)
            try:
                self.files.write(self.files.name(key, spike_hash), spikes, mark)
                with connection.transaction():
                    connection.execute(_INSERT, row)
                    connection.execute("DELETE FROM unfinished WHERE mark = %s", [mark])
            except BaseException:
                with suppress(psycopg.Error, OSError):
                    self._clear(connection, mark, key, spike_hash)
                raise
        return True

    def _record(self, key: str) -> dict[str, Any]:
        first, last = rows.key_range(key)
        sql = f"""
            SELECT DISTINCT ON (key) record::text, owner, visibility FROM runs
            WHERE key >= %(first)s AND key < %(last)s AND {_VISIBLE}
            ORDER BY key, owner <> %(me)s, saved LIMIT 2"""  # noqa: S608
        with self.pool.connection() as connection:
            values = {"me": self.owner, "first": first, "last": last}
            found = connection.execute(sql, values).fetchall()
        return rows.to_record(*rows.only(found, key))

    def _spikes(self, record: Mapping[str, Any]) -> bytes:
        return self.files.read(self.files.name(record["key"], record["spike_hash"]))

    def _find(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        values = dict(question) | {"me": self.owner}
        if question["since"] is not None:
            values["since"] = rows.to_utc(question["since"])
        asked = [sql for name, sql in _FILTERS.items() if question[name] is not None]
        sql = f"""
            SELECT {", ".join(FIND_COLUMNS)} FROM runs WHERE {" AND ".join([_VISIBLE, *asked])}
            ORDER BY created DESC, key, owner LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608
        with self.pool.connection() as connection:
            found = connection.execute(sql, values).fetchall()
        return [rows.to_line(line) for line in found]

    def _delete(self, key: str) -> None:
        first, last = rows.key_range(key)
        sql = """
            SELECT key, spike_hash FROM runs
            WHERE owner = %s AND key >= %s AND key < %s ORDER BY key LIMIT 2"""
        with self.pool.connection() as connection:
            found = connection.execute(sql, [self.owner, first, last]).fetchall()
            whole, spike_hash = rows.only(found, key)
            mark = secrets.token_hex(8)
            with _locked(connection, whole):
                with connection.transaction():
                    _begin(connection, mark, whole, spike_hash)
                    connection.execute(
                        "DELETE FROM runs WHERE owner = %s AND key = %s", [self.owner, whole]
                    )
                self._clear(connection, mark, whole, spike_hash)

    def _clear(
        self, connection: psycopg.Connection[Any], mark: str, key: str, spike_hash: str
    ) -> None:
        """Take away a recording if no run owns it; the caller holds the key's lock."""
        name = self.files.name(key, spike_hash)
        if not connection.execute(_OWNED, [key, spike_hash]).fetchone():
            self.files.remove(name)
        self.files.discard(name, mark)
        connection.execute("DELETE FROM unfinished WHERE mark = %s", [mark])


_COLUMNS = ", ".join(rows.COLUMNS)
_PLACES = ", ".join(f"%({column})s" for column in rows.COLUMNS)
_INSERT = f"INSERT INTO runs ({_COLUMNS}) VALUES ({_PLACES})".encode()  # noqa: S608


def _begin(connection: psycopg.Connection[Any], mark: str, key: str, spike_hash: str) -> None:
    connection.execute(
        "INSERT INTO unfinished (mark, key, spike_hash) VALUES (%s, %s, %s)",
        [mark, key, spike_hash],
    )


@contextmanager
def _locked(connection: psycopg.Connection[Any], key: str, wait: bool = True) -> Iterator[bool]:
    """Hold a key's lock, which all processes of the database respect; False if it was not free."""
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    held = connection.execute(
        f"SELECT {function}(hashtextextended(%s, 0))",
        [key],
    ).fetchone()
    alone = wait or bool(held and held[0])
    try:
        yield alone
    finally:
        # A broken connection has given its locks back already.
        if alone and not connection.closed:
            with suppress(psycopg.Error):
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
