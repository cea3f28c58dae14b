"""One id from the caller through the log to the database, and no secret anywhere."""

from urllib.parse import urlsplit

import psycopg
import pytest
import structlog

from hal9lib.service.logs import accepted_id, secrets_of
from hal9lib.settings import read_settings
from support.hub_standin import ACCESS, READ
from support.service_process import SECRET_TOKEN
from support.waiting import wait_for

# A password as an address spells it; plainly it is p@ss-word-1.
QUOTED = "p%40ss-word-1"


def lines_of(api, request_id: str) -> list[dict]:
    """The lines of one request; its last is written when the caller has the answer already."""

    def look() -> list[dict]:
        return [line for line in api.lines() if line.get("request_id") == request_id]

    return wait_for(look, f"a line of request {request_id}")


def test_one_id_from_the_caller_to_the_database(api, caller, name):
    client = caller(ACCESS, READ, user=name)
    request_id = f"{name}.request_1"
    answer = client.get("/runs?limit=3", headers={"X-Request-Id": request_id})
    assert answer.headers["X-Request-Id"] == request_id
    (line,) = lines_of(api, request_id)
    assert line.pop("duration_ms") > 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": request_id,
        "method": "GET",
        "path": "/services/api/runs",
        "route": "/runs",
        "status": 200,
        "user": name,
    }
    # A connection keeps the name of the request it served last.
    with psycopg.connect(api.store_url) as connection:
        names = connection.execute("SELECT application_name FROM pg_stat_activity").fetchall()
    assert (f"hal9 {request_id}",) in names


@pytest.mark.parametrize("given", ["", "short", "x" * 57, "a b c d e f", "näme-näme", 'a"};drop--'])
def test_an_id_that_is_not_well_formed_is_replaced(api, reader, given):
    headers = [(b"X-Request-Id", given.encode())]
    made = reader.get("/me", headers=headers).headers["X-Request-Id"]
    assert made != given
    assert len(made) == 32
    assert len(lines_of(api, made)) == 1


def test_every_request_has_an_id_of_its_own(reader):
    assert len({reader.get("/me").headers["X-Request-Id"] for _ in range(5)}) == 5
    assert accepted_id(None) != accepted_id(None)


def test_a_refusal_has_one_too(api, anonymous):
    answer = anonymous.get("/runs")
    request_id = answer.headers["X-Request-Id"]
    assert answer.json()["request_id"] == request_id
    (line,) = lines_of(api, request_id)
    assert (line["status"], line["user"], line["route"]) == (401, None, "unmatched")


def test_no_secret_is_in_the_log(api, hub, caller, anonymous, name):
    client = caller(ACCESS, READ, user=name)
    token = hub.token(name)
    client.get("/runs", params={"token": token, "model": "x"})
    client.get(f"/runs/{'0' * 32}?access_token={token}")
    anonymous.get("/me", headers={"Authorization": f"Basic {token}"})
    anonymous.get("/me", headers={"Authorization": "token unknown-to-the-hub-0123456789"})
    client.get("/nowhere", headers={"Cookie": f"jupyterhub-session-id={token}"})
    log = api.log.read_text()
    password = urlsplit(api.store_url).password
    assert name in log
    assert len(hub.models) > 1
    for secret in (*hub.models, password, SECRET_TOKEN, "unknown-to-the-hub-0123456789"):
        assert secret not in log


def test_secrets_are_taken_out_of_whatever_a_library_says(capsys):
    from hal9lib.service.logs import configure_logging

    settings = read_settings(
        {
            "HAL9_STORE_URL": f"postgresql://hal9:{QUOTED}@db/runs",
            "JUPYTERHUB_API_TOKEN": SECRET_TOKEN,
        }
    )
    assert secrets_of(settings) == sorted(
        [SECRET_TOKEN, "p%40ss-word-1", "p@ss-word-1"], key=len, reverse=True
    )
    import logging

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging(settings)
        try:
            raise RuntimeError(
                f"cannot connect to postgresql://hal9:{QUOTED}@db with {SECRET_TOKEN}"
            )
        except RuntimeError as problem:
            structlog.get_logger().error("failed", exc_info=problem, password="p@ss-word-1")
            logging.getLogger("a.library").exception(
                "sent Authorization: token abcdef0123456789abcdef"
            )
    finally:
        structlog.reset_defaults()
        root.handlers[:], _ = handlers, root.setLevel(level)
    out = capsys.readouterr().out
    assert out.count("RuntimeError") >= 2
    assert "token [secret]" in out
    for secret in ("p%40ss-word-1", "p@ss-word-1", SECRET_TOKEN, "abcdef0123456789abcdef"):
        assert secret not in out
