"""Connections to one PostgreSQL database, shared by all that a process keeps there."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from hal9lib.errors import StoreError, StoreUnavailableError
from hal9lib.stores import tracing
from hal9lib.stores.migrations.files import pending
from hal9lib.stores.migrations.postgres import applied_numbers, postgres_name, reason

#: A server allows about a hundred connections in all, and the hub, workers and users share them.
MAX_CONNECTIONS = 8

# Each failed attempt to connect would be a warning of its own; the error says it once.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class PostgresPool:
    """A small pool of connections that outlives restarts of the server.

    Connections are made when first needed and looked at before each use, so a server that was
    away is found again by the next request.

    Parameters
    ----------
    url : ``postgresql://user:password@host:port/database``.
    max_connections : at most this many at once.
    wait_s : how long a caller waits for a free connection or for the server.

    Raises SettingsError when the address cannot be read.
    """

    def __init__(
        self, url: str, max_connections: int = MAX_CONNECTIONS, wait_s: float = 3.0
    ) -> None:
        self.name = postgres_name(url)
        self._url = url
        self.wait_s = wait_s
        self._checked = False
        self._checking = threading.Lock()
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            url,
            min_size=0,
            max_size=max_connections,
            timeout=wait_s,
            # Between attempts the pool waits ever longer; starting afresh keeps that short.
            reconnect_timeout=4.0,
            check=_announce,
            kwargs={
                "autocommit": True,
                "connect_timeout": 3,
                "options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
            },
            open=True,
        )

    @contextmanager
    def connection(self, wait_s: float | None = None) -> Iterator[psycopg.Connection[Any]]:
        """One connection for a `with` block; each statement is a transaction unless one is opened.

        Raises StoreUnavailableError when the server does not answer, and StoreError when its
        tables are missing, or when it refuses a statement.
        """
        try:
            with self._pool.connection(timeout=wait_s or self.wait_s) as connection:
                self._check_schema(connection)
                yield connection
        except (PoolTimeout, TooManyRequests, PoolClosed, psycopg.OperationalError) as problem:
            raise StoreUnavailableError(
                f"{self.name} does not answer; is the server running?"
            ) from problem
        except psycopg.Error as problem:
            raise StoreError(f"{self.name} failed: {reason(problem)}") from problem

    def probe(self) -> None:
        """Connect once; raises StoreUnavailableError with what the server or the driver said.

        A pool that has waited in vain only knows that it has.
        """
        try:
            psycopg.connect(self._url, connect_timeout=3).close()
        except psycopg.OperationalError as problem:
            raise StoreUnavailableError(
                f"{self.name} does not let us in: {reason(problem)}."
            ) from problem

    def close(self) -> None:
        """Give back all connections."""
        self._pool.close()

    def _check_schema(self, connection: psycopg.Connection[Any]) -> None:
        if self._checked:
            return
        with self._checking:
            missing = pending("postgresql", applied_numbers(connection), self.name)
            if missing:
                raise StoreError(
                    f"{self.name} lacks the tables of {missing[0].name}; run "
                    "'python -m hal9lib.stores.migrations' with HAL9_STORE_URL set to it."
                )
            self._checked = True


def _announce(connection: psycopg.Connection[Any]) -> None:
    """Tell the server whose request this is; fails on a connection that is no longer there."""
    found = tracing.request_id.get()
    name = f"hal9 {found}" if found else "hal9"
    connection.execute("SELECT set_config('application_name', %s, false)", [name])
