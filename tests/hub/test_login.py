"""The hub's door: no password, a wrong one, the right one; roles as the API sees them."""

import contextlib

import httpx
import pytest

from support.running_platform import RunningPlatform, xsrf_header

CLOSED = (
    "hub/home",
    "hub/api/users",
    "hub/api/user",
    "hub/token",
    "hub/admin",
    "hub/metrics",
    "hub/spawn",
    "user/researcher/lab",
    "user/researcher/api/contents",
    "services/api/health",
    "services/api/metrics",
    "services/api/openapi.json",
    "services/api/docs",
    "services/api/runs",
    "services/api/live",
    "services/dashboards/",
    "services/dashboards/live",
)


@pytest.mark.parametrize("path", CLOSED)
def test_anonymous_is_refused(platform: RunningPlatform, path: str) -> None:
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=True) as nobody:
        answer = nobody.get(platform.url + path)
    sent_to_login = answer.status_code == 200 and answer.url.path == "/hub/login"
    # 404: no route of that name for anybody, or a server that does not run.
    assert answer.status_code in (401, 403, 404) or sent_to_login


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("researcher", ""),
        ("researcher", "researcher"),
        ("researcher", "password"),
        ("nobody", ""),
        ("admin", "admin"),
        ("", ""),
    ],
)
def test_login_without_the_password_is_refused(
    platform: RunningPlatform, user: str, password: str
) -> None:
    with contextlib.closing(platform.login(user, password)) as client:
        assert platform.answer.status_code == 403
        assert "Invalid username or password" in platform.answer.text
        assert "jupyterhub-hub-login" not in client.cookies


def test_each_user_has_a_password_of_their_own(platform: RunningPlatform) -> None:
    with contextlib.closing(platform.login("researcher", platform.password("viewer"))):
        assert platform.answer.status_code == 403


@pytest.mark.parametrize("user", ["researcher", "viewer"])
def test_the_password_opens_the_hub(platform: RunningPlatform, user: str) -> None:
    with contextlib.closing(platform.login(user)) as client:
        assert platform.answer.status_code == 200
        assert str(platform.answer.url).endswith("/hub/home")
        assert client.get("/hub/api/user", headers=xsrf_header(client)).json()["name"] == user


def test_a_login_cookie_is_out_of_reach_for_scripts(platform: RunningPlatform) -> None:
    with contextlib.closing(platform.login("viewer")) as client:
        set_here = [h for r in platform.answer.history for h in r.headers.get_list("set-cookie")]
        logins = [header for header in set_here if header.startswith("jupyterhub-hub-login")]
        assert len(logins) == 1
        assert "HttpOnly" in logins[0]
        assert client.cookies


def test_guessing_is_slowed_with_a_time_to_wait(platform: RunningPlatform) -> None:
    # A name of its own: this must hold up no other test.
    for _ in range(8):
        platform.login("guessed", "wrong").close()
    assert platform.answer.status_code == 429
    assert int(platform.answer.headers["retry-after"]) > 0
    # Another user from the same address is not held up.
    with contextlib.closing(platform.login("viewer")):
        assert platform.answer.status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded"])
def test_a_made_up_address_does_not_speed_guessing(platform: RunningPlatform, header: str) -> None:
    for number in range(8):
        spoofed = {header: f"10.0.0.{number}"}
        platform.login(f"guessed by {header}", "wrong", headers=spoofed).close()
    assert platform.answer.status_code == 429


def ask(platform: RunningPlatform, token: str, method: str, path: str, **more: object) -> int:
    headers = {"Authorization": f"token {token}"}
    answer = httpx.request(
        method, f"{platform.api}/{path}", headers=headers, timeout=30, trust_env=False, **more
    )
    return answer.status_code


def test_the_viewer_looks_and_the_researcher_steers(platform: RunningPlatform) -> None:
    viewer, researcher = platform.token("viewer"), platform.token("researcher")
    assert ask(platform, viewer, "GET", "runs") == 200
    assert ask(platform, researcher, "GET", "runs") == 200
    steer = {"json": {"action": "start"}}
    assert ask(platform, viewer, "POST", "live/commands", **steer) == 403
    assert ask(platform, researcher, "POST", "live/commands", **steer) == 200


def test_a_token_is_no_wider_than_it_was_asked_for(platform: RunningPlatform) -> None:
    read = platform.token("researcher", ["custom:hal9:read", "access:services!service=api"])
    assert ask(platform, read, "GET", "runs") == 200
    assert ask(platform, read, "POST", "live/commands", json={"action": "start"}) == 403
    no_service = platform.token("researcher", ["custom:hal9:write"])
    assert ask(platform, no_service, "GET", "runs") in (401, 403)
    assert ask(platform, "0" * 32, "GET", "runs") == 401


def test_a_viewer_cannot_make_a_token_that_writes(platform: RunningPlatform) -> None:
    with contextlib.closing(platform.login("viewer")) as client:
        wanted = {"scopes": ["custom:hal9:write"]}
        answer = client.post(
            "/hub/api/users/viewer/tokens", json=wanted, headers=xsrf_header(client)
        )
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("path", ["users", "users/researcher", "services", "proxy", "groups"])
def test_a_viewer_sees_nobody_elses_state_in_the_hub(platform: RunningPlatform, path: str) -> None:
    headers = {"Authorization": f"token {platform.token('viewer')}"}
    answer = httpx.get(f"{platform.url}hub/api/{path}", headers=headers, trust_env=False)
    seen = answer.text if answer.status_code == 200 else ""
    assert answer.status_code in (200, 403, 404)
    assert "researcher" not in seen


def test_the_proxys_own_door_takes_no_user(platform: RunningPlatform) -> None:
    port = platform.ports()["proxy_api"]
    token = platform.token("researcher")
    headers = {"Authorization": f"token {token}"}
    url = f"http://127.0.0.1:{port}/api/routes"
    assert httpx.get(url, headers=headers, trust_env=False).status_code == 403
    assert httpx.get(url, trust_env=False).status_code == 403
