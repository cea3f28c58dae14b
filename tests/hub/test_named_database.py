"""HAL9_STORE_URL names the database: HAL9 brings none of its own and keeps out of others."""

import contextlib
import secrets
from pathlib import Path

import psycopg
import pytest

from support.postgres_server import PostgresServer
from support.running_platform import RunningPlatform


def test_a_role_that_may_not_make_databases_is_told_what_to_do(
    tmp_path: Path, postgres_url: str
) -> None:
    with pytest.raises(RuntimeError, match=r"permission denied to create database") as caught:
        RunningPlatform(tmp_path / "data", HAL9_STORE_URL=postgres_url).wait_ready()
    assert "a second one, named in HAL9_HUB_DATABASE_URL" in str(caught.value)


def test_it_comes_up_on_named_databases(
    tmp_path: Path, postgres_server: PostgresServer, runtime_folder: Path
) -> None:
    names = [f"named_{secrets.token_hex(4)}" for _ in range(2)]
    store, hub = (postgres_server.database(name) for name in names)
    platform = RunningPlatform(
        tmp_path / "data",
        HAL9_STORE_URL=store,
        HAL9_HUB_DATABASE_URL=hub,
        XDG_RUNTIME_DIR=str(runtime_folder),
    )
    try:
        platform.wait_ready()
        assert "postgresql" not in platform.state()["programs"]
        assert not (platform.data / "postgres").exists()
        with contextlib.closing(platform.login("viewer")):
            assert platform.answer.status_code == 200
    finally:
        platform.stop()
    assert {"runs", "live"} <= tables(store)
    assert {"users", "spawners", "oauth_clients"} <= tables(hub)
    for name in names:
        postgres_server.drop(name)


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return {name for (name,) in connection.execute(query).fetchall()}
