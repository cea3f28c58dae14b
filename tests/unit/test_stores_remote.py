"""The store behind the service: what each bad answer becomes, and what is asked again."""

import json

import pytest

from hal9lib.errors import (
    ParameterError,
    RunNotFoundError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)
from hal9lib.stores import remote
from hal9lib.stores.remote import RemoteStore
from support.ports import free_port
from support.runs import a_run
from support.scripted_server import Answer, ScriptedServer, scripted_server

KEY = "0123456789abcdef" * 2
TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture
def server():
    with scripted_server() as server:
        yield server


@pytest.fixture
def store(server: ScriptedServer, monkeypatch):
    monkeypatch.setattr(remote.time, "sleep", lambda _: None)
    with RemoteStore(server.url, TOKEN) as store:
        yield store


def problem(status: int, sentence: str = "why it is so.", **headers: str) -> Answer:
    body = json.dumps({"error": sentence, "request_id": "r"}).encode()
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (problem(401), StoreAccessError, "does not know your login token; log in at the hub again"),
        (problem(403), StoreAccessError, "refuses: why it is so."),
        (problem(404), RunNotFoundError, "why it is so."),
        (problem(413), StoreError, "refused with status 413: why it is so."),
        (problem(422), ParameterError, "why it is so."),
        (problem(429), StoreUnavailableError, "cannot answer now: why it is so."),
        (problem(500), StoreError, "refused with status 500: why it is so."),
        (problem(503), StoreUnavailableError, "cannot answer now: why it is so."),
        (problem(507), StoreError, "refused with status 507: why it is so."),
        (Answer(404, b"<html>"), StoreUnavailableError, "status 404 came from something else"),
        (Answer(503, b"<html>"), StoreUnavailableError, "status 503 came from something else"),
        (
            Answer(302, b"", {"Location": "/hub/login"}),
            StoreUnavailableError,
            "status 302 came from",
        ),
        (Answer(200, b"<html>"), StoreError, "gave an answer that cannot be read."),
    ],
)
def test_a_bad_answer_becomes_an_error_that_says_what_to_do(server, store, answer, error, said):
    server.answers = [answer]
    with pytest.raises(error) as caught:
        store.record(KEY)
    assert type(caught.value) is error
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_trouble_is_waited_out(server, store, status):
    server.answers = [problem(status), problem(status), Answer(200, b'{"key": "x"}')]
    assert store.record(KEY) == {"key": "x"}
    assert server.asked == [("GET", f"/services/api/runs/{KEY}", f"token {TOKEN}")] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 500, 507])
def test_what_will_not_change_is_not_asked_again(server, store, status):
    server.answers = [problem(status)]
    with pytest.raises((StoreError, ParameterError)):
        store.record(KEY)
    assert len(server.asked) == 1


def test_saving_is_asked_again_and_deleting_is_not(server, store):
    server.answers = [problem(503), problem(503), Answer(201, b'{"key": "x"}')]
    assert store.save(a_run()) == a_run().key
    assert [method for method, _, _ in server.asked] == ["POST"] * 3
    server.asked.clear()
    server.answers = [problem(503)]
    with pytest.raises(StoreUnavailableError):
        store.delete(KEY)
    assert len(server.asked) == 1


def test_the_wait_is_what_the_service_says_within_bounds(server, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(remote.time, "sleep", waits.append)
    server.answers = [problem(429, Retry_After="3"), problem(429, Retry_After="9999"), problem(503)]
    with RemoteStore(server.url, TOKEN) as store, pytest.raises(StoreUnavailableError):
        store.record(KEY)
    assert waits == [3.0, 10.0, 0.8]


def test_nobody_there(monkeypatch):
    monkeypatch.setattr(remote.time, "sleep", lambda _: None)
    port = free_port()
    with RemoteStore(f"http://127.0.0.1:{port}/services/api", TOKEN) as store:
        for ask in (store.find, lambda: store.save(a_run()), lambda: store.delete(KEY)):
            with pytest.raises(StoreUnavailableError) as caught:
                ask()
            assert str(caught.value) == (
                f"HAL9 service at http://127.0.0.1:{port}/services/api does not answer; is it "
                "running, and is the address right?"
            )


def test_the_name_shows_no_password():
    with RemoteStore("https://ada:secret@hal9.example:8443/services/api/", TOKEN) as store:
        assert store.name == "HAL9 service at https://hal9.example:8443/services/api"
