"""Migrations of a PostgreSQL database."""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hal9lib.errors import SettingsError, StoreError, StoreUnavailableError
from hal9lib.stores.migrations.files import pending

#: The advisory lock that lets one migrating process in at a time; the number has no meaning.
_LOCK = 4_711_900_009


def migrate_postgres(url: str) -> list[str]:
    """Bring a PostgreSQL database up to date; returns the names of the migrations it took.

    Each migration and the record that it was taken are one transaction. Raises as
    `hal9lib.stores.migrations.migrate` says.
    """
    name = postgres_name(url)
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            # Session-wide: held over all transactions below, given back with the connection.
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            return _migrate(connection, name)
    except psycopg.OperationalError as problem:
        raise StoreUnavailableError(f"{name} does not answer: {reason(problem)}") from problem
    except psycopg.Error as problem:
        raise StoreError(f"{name} could not be migrated: {reason(problem)}") from problem


def _migrate(connection: psycopg.Connection[Any], name: str) -> list[str]:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS hal9_migrations (number integer PRIMARY KEY, "
        "name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())"
    )
    steps = pending("postgresql", applied_numbers(connection), name)
    for step in steps:
        with connection.transaction():
            connection.execute(step.sql.encode())
            connection.execute(
                "INSERT INTO hal9_migrations (number, name) VALUES (%s, %s)",
                [step.number, step.name],
            )
    return [step.name for step in steps]


def applied_numbers(connection: psycopg.Connection[Any]) -> list[int]:
    """The numbers of the migrations a database has; none where it has no such table."""
    there = connection.execute("SELECT to_regclass('hal9_migrations')").fetchone()
    if there is None or there[0] is None:
        return []
    return [row[0] for row in connection.execute("SELECT number FROM hal9_migrations")]


def postgres_name(url: str) -> str:
    """What messages call a database: where it is, without user and password.

    >>> postgres_name("postgresql://hal9:secret@db.example:5433/runs")
    'PostgreSQL database runs at db.example:5433'
    """
    try:
        parts = conninfo_to_dict(url)
        if not str(parts.get("port", "5432")).replace(",", "").isdecimal():
            raise psycopg.ProgrammingError("the port is no number")
    except psycopg.Error:
        # The driver's own words would repeat the address, and with it the password.
        raise SettingsError(
            "the PostgreSQL address cannot be read; "
            "use postgresql://user:password@host:port/database."
        ) from None
    host, port = parts.get("host") or "localhost", parts.get("port") or 5432
    return f"PostgreSQL database {parts.get('dbname') or 'of the user'} at {host}:{port}"


def reason(problem: psycopg.Error) -> str:
    """What the server or the driver said, in one line.

    >>> reason(psycopg.OperationalError("connection to server at h failed: Connection refused"))
    'Connection refused'
    """
    said = problem.diag.message_primary or str(problem) or type(problem).__name__
    # A failed connection names the host first, and ends in advice about TCP/IP.
    return said.strip().splitlines()[0].rsplit(" failed: ", 1)[-1]
