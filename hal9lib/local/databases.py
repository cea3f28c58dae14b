"""The platform's databases and their roles, made once, brought up to date at each start."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from hal9lib.errors import PlatformError
from hal9lib.local import postgres
from hal9lib.local.secrets import Secrets


@dataclass(frozen=True)
class Addresses:
    """Where the store and the hub's state live. They hold passwords: the repr shows none."""

    store: str = field(repr=False)
    hub: str = field(repr=False)


def provide_own(port: int, admin_url: str, secrets: Secrets) -> Addresses:
    """Roles and databases in the PostgreSQL that HAL9 brought up itself."""
    wanted = (
        (postgres.STORE, secrets["postgres-store"]),
        (postgres.HUB, secrets["postgres-hub"]),
    )
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for name, password in wanted:
            _make_role(connection, name, password)
            _make_database(connection, name, owner=name)
            # By default everybody may connect to every database.
            everybody = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
            connection.execute(everybody.format(sql.Identifier(name)))
    store, hub = (postgres.url(port, name, password, name) for name, password in wanted)
    return Addresses(store, hub)


def provide_in(store_url: str, hub_url: str | None) -> Addresses:
    """The store in the PostgreSQL that HAL9_STORE_URL names, the hub's state beside it.

    The hub's database is `hub_url`, else the store's name with `_hub`, made if that is allowed.
    Raises PlatformError when the store is no PostgreSQL, does not answer, or the hub has no place.
    """
    if urlsplit(store_url).scheme != "postgresql":
        raise PlatformError(
            f"HAL9_STORE_URL has scheme '{urlsplit(store_url).scheme}', but the platform shares "
            f"its store between processes: use postgresql://…, or unset it and HAL9 brings its own."
        )
    hub = hub_url or sibling(store_url)
    try:
        with psycopg.connect(store_url, autocommit=True, connect_timeout=5) as connection:
            if hub_url is None:
                _make_database(connection, urlsplit(hub).path.lstrip("/"), owner=None)
        psycopg.connect(hub, connect_timeout=5).close()
    except psycopg.Error as error:
        name = urlsplit(store_url).hostname
        raise PlatformError(
            f"PostgreSQL on {name} cannot be used: {str(error).strip()}\n"
            f"The role of HAL9_STORE_URL needs its own database, and for JupyterHub's state the "
            f"right to CREATE DATABASE or a second one, named in HAL9_HUB_DATABASE_URL."
        ) from None
    return Addresses(store_url, hub)


def sibling(store_url: str) -> str:
    """The address of the hub's database beside the store's.

    >>> sibling("postgresql://u:p@db.example/runs?sslmode=require")
    'postgresql://u:p@db.example/runs_hub?sslmode=require'
    """
    parts = urlsplit(store_url)
    return urlunsplit(parts._replace(path=(parts.path.rstrip("/") or "/hal9") + "_hub"))


def _make_role(connection: psycopg.Connection, name: str, password: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER" if found else "CREATE")
    # Hashed here: the server's log never sees the password itself.
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    statement = sql.SQL(
        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
    )
    connection.execute(statement.format(verb, sql.Identifier(name), sql.Literal(hashed.decode())))


def _make_database(connection: psycopg.Connection, name: str, owner: str | None) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if found:
        return
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if owner:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    connection.execute(statement)
