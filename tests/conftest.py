"""Fixtures that several kinds of test share."""

import secrets
from collections.abc import Iterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """The marks by which `./hal9 test` chooses; an unknown mark is an error."""
    for mark in (
        "jit_only: would take minutes as plain Python, so it is left out where the JIT is off",
        "package: needs a package index; run by `./hal9 test package`",
    ):
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["object"]:
    """A real PostgreSQL for the whole session; see `support.postgres_server.PostgresServer`."""
    from support.postgres_server import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server) -> Iterator[str]:
    """The address of a fresh, migrated database; gone after the test."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgres_server.database(name, template="template_hal9")
    postgres_server.drop(name)
