"""What the service remembers of the hub's answers, for how long, and what it does without it."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from hal9lib.service.auth import KNOWN_S, STALE_S, UNKNOWN_S, HubAuthority, RefusedError
from hal9lib.service.limits import Limits, Rate
from support.hub_standin import HubStandIn, hub_standin


class Clock:
    """Time as the test has it."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def own_hub() -> Iterator[HubStandIn]:
    with hub_standin() as hub:
        yield hub


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identify(own_hub: HubStandIn, clock: Clock) -> Iterator[Callable[..., str]]:
    """Asks an authority whose a token is: the name, or the status of the refusal."""
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(trust_env=False, timeout=5)
        limits = Limits(failed_logins=Rate(per_s=0.001, burst=3))
        authority = HubAuthority(own_hub.api_url, client, limits, clock)

        def ask(token: str | None, address: str = "10.0.0.1", stale_ok: bool = False) -> str:
            try:
                found = runner.run(authority.identify(token, address, stale_ok))
            except RefusedError as refusal:
                return str(refusal.status)
            return found.name

        yield ask
        runner.run(client.aclose())


def test_the_hub_is_asked_once_in_a_while(identify, own_hub, clock):
    token = own_hub.token("ada")
    assert [identify(token) for _ in range(5)] == ["ada"] * 5
    assert own_hub.asked == 1
    clock.now_s += KNOWN_S - 0.1
    assert identify(token) == "ada"
    assert own_hub.asked == 1
    clock.now_s += 0.2
    assert identify(token) == "ada"
    assert own_hub.asked == 2


def test_a_token_taken_back_is_refused_after_half_a_minute_at_the_latest(identify, own_hub, clock):
    token = own_hub.token("ada")
    assert identify(token) == "ada"
    own_hub.revoke(token)
    clock.now_s += KNOWN_S + 0.1
    assert identify(token) == "401"


def test_a_scope_taken_away_is_gone_then_too(identify, own_hub, clock):
    token = own_hub.token("ada")
    identify(token)
    own_hub.models[token]["name"] = "ada-renamed"
    assert identify(token) == "ada"
    clock.now_s += KNOWN_S + 0.1
    assert identify(token) == "ada-renamed"


def test_an_unknown_token_is_not_asked_about_at_once_again(identify, own_hub, clock):
    assert [identify("nonsense") for _ in range(4)] == ["401"] * 4
    assert own_hub.asked == 1
    own_hub.models["nonsense"] = {"kind": "user", "name": "ada", "scopes": []}
    clock.now_s += UNKNOWN_S + 0.1
    assert identify("nonsense") == "ada"


def test_one_address_that_brings_many_unknown_tokens_has_to_wait(identify, own_hub):
    token = own_hub.token("ada")
    statuses = [identify(f"guess-{number}") for number in range(6)]
    assert statuses == ["401"] * 3 + ["429"] * 3
    assert own_hub.asked == 3
    # Elsewhere, and for those already known, nothing has changed.
    assert identify("guess-7", address="10.0.0.2") == "401"
    assert identify(token, address="10.0.0.2") == "ada"
    assert identify(token) == "ada"


def test_without_the_hub_nobody_new_gets_in(identify, own_hub):
    own_hub.status = 500
    assert identify("anything") == "503"
    own_hub.status = 302
    assert identify("anything") == "503"


def test_without_the_hub_those_it_knew_may_ask_how_the_platform_does(identify, own_hub, clock):
    token = own_hub.token("ada")
    assert identify(token) == "ada"
    own_hub.status = 500
    assert identify(token) == "ada", "still remembered"
    clock.now_s += KNOWN_S + 0.1
    assert identify(token) == "503"
    assert identify(token, stale_ok=True) == "ada"
    clock.now_s += STALE_S
    assert identify(token, stale_ok=True) == "503"


def test_a_hub_that_is_gone_is_like_one_that_fails(identify, own_hub):
    token = own_hub.token("ada")
    own_hub.close()
    try:
        assert identify(token) == "503"
    finally:
        own_hub.__init__()


def test_an_answer_that_names_nobody_lets_nobody_in(identify, own_hub):
    for number, model in enumerate(({}, {"name": "", "kind": "user"}, {"name": "x"}, {"name": 5})):
        own_hub.models[f"odd-{number}"] = model
        assert identify(f"odd-{number}") == "503"


def test_no_token_no_question(identify, own_hub):
    assert identify(None) == "401"
    assert own_hub.asked == 0
