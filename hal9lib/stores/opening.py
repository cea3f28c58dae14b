"""One function that finds the store a caller means."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from hal9lib.errors import SettingsError
from hal9lib.settings import STORE_SCHEMES, Settings, read_settings
from hal9lib.stores.base import Store


def open_store(url: str | None = None) -> Store:
    """The store of an address, or the one this process is meant to use.

    Parameters
    ----------
    url : one of

        * ``memory://``: in this process, gone with it;
        * ``duckdb:///absolute/path`` or ``duckdb://relative/path``: one DuckDB file;
        * ``postgresql://user:password@host/database``: PostgreSQL, with HAL9's tables in it;
        * ``http://…`` or ``https://…``: a HAL9 service, reached with the login token in
          JUPYTERHUB_API_TOKEN.

        Left out: HAL9_STORE_URL if it is set; inside a hub, the hub's HAL9 service; otherwise the
        DuckDB file ``hal9.duckdb`` in the data folder (HAL9_DATA, or ``data/local``).

    Raises SettingsError for an address that is none of these.

    >>> open_store("memory://").find().empty
    True
    >>> open_store("mysql://root:secret@localhost")
    Traceback (most recent call last):
    ...
    hal9lib.errors.SettingsError: store address 'mysql://…' is not known. \
Known schemes: duckdb, http, https, memory, postgresql.
    """
    settings = read_settings()
    url = url or settings.store_url
    if url is None and settings.api_url and settings.hub_token:
        url = settings.api_url
    if url is None:
        from hal9lib.stores.duckdb_file import DuckDBStore

        return DuckDBStore(settings.data / "hal9.duckdb", owner=local_owner())
    return _open(url, settings)


def _open(url: str, settings: Settings) -> Store:
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        from hal9lib.stores.memory import MemoryStore

        return MemoryStore(local_owner())
    if scheme == "duckdb":
        from hal9lib.stores.duckdb_file import DuckDBStore

        return DuckDBStore(duckdb_path(url), owner=local_owner())
    if scheme == "postgresql":
        from hal9lib.stores.postgres import PostgresStore

        return PostgresStore.open(url, settings.recordings, owner=local_owner())
    if scheme in ("http", "https"):
        from hal9lib.stores.remote import RemoteStore

        return RemoteStore(url, _token(settings))
    # Only the scheme is shown: the rest of an address may hold a password.
    shown = f"{scheme}://…" if scheme else "…"
    raise SettingsError(
        f"store address '{shown}' is not known. Known schemes: {', '.join(STORE_SCHEMES)}."
    )


def duckdb_path(url: str) -> Path:
    """The file a ``duckdb://`` address names.

    >>> duckdb_path("duckdb:///var/lib/runs.duckdb").as_posix()
    '/var/lib/runs.duckdb'
    >>> duckdb_path("duckdb://data/runs.duckdb").as_posix()
    'data/runs.duckdb'
    """
    parts = urlsplit(url)
    path = unquote(parts.netloc + parts.path)
    if not path or path.endswith("/"):
        raise SettingsError(
            "a duckdb store needs a file; use duckdb:///absolute/path or duckdb://relative/path."
        )
    return Path(path)


def local_owner() -> str:
    """Whose runs a store without a login keeps: the operating system's name of this user."""
    try:
        import os
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        # Windows has no such list, and a container's user may have no name in it.
        return "local"


def _token(settings: Settings) -> str:
    if not settings.hub_token:
        raise SettingsError(
            "a HAL9 service asks who you are: set JUPYTERHUB_API_TOKEN to a token from the hub's "
            "page 'Token'."
        )
    return settings.hub_token
