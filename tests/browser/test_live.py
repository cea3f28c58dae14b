"""In two browsers: what one steers, the other sees; who may not steer cannot."""

import re
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from support.running_platform import RunningPlatform
from support.visitor import Visitor, screenshot

PATH = "services/dashboards/live"


@pytest.fixture(scope="module")
def live(platform: RunningPlatform) -> Callable[[], dict]:
    """What the API says of the live simulation."""
    headers = {"Authorization": f"token {platform.token('viewer')}"}

    def ask() -> dict:
        answer = httpx.get(f"{platform.api}/live", headers=headers, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    return ask


def slider(page: Page, name: str) -> Locator:
    """The slider's piece of the page, by the name above it."""
    return page.locator(".slot-slider").filter(has=page.locator(f"text={name}"))


def tile(page: Page, label: str) -> Locator:
    return page.locator(".tile").filter(has=page.locator(f".label >> text={label}"))


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_it_runs_and_every_viewer_sees_it(researcher: Visitor, viewer: Visitor, live) -> None:
    for visitor in (researcher, viewer):
        page = visitor.page(PATH)
        expect(page.locator(".headline")).to_contain_text("Running")
        expect(page.locator(".headline")).to_contain_text("10,000 neurons")
        shown = tile(page, "Model time").locator(".value")
        expect(shown).to_have_text(re.compile(r"^\d"))
        before = shown.inner_text()
        expect(shown).not_to_have_text(before)
        assert seconds(shown.inner_text()) > seconds(before)
        expect(page.locator(".slot-raster canvas").first).to_be_visible()
    assert live()["worker"]["alive"]
    assert live()["frame"]["neurons"] == 10_000


def test_who_may_only_look_cannot_steer(viewer: Visitor) -> None:
    page = viewer.page(PATH)
    expect(page.locator(".headline")).to_contain_text("Running")
    for name in ("Start", "Pause", "Reset"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    for name in ("Drive", "Inhibition"):
        expect(slider(page, name).locator(".noUi-target")).to_have_attribute("disabled", "true")
    expect(page.locator(".slot-notice")).to_contain_text("You are watching.")
    screenshot(page, "live-viewer")


def test_what_one_steers_the_other_sees(
    researcher: Visitor, viewer: Visitor, live, record_property
) -> None:
    mine, theirs = researcher.page(PATH), viewer.page(PATH)
    for page in (mine, theirs):
        expect(page.locator(".headline")).to_contain_text("Running")
    value = slider(theirs, "Drive").locator(".bk-slider-value")
    expect(value).to_have_text("1.00")

    slider(mine, "Drive").locator(".noUi-handle").focus()
    begun = time.monotonic()
    for _ in range(6):
        mine.keyboard.press("ArrowRight")
    expect(value).to_have_text("1.30")
    record_property("drive_seen_s", round(time.monotonic() - begun, 2))
    assert live()["desired"]["drive"] == pytest.approx(1.3)
    screenshot(mine, "live-driven")

    begun = time.monotonic()
    mine.get_by_role("button", name="Pause").click()
    expect(theirs.locator(".headline")).to_contain_text("Paused")
    record_property("pause_seen_s", round(time.monotonic() - begun, 2))
    assert live()["desired"]["status"] == "paused"
    expect(mine.get_by_role("button", name="Pause")).to_be_disabled()
    screenshot(theirs, "live-paused")

    mine.get_by_role("button", name="Start").click()
    expect(theirs.locator(".headline")).to_contain_text("Running")
    slider(mine, "Drive").locator(".noUi-handle").focus()
    for _ in range(6):
        mine.keyboard.press("ArrowLeft")
    expect(value).to_have_text("1.00")


def test_reset_begins_anew_for_all(researcher: Visitor, viewer: Visitor, live) -> None:
    mine, theirs = researcher.page(PATH), viewer.page(PATH)
    for page in (mine, theirs):
        expect(page.locator(".headline")).to_contain_text("Running")
    generation = live()["desired"]["generation"]
    mine.get_by_role("button", name="Reset").click()
    expect(tile(theirs, "Model time").locator(".value")).to_have_text(re.compile(r"^0\.\d+\s*s$"))
    assert live()["desired"]["generation"] > generation


def test_the_rate_on_the_screen_is_the_rate_in_the_api(researcher: Visitor, live) -> None:
    page = researcher.page(PATH)
    expect(page.locator(".headline")).to_contain_text("Running")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".headline")).to_contain_text("Paused")
    populations = live()["frame"]["populations"]
    assert {p["name"] for p in populations} == {"E", "I"}
    for population in populations:
        shown = tile(page, f"Rate of {population['name']}").locator(".value")
        expect(shown).to_have_text(re.compile(rf"^{population['rate_hz']:.1f}\s*Hz$"))
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".headline")).to_contain_text("Running")


def test_it_fits_a_phone(viewer: Visitor) -> None:
    page = viewer.page(PATH)
    expect(page.locator(".headline")).to_contain_text("Running")
    expect(page.locator(".slot-raster canvas").first).to_be_visible()
    screenshot(page, "live", narrow=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(page, "live")
