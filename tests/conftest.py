"""Fixtures that several kinds of test share."""

import secrets
from collections.abc import Iterator

import pytest


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
