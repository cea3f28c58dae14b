"""One function that brings a store's tables up to date."""

from urllib.parse import urlsplit

from hal9lib.errors import SettingsError


def migrate(url: str) -> list[str]:
    """Bring the tables of a database up to date; returns the names of the migrations it took.

    Parameters
    ----------
    url : ``postgresql://…`` or ``duckdb://PATH``. Several processes may call it at once.

    Raises StoreError when the database was used by a newer HAL9, and StoreUnavailableError when it
    does not answer.
    """
    scheme = urlsplit(url).scheme
    if scheme == "postgresql":
        from hal9lib.stores.migrations.postgres import migrate_postgres

        return migrate_postgres(url)
    if scheme == "duckdb":
        from hal9lib.stores.duckdb_file import DuckDBStore
        from hal9lib.stores.opening import duckdb_path

        return DuckDBStore(duckdb_path(url)).migrated
    raise SettingsError(
        f"a store of the kind '{scheme}://…' has no tables to migrate; use duckdb or postgresql."
    )
