"""Callers of the service, each with the scopes a test wants."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from support.hub_standin import ACCESS, READ, WRITE, HubStandIn
from support.service_process import ServiceProcess


@pytest.fixture
def caller(
    api: ServiceProcess, hub: HubStandIn, name: str
) -> Iterator[Callable[..., httpx.Client]]:
    """Makes clients: `caller(ACCESS, READ)`; each of a user of its own unless one is named."""
    made: list[httpx.Client] = []

    def make(*scopes: str, user: str | None = None, kind: str = "user") -> httpx.Client:
        who = user or f"{name}-{len(made)}"
        made.append(api.client(hub.token(who, scopes, kind)))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def writer(caller) -> httpx.Client:
    """May read and write."""
    return caller(ACCESS, WRITE, READ)


@pytest.fixture
def reader(caller) -> httpx.Client:
    """May only read."""
    return caller(ACCESS, READ)


@pytest.fixture
def anonymous(api: ServiceProcess) -> Iterator[httpx.Client]:
    """Has no token."""
    with api.client(None) as client:
        yield client
