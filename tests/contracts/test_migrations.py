"""Tables are brought up to date from nothing and from every earlier version, and never back."""

import threading

import duckdb
import psycopg
import pytest

from hal9lib.errors import SettingsError, StoreError, StoreUnavailableError
from hal9lib.stores.duckdb_file import DuckDBStore
from hal9lib.stores.migrations import migrate
from hal9lib.stores.migrations.files import migrations
from hal9lib.stores.postgres import PostgresStore
from hal9lib.stores.postgres_live import LiveBoard
from hal9lib.stores.recordings import spikes_to_parquet
from hal9lib.stores.rows import COLUMNS, to_row
from support.runs import a_run

POSTGRES = migrations("postgresql")
DUCKDB = migrations("duckdb")
MARKS = {"postgresql": "%({})s", "duckdb": "${}"}


def old_run(backend: str, connection, folder) -> str:
    """A run as version 1 kept it."""
    run = a_run()
    row = to_row(run.record() | {"tags": ["old"], "notes": ""}, "ada")
    places = ", ".join(MARKS[backend].format(column) for column in COLUMNS)
    connection.execute(f"INSERT INTO runs ({', '.join(COLUMNS)}) VALUES ({places})", row)  # noqa: S608
    folder.mkdir()
    file = folder / f"{run.key}-{run.spike_hash}.parquet"
    file.write_bytes(spikes_to_parquet(run.spike_steps, run.spike_neurons))
    return run.key


@pytest.mark.parametrize("known", [POSTGRES, DUCKDB], ids=["postgresql", "duckdb"])
def test_numbers_go_up_by_one(known):
    assert [step.number for step in known] == list(range(1, len(known) + 1))


def test_postgres_from_empty_and_then_nothing(new_database):
    url = new_database("template0")
    assert migrate(url) == [step.name for step in POSTGRES]
    assert migrate(url) == []


@pytest.mark.parametrize("version", range(1, len(POSTGRES) + 1))
def test_postgres_from_each_earlier_version(new_database, tmp_path, version):
    url = new_database("template0")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE hal9_migrations (number integer PRIMARY KEY, name text NOT NULL, "
            "applied timestamptz NOT NULL DEFAULT now())"
        )
        for step in POSTGRES[:version]:
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO hal9_migrations (number, name) VALUES (%s, %s)",
                [step.number, step.name],
            )
        key = old_run("postgresql", connection, tmp_path / "recordings")
    assert migrate(url) == [step.name for step in POSTGRES[version:]]
    with PostgresStore.open(url, tmp_path / "recordings", "ada") as store:
        assert store.load(key).spike_hash == a_run().spike_hash
        assert list(store.find(tag="old").key) == [key]
    with LiveBoard(url) as board:
        assert board.desired()["status"] == "running"


def test_starters_that_migrate_at_once_do_it_once(new_database):
    url = new_database("template0")
    taken: list[list[str]] = []
    threads = [threading.Thread(target=lambda: taken.append(migrate(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [[], [], [], [step.name for step in POSTGRES]]


def test_a_migration_that_fails_leaves_nothing_of_itself(new_database, monkeypatch):
    from hal9lib.stores.migrations import files

    bad = files.Migration(len(POSTGRES) + 1, "9999_bad", "CREATE TABLE half (x int); SELECT 1/0;")
    monkeypatch.setattr(files, "migrations", lambda _: [*POSTGRES, bad])
    url = new_database("template0")
    with pytest.raises(StoreError, match="could not be migrated: division by zero"):
        migrate(url)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
        numbers = connection.execute("SELECT max(number) FROM hal9_migrations").fetchone()
    assert numbers == (len(POSTGRES),)


def test_a_newer_postgres_is_refused(postgres_url, tmp_path):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("INSERT INTO hal9_migrations (number, name) VALUES (99, '0099_later')")
    said = (
        f"has schema version 99, and this HAL9 knows versions up to {len(POSTGRES)}: a newer HAL9 "
        "has used it. Upgrade HAL9, or name another store."
    )
    with pytest.raises(StoreError, match=said):
        migrate(postgres_url)
    with pytest.raises(StoreError, match=said):
        PostgresStore.open(postgres_url, tmp_path, "ada")


def test_a_postgres_without_tables_is_refused(new_database, tmp_path):
    url = new_database("template0")
    with pytest.raises(StoreError, match=r"lacks the tables of 0001_runs; run 'python -m hal9lib"):
        PostgresStore.open(url, tmp_path, "ada")


def test_duckdb_from_empty_and_then_nothing(tmp_path):
    url = f"duckdb://{tmp_path}/runs.duckdb"
    assert migrate(url) == [step.name for step in DUCKDB]
    assert migrate(url) == []


@pytest.mark.parametrize("version", range(1, len(DUCKDB) + 1))
def test_duckdb_from_each_earlier_version(tmp_path, version):
    path = tmp_path / "runs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE hal9_migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, "
            "applied TIMESTAMP NOT NULL)"
        )
        for step in DUCKDB[:version]:
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO hal9_migrations VALUES ($1, $2, now() AT TIME ZONE 'UTC')",
                [step.number, step.name],
            )
        key = old_run("duckdb", connection, tmp_path / "runs.recordings")
    store = DuckDBStore(path, "ada")
    assert store.migrated == [step.name for step in DUCKDB[version:]]
    assert store.load(key).spike_hash == a_run().spike_hash


def test_a_newer_duckdb_is_refused(tmp_path):
    path = tmp_path / "runs.duckdb"
    DuckDBStore(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO hal9_migrations VALUES (99, '0099_later', now())")
    with pytest.raises(StoreError, match=f"has schema version 99, .* up to {len(DUCKDB)}: a newer"):
        DuckDBStore(path)


def test_what_cannot_be_migrated_is_told():
    with pytest.raises(SettingsError, match="'memory://…' has no tables to migrate; use duckdb or"):
        migrate("memory://")
    with pytest.raises(StoreUnavailableError, match=r"database x at 127\.0\.0\.1:1 does not"):
        migrate("postgresql://hal9:secret@127.0.0.1:1/x")
