"""In a browser: home and health say what the API says, at a desk and on a phone."""

import httpx
import pytest
from playwright.sync_api import expect

from support.running_platform import RunningPlatform
from support.visitor import Visitor, screenshot

PAGES = {"": "Home", "live": "Live", "health": "Health", "runs": "Runs"}
PARTS = ("API service", "PostgreSQL", "Hub", "Simulation worker", "Disk", "Memory")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_name_and_leads_to_the_others(viewer: Visitor, path: str) -> None:
    page = viewer.page(f"services/dashboards/{path}")
    assert page.title() == f"{PAGES[path]} · HAL9"
    links = page.get_by_role("navigation").get_by_role("link")
    assert links.all_inner_texts() == [*PAGES.values(), "JupyterLab"]
    expect(page.get_by_role("link", name=PAGES[path])).to_have_attribute("aria-current", "page")


def test_home_says_whether_all_is_well(researcher: Visitor) -> None:
    page = researcher.page("services/dashboards/")
    expect(page.get_by_text("All is well")).to_be_visible()
    screenshot(page, "home", narrow=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(page, "home")


def test_health_shows_every_part_as_the_api_tells_it(
    viewer: Visitor, platform: RunningPlatform
) -> None:
    page = viewer.page("services/dashboards/health")
    for part in PARTS:
        expect(page.locator(".part").filter(has_text=part)).to_contain_text("Well")
    expect(page.locator(".slot-overall")).to_contain_text("All 6 parts work.")
    headers = {"Authorization": f"token {platform.token('viewer')}"}
    answer = httpx.get(f"{platform.api}/health", headers=headers, timeout=30, trust_env=False)
    assert answer.status_code == 200
    screenshot(page, "health", narrow=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(page, "health")
