"""Fixtures that several kinds of test share: real servers, started once a session."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.hub_standin import HubStandIn
    from support.postgres_server import PostgresServer
    from support.service_process import ServiceProcess


def pytest_configure(config: pytest.Config) -> None:
    """The marks by which `./hal9 test` chooses; an unknown mark is an error."""
    for mark in (
        "peers: needs NEST or Brian2 in an environment of its own, which a command makes",
        "jit_only: would take minutes as plain Python, so it is left out where the JIT is off",
        "package: needs a package index; run by `./hal9 test package`",
    ):
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator["PostgresServer"]:
    """A real PostgreSQL for the whole session."""
    from support.postgres_server import postgres_server as running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture
def new_database(postgres_server: "PostgresServer") -> Iterator[Callable[[str], str]]:
    """Makes databases of a template ("template_hal9": migrated); gone after the test."""
    made: list[str] = []

    def make(template: str = "template_hal9") -> str:
        name = f"test_{secrets.token_hex(6)}"
        url = postgres_server.database(name, template)
        made.append(name)
        return url

    yield make
    for name in made:
        postgres_server.drop(name)


@pytest.fixture
def postgres_url(new_database: Callable[[str], str]) -> str:
    """The address of a fresh, migrated database; gone after the test."""
    return new_database("template_hal9")


@pytest.fixture(scope="session")
def hub() -> Iterator["HubStandIn"]:
    """A server that answers whose a token is."""
    from support.hub_standin import hub_standin

    with hub_standin() as standin:
        yield standin


@pytest.fixture(scope="session")
def api(
    postgres_server: "PostgresServer", hub: "HubStandIn", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["ServiceProcess"]:
    """The service as a process, over a database of its own; tests keep apart by their users."""
    from support.service_process import service_process

    folder: Path = tmp_path_factory.mktemp("service")
    url = postgres_server.database("service_of_all_tests", "template_hal9")
    with service_process(folder, url, hub.api_url) as service:
        yield service
    postgres_server.drop("service_of_all_tests")


@pytest.fixture
def name() -> str:
    """A user's name that no other test has."""
    return f"user-{secrets.token_hex(4)}"
