"""The doors of the dashboards: every way in without a login, or with another's, is refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from bokeh.util.token import get_token_payload
from websockets.exceptions import InvalidStatus

from dashboards.page import PAGES
from support.dashboards_process import (
    PREFIX,
    DashboardsProcess,
    dashboards_process,
    page_token,
)

NOWHERE = "http://127.0.0.1:9/services/api"
INNER = ["ws", "live/ws", "autoload.js", "live/autoload.js", "metadata", "live/metadata"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardsProcess]:
    with dashboards_process(tmp_path_factory.mktemp("dashboards"), NOWHERE) as process:
        yield process


@pytest.fixture(scope="module")
def researcher(site: DashboardsProcess) -> Iterator[httpx.Client]:
    with site.browser("researcher") as client:
        assert site.open_page(client, "live").status_code == 200
        yield client


@pytest.fixture(scope="module")
def viewer(site: DashboardsProcess) -> Iterator[httpx.Client]:
    with site.browser("viewer") as client:
        assert site.open_page(client, "live").status_code == 200
        yield client


def refused(site: DashboardsProcess, cookies: httpx.Cookies, token: str, **options) -> int:
    with pytest.raises(InvalidStatus) as caught, site.socket(cookies, token, **options):
        pass
    return caught.value.response.status_code


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_without_a_login_leads_to_the_hub(site, slug):
    with site.browser() as client:
        first = client.get(site.url + slug)
        assert first.status_code == 302
        assert "bokeh" not in first.text
        login = client.get(first.headers["Location"] and httpx.URL(site.url + slug).join(
            first.headers["Location"]))  # fmt: skip
        assert login.status_code == 302
        asked = urlsplit(login.headers["Location"])
        query = parse_qs(asked.query)
        assert f"{asked.scheme}://{asked.netloc}" == site.hub.url
        assert asked.path == "/hub/api/oauth2/authorize"
        assert query["code_challenge_method"] == ["S256"]
        assert query["state"]
        assert query["redirect_uri"] == [f"{PREFIX}oauth_callback"]


def test_the_address_without_its_slash_leads_there_too(site):
    with site.browser("viewer") as client:
        page = client.get(site.url.rstrip("/"), follow_redirects=True)
    assert page.status_code == 200
    assert "Hello, viewer" in page.text


@pytest.mark.parametrize("path", INNER)
def test_what_is_no_page_is_refused_without_a_login(site, path):
    with site.browser() as client:
        assert client.get(site.url + path).status_code in (400, 403, 404)
        assert client.options(site.url + path).status_code in (400, 403, 404, 405)


@pytest.mark.parametrize("slug", PAGES)
def test_after_the_login_each_page_comes_with_its_title(site, researcher, slug):
    page = site.open_page(researcher, slug)
    assert page.status_code == 200
    assert f"<title>{PAGES[slug]} · HAL9</title>" in page.text
    assert page.url.path == PREFIX + slug
    assert page.headers["Cache-Control"] == "no-store"


def test_a_bad_cookie_is_no_login(site):
    with site.browser() as client:
        client.cookies.set("service-dashboards", '2|1:0|10:1|18:x|4:YWJj|bad"', domain="127.0.0.1")
        assert client.get(site.url).status_code == 302
        assert refused(site, client.cookies, "x.y") == 403


def test_who_may_not_use_the_dashboards_is_told_so(site):
    with site.browser("stranger") as client:
        page = site.open_page(client)
    assert page.status_code == 403
    assert "Not for this login" in page.text
    assert "Traceback" not in page.text


def test_the_login_cookie_is_for_this_service_alone_and_hidden_from_scripts(site):
    with site.browser("viewer") as client:
        page = site.open_page(client)
        answer = next(r for r in page.history if r.url.path.endswith("oauth_callback"))
    cookies = [c for c in answer.headers.get_list("set-cookie") if "service-dashboards=" in c]
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert f"Path={PREFIX}" in cookies[0]


def test_a_restart_keeps_the_login(site):
    with site.browser("viewer") as client:
        site.open_page(client)
        assert site.stop() == 0
        site.start()
        assert client.get(site.url).status_code == 200


def test_logging_out_of_the_hub_is_seen(site):
    with site.browser("viewer") as client:
        assert site.open_page(client, "health").status_code == 200
        client.get(f"{site.hub.url}/hub/logout")
        assert client.get(f"{site.url}health").status_code == 302


def test_an_answer_to_a_login_that_nobody_asked_for_is_refused(site):
    with site.browser("viewer") as client:
        page = client.get(f"{site.url}oauth_callback", params={"code": "x", "state": "y"})
        assert page.status_code == 403
        assert "Back to the start" in page.text
        assert client.get(f"{site.url}oauth_callback").status_code == 400


@pytest.mark.parametrize(
    "wanted", ["https://example.org/", "//example.org", "/hub/admin", PREFIX + "../../hub/admin"]
)
def test_a_login_leads_back_to_a_page_of_ours_only(site, wanted):
    with site.browser("viewer") as client:
        page = client.get(f"{site.url}login", params={"next": wanted}, follow_redirects=True)
    assert str(page.url) == site.url


def test_while_the_hub_is_away_a_page_says_so(site):
    with site.browser("viewer") as client:
        site.hub.away = True
        client.cookies.set("service-dashboards", "x", domain="127.0.0.1")
        try:
            with site.browser() as other:
                other.cookies.update(logged_in(site, "researcher", other))
                page = other.get(site.url)
        finally:
            site.hub.away = False
    assert page.status_code == 503
    assert "The hub does not answer" in page.text
    assert "127.0.0.1" not in page.text


def logged_in(site: DashboardsProcess, user: str, client: httpx.Client) -> httpx.Cookies:
    """Cookies of a login that this process has not yet asked the hub about."""
    site.hub.away = False
    with site.browser(user) as other:
        site.open_page(other)
        # Another session at the hub: what was remembered of this login does not count for it.
        other.cookies.set("jupyterhub-session-id", "another", domain="127.0.0.1")
        cookies = httpx.Cookies(other.cookies)
    site.hub.away = True
    return cookies


def test_a_page_token_holds_the_users_name_and_nothing_else_of_the_request(site, researcher):
    page = site.open_page(researcher, "live", headers={"X-Secret": "do-not-copy"})
    payload = get_token_payload(page_token(page))
    assert payload["headers"] == {"X-Hal9-User": "researcher"}
    assert payload["cookies"] == {}
    everything = page.text + json.dumps(payload, default=str)
    assert "do-not-copy" not in everything
    for name, value in researcher.cookies.items():
        assert value not in everything, name
    assert len(site.hub.tokens) > 0
    assert not [token for token in site.hub.tokens if token in everything]


def test_a_name_sent_from_outside_does_not_count(site, viewer):
    headers = [("X-Hal9-User", "researcher"), ("x-hal9-user", "admin")]
    page = viewer.get(f"{site.url}live", headers=headers)
    assert get_token_payload(page_token(page))["headers"] == {"X-Hal9-User": "viewer"}


def test_a_token_in_a_header_or_address_is_no_login_here(site):
    token = site.hub.token_of("researcher")
    with site.browser() as client:
        headers = {"Authorization": f"token {token}"}
        assert client.get(site.url, headers=headers).status_code == 302
        assert client.get(site.url, params={"token": token}).status_code == 403


@pytest.mark.parametrize(
    "how",
    [
        {"params": {"bokeh-session-id": "mine"}},
        {"params": {"bokeh-token": "mine"}},
        {"headers": {"Bokeh-Session-Id": "mine"}},
    ],
)
def test_nobody_chooses_a_session(site, researcher, how):
    assert researcher.get(f"{site.url}live", **how).status_code == 403


def test_the_websocket_opens_for_its_own_page(site, researcher):
    token = page_token(site.open_page(researcher, "live"))
    with site.socket(researcher.cookies, token) as socket:
        header = json.loads(socket.recv(timeout=20))
    assert header["msgtype"] == "ACK"


@pytest.mark.parametrize(
    "origin", [None, "null", "http://example.org", "http://127.0.0.1:1", "file://", "https://"]
)
def test_the_websocket_is_refused_from_elsewhere(site, researcher, origin):
    token = page_token(site.open_page(researcher, "live"))
    assert refused(site, researcher.cookies, token, origin=origin) == 403


def test_the_websocket_is_refused_without_a_login(site, researcher):
    token = page_token(site.open_page(researcher, "live"))
    assert refused(site, httpx.Cookies(), token) == 403


def test_the_websocket_is_refused_to_another_user_with_this_pages_token(site, researcher, viewer):
    token = page_token(site.open_page(researcher, "live"))
    assert refused(site, viewer.cookies, token) == 403


@pytest.mark.parametrize("forge", ["", "x.y", "cut", "swapped"])
def test_the_websocket_is_refused_with_a_forged_token(site, researcher, viewer, forge):
    own = page_token(site.open_page(researcher, "live"))
    other = page_token(site.open_page(viewer, "live"))
    token = {"cut": own[:-2], "swapped": f"{other.split('.')[0]}.{own.split('.')[1]}"}.get(
        forge, forge
    )
    assert refused(site, researcher.cookies, token or "-") == 403


def test_the_websocket_is_refused_after_logging_out(site):
    with site.browser("viewer") as client:
        token = page_token(site.open_page(client, "live"))
        client.get(f"{site.hub.url}/hub/logout")
        assert refused(site, client.cookies, token) == 403


def test_no_module_is_imported_for_a_caller(tmp_path: Path):
    """Panel's route ``/components/MODULE/…`` imports whatever it is told to, for anyone."""
    trap = tmp_path / "hal9_trap.py"
    trap.write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()\nclass X: pass\n")
    with dashboards_process(tmp_path, NOWHERE, PYTHONPATH=str(tmp_path)) as site:
        for login in (None, "researcher"):
            with site.browser(login) as client:
                if login:
                    site.open_page(client)
                answer = client.get(f"{site.url}components/hal9_trap/X/__css__/a.css")
                assert answer.status_code == 404
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("path", ["nothing", "live/nothing", "../etc/passwd", "assets/../auth.py"])
def test_an_address_that_leads_nowhere_is_a_page_of_words(site, path):
    with site.browser() as client:
        answer = client.get(site.url + path.replace("..", "%2e%2e"))
    assert answer.status_code in (403, 404)
    assert "Traceback" not in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_loads_and_sends_nothing_elsewhere(site, researcher, slug):
    page = site.open_page(researcher, slug)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe-eval" not in policy
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert nonce
    scripts = re.findall(r"<script[^>]*>", page.text)
    assert len(scripts) > 3
    inline = [tag for tag in scripts if "src=" not in tag and "application/json" not in tag]
    assert inline
    assert all(f'nonce="{nonce[1]}"' in tag for tag in inline)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) > 5
    elsewhere = [a for a in loaded if urlsplit(a).netloc and not a.startswith(site.hub.url)]
    assert elsewhere == []


def test_each_answer_has_a_nonce_of_its_own(site, researcher):
    policies = {site.open_page(researcher).headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_every_answer_says_how_it_may_be_used(site):
    with site.browser() as client:
        for path in ("", "login", "nothing", "assets/style.css", "static/js/bokeh.min.js"):
            headers = client.get(site.url + path).headers
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert "frame-ancestors 'self'" in headers["Content-Security-Policy"], path
            assert "Server" not in headers, path


def test_a_large_body_is_refused(site):
    with site.browser() as client:
        try:
            status = client.post(site.url, content=b"x" * 2_000_000).status_code
        except httpx.TransportError:
            status = 413  # the server closed the connection while it was being sent
    assert status in (400, 405, 413)


def test_the_log_holds_no_secret_and_no_query(site, researcher):
    site.open_page(researcher, "live", params={"note": "private-note"})
    lines = site.log.read_text()
    assert all(json.loads(line)["program"] == "dashboards" for line in lines.splitlines())
    assert '"path": "/services/dashboards/live"' in lines
    for secret in (*site.hub.tokens, site.environment["HAL9_COOKIE_SECRET"], "private-note"):
        assert secret not in lines
