"""In a browser: the login as it looks, a wrong password, every dashboard closed to strangers."""

import re

import pytest
from playwright.sync_api import expect

from support.running_platform import RunningPlatform
from support.visitor import Visitor, screenshot

DASHBOARDS = ("", "live", "health", "runs")


def test_the_login_page_and_a_wrong_password(stranger: Visitor, platform: RunningPlatform) -> None:
    page = stranger.page()
    expect(page.get_by_label("Username")).to_be_visible()
    screenshot(page, "login", narrow=True)
    screenshot(page, "login")
    page.close()

    page = stranger.login("researcher", "not the password")
    expect(page.get_by_text("Invalid username or password")).to_be_visible()
    screenshot(page, "login-refused")
    page.goto(platform.url + "hub/home")
    expect(page).to_have_url(re.compile("/hub/login"))


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_leads_a_stranger_to_the_login(stranger: Visitor, name: str) -> None:
    page = stranger.page(f"services/dashboards/{name}")
    expect(page).to_have_url(re.compile("/hub/login"))
    expect(page.get_by_label("Username")).to_be_visible()
    # A dashboard's pieces carry this mark; what is behind the login has not been sent.
    assert "data-root-id" not in page.content()


def test_a_stranger_opens_no_websocket(stranger: Visitor) -> None:
    page = stranger.page("hub/login")
    for path in ("services/dashboards/live/ws", "user/researcher/api/events/subscribe"):
        address = stranger.url.replace("http", "ws", 1) + path
        end = page.evaluate(
            """address => new Promise(done => {
                const socket = new WebSocket(address, ["bokeh", "x"]);
                socket.onopen = () => done("open");
                socket.onerror = () => done("refused");
            })""",
            address,
        )
        assert end == "refused", path


def test_who_logs_out_is_out_of_the_dashboards_too(
    stranger: Visitor, platform: RunningPlatform
) -> None:
    live = stranger.login("viewer", platform.password("viewer"), "services/dashboards/live")
    expect(live.locator(".headline")).to_contain_text("neurons")
    live.get_by_role("link", name="Log out").click()
    expect(live).to_have_url(re.compile("/hub/log"))
    again = stranger.page("services/dashboards/live")
    expect(again).to_have_url(re.compile("/hub/login"))
