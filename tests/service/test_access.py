"""Nobody gets past who may not: every route, every way to bring a token."""

import httpx
import pytest
from starlette.datastructures import Headers

from hal9lib.service.auth import Identity, address_of, token_in
from support.api_routes import application, leaves, methods_and_paths
from support.hub_standin import ACCESS, READ, WRITE

GARBAGE = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    found = methods_and_paths(application(str(tmp_path_factory.mktemp("data"))))
    assert len(found) >= 14, "fewer routes than the service has; the walk is broken"
    return [*found, ("GET", "/nowhere"), ("GET", "/"), ("OPTIONS", "/runs"), ("TRACE", "/runs")]


def refused(answer: httpx.Response, status: int, said: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert said in body["error"]
    assert body["request_id"] == answer.headers["X-Request-Id"]


def test_every_route_is_refused_to_anybody_not_logged_in(anonymous, routes):
    for method, path in routes:
        answer = anonymous.request(method, path)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hal9"'
        if method != "HEAD":
            refused(answer, 401, "a login token is needed: send 'Authorization: token …'.")


def test_every_route_is_refused_to_a_token_the_hub_does_not_know(anonymous, routes):
    headers = {"Authorization": f"token {GARBAGE}"}
    for method, path in routes:
        assert anonymous.request(method, path, headers=headers).status_code == 401, (method, path)


def test_every_route_is_refused_to_a_token_that_does_not_reach_the_service(caller, routes):
    client = caller(READ, WRITE)
    for method, path in routes:
        answer = client.request(method, path)
        assert answer.status_code == 403, (method, path)
    refused(client.get("/me"), 403, "your token does not reach the service 'api'.")


def test_every_route_is_refused_without_a_scope_of_ours(caller, routes):
    client = caller(ACCESS, "read:users", "admin:users", "custom:hal9:readx")
    for method, path in routes:
        assert client.request(method, path).status_code == 403, (method, path)
    refused(client.get("/runs"), 403, "your token lacks the scope custom:hal9:read.")


def test_whoever_may_only_read_changes_nothing(reader, routes):
    for method, path in routes:
        status = reader.request(method, path).status_code
        if method in ("GET", "HEAD"):
            assert status not in (401, 403), (method, path)
        else:
            assert status == 403, (method, path)
    refused(reader.post("/runs"), 403, "your token lacks the scope custom:hal9:write.")


def test_writing_includes_reading(caller):
    me = caller(ACCESS, WRITE).get("/me")
    assert me.status_code == 200
    assert (me.json()["may_read"], me.json()["may_write"]) == (True, True)


def test_another_services_scope_does_not_open_this_one(caller):
    client = caller("access:services!service=dashboards", READ, WRITE)
    refused(client.get("/me"), 403, "your token does not reach the service 'api'.")
    assert caller("access:services", READ).get("/me").status_code == 200


def test_me_says_who_asks(caller, name):
    me = caller(ACCESS, READ, user=name).get("/me").json()
    assert me == {
        "name": name,
        "kind": "user",
        "owner": name,
        "may_read": True,
        "may_write": False,
        "scopes": sorted((ACCESS, READ)),
    }


def test_a_service_of_the_hub_is_no_user_of_that_name(caller, name):
    user, service = caller(ACCESS, READ, user=name), caller(ACCESS, READ, user=name, kind="service")
    assert user.get("/me").json()["owner"] == name
    assert service.get("/me").json()["owner"] == f"service/{name}"


def test_a_token_anywhere_but_in_the_header_does_not_count(anonymous, hub, name):
    token = hub.token(name)
    for answer in (
        anonymous.get("/me", params={"token": token}),
        anonymous.get("/me", params={"access_token": token}),
        anonymous.get("/me", headers={"Cookie": f"jupyterhub-services={token}; token={token}"}),
        anonymous.get("/me", headers={"X-Token": token}),
        anonymous.get("/me", headers={"X-Hal9-User": name, "X-Forwarded-User": name}),
        anonymous.request("GET", "/me", content=f"token={token}"),
    ):
        refused(answer, 401, "a login token is needed")


def test_both_words_before_a_token_are_understood(anonymous, hub, name):
    token = hub.token(name)
    for word in ("token", "Token", "bearer", "Bearer"):
        answer = anonymous.get("/me", headers={"Authorization": f"{word} {token}"})
        assert answer.status_code == 200
    for text in (
        token,
        f"Basic {token}",
        f"token {token} x",
        "token <script>",
    ):
        answer = anonymous.get("/me", headers={"Authorization": text})
        refused(answer, 401, "a login token is needed")


def test_a_token_taken_back_is_refused_soon(caller, hub):
    # The memory is bounded by KNOWN_S, tested with a clock in test_auth; here: it is per token.
    first, second = hub.token("ada"), hub.token("ada")
    hub.revoke(second)
    with caller(ACCESS, READ) as client:
        assert client.get("/me", headers={"Authorization": f"token {first}"}).status_code == 200
        assert client.get("/me", headers={"Authorization": f"token {second}"}).status_code == 401


def test_websockets_are_refused(api, hub, name):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = f"ws://127.0.0.1:{api.port}/services/api/live"
    headers = {"Authorization": f"token {hub.token(name)}"}
    with pytest.raises(InvalidStatus, match="HTTP 40"):
        connect(address, additional_headers=headers, proxy=None)


def test_no_foreign_page_may_read_the_answer(writer):
    answer = writer.get("/me", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    preflight = writer.options(
        "/runs",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.lower().startswith("access-control")]


def test_every_answer_has_the_security_headers(writer, anonymous):
    for answer in (writer.get("/me"), writer.get("/nowhere"), anonymous.get("/me")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "server" not in answer.headers


def test_there_is_no_page_that_loads_scripts_from_elsewhere(writer):
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert writer.get(path).status_code == 404


def test_every_route_is_documented(tmp_path, writer):
    app = application(str(tmp_path))
    for route in leaves(app.routes):
        if route.path != "/openapi.json":
            assert (route.endpoint.__doc__ or "").strip().endswith("."), route.path
    described = writer.get("/openapi.json").json()
    assert described["servers"] == [{"url": "/services/api"}]
    served = {(m.lower(), p) for m, p in methods_and_paths(app) if p != "/openapi.json"}
    documented = {
        (method, path.replace("{key}", GARBAGE.replace("0123456789abcdef" * 2, GARBAGE)))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if operation["description"]
    }
    assert documented == served


def test_tokens_are_read_strictly():
    assert token_in(Headers({"authorization": "token abc.DEF-1"})) == "abc.DEF-1"
    for text in ("token ", "token \t", "token " + "a" * 5000):
        assert token_in(Headers({"authorization": text})) is None
    assert token_in(Headers({})) is None


def test_only_our_own_proxy_says_where_a_request_comes_from():
    forwarded = Headers({"x-forwarded-for": "6.6.6.6, 10.0.0.9"})
    assert address_of({"client": ("127.0.0.1", 5)}, forwarded) == "10.0.0.9"
    assert address_of({"client": ("10.1.1.1", 5)}, forwarded) == "10.1.1.1"
    assert address_of({"client": ("127.0.0.1", 5)}, Headers({})) == "127.0.0.1"
    assert address_of({"client": None}, Headers({})) == "unknown"


def test_who_may_what_with_nothing_configured_nobody():
    for scopes, use, read, write in (
        ((), False, False, False),
        ((ACCESS,), True, False, False),
        ((READ,), False, True, False),
        ((WRITE,), False, True, True),
        ((ACCESS, READ), True, True, False),
        ((ACCESS, WRITE), True, True, True),
        (("access:services",), True, False, False),
        (("access:services!service=apis", "custom:hal9"), False, False, False),
    ):
        identity = Identity("ada", "user", frozenset(scopes))
        assert (identity.may_use("api"), identity.may(READ), identity.may(WRITE)) == (
            use,
            read,
            write,
        ), scopes
