"""The migrations there are: files named ``NNNN_what.BACKEND.sql`` beside this one."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from hal9lib.errors import StoreError


@dataclass(frozen=True)
class Migration:
    """One step: its number, its name (``0001_runs``) and the statements it runs."""

    number: int
    name: str
    sql: str


def migrations(backend: str) -> list[Migration]:
    """All migrations of a backend ("duckdb" or "postgresql"), in order.

    >>> migrations("duckdb")[0].name
    '0001_runs'
    """
    ending = f".{backend}.sql"
    found = [
        Migration(int(file.name[:4]), file.name.removesuffix(ending), file.read_text("utf-8"))
        for file in files(__package__).iterdir()
        if file.name.endswith(ending)
    ]
    return sorted(found, key=lambda migration: migration.number)


def pending(backend: str, applied: Iterable[int], where: str) -> list[Migration]:
    """The migrations a database still needs.

    Parameters
    ----------
    applied : numbers of those it has. where : the database's name for a message.

    Raises StoreError when the database is newer than this code.
    """
    known = migrations(backend)
    newest = max(applied, default=0)
    if newest > known[-1].number:
        raise StoreError(
            f"{where} has schema version {newest}, and this HAL9 knows versions up to "
            f"{known[-1].number}: a newer HAL9 has used it. Upgrade HAL9, or name another store."
        )
    done = set(applied)
    return [migration for migration in known if migration.number not in done]
