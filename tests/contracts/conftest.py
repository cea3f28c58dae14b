"""One fixture a backend; a test names those it runs on, `ALL` if nothing speaks against one."""

from collections.abc import Iterator

import pytest
from backends import Backend, DuckDB, Memory, Postgres, Remote, closing


@pytest.fixture
def backend(request: pytest.FixtureRequest, tmp_path, name: str) -> Iterator[Backend]:
    """The backend a test is parametrised with."""
    with closing(_make(request, tmp_path, name)) as made:
        yield made


def _make(request: pytest.FixtureRequest, tmp_path, name: str) -> Backend:
    if request.param == "memory":
        return Memory()
    if request.param == "duckdb":
        return DuckDB(tmp_path)
    if request.param == "postgres":
        return Postgres(request.getfixturevalue("postgres_url"), tmp_path / "recordings")
    return Remote(request.getfixturevalue("api"), request.getfixturevalue("hub"), name)
