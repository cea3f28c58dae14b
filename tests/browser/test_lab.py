"""In a browser: from the login to the first notebook, run whole, and its run on the dashboard."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from support.running_platform import RunningPlatform
from support.visitor import Visitor, screenshot

NOTEBOOK = "notebooks/01-first-run.ipynb"
#: A whole notebook on two busy cores, its simulation's loop compiled for the first time.
RUN_MS = 240_000


@pytest.fixture(scope="module")
def as_researcher(platform: RunningPlatform) -> Iterator[httpx.Client]:
    """What the hub, the user's server and the API say, asked without a browser."""
    headers = {"Authorization": f"token {platform.token('researcher')}"}
    with httpx.Client(
        base_url=platform.url, headers=headers, timeout=60, trust_env=False
    ) as client:
        yield client


def menu(page: Page, name: str, item: str) -> None:
    """Choose from Lab's menu bar."""
    page.get_by_role("menuitem", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item).first.click()


def code_cells(client: httpx.Client) -> list[dict[str, Any]]:
    """The notebook as it is saved in the user's folder."""
    answer = client.get(f"user/researcher/api/contents/{NOTEBOOK}")
    answer.raise_for_status()
    return [cell for cell in answer.json()["content"]["cells"] if cell["cell_type"] == "code"]


def saved(page: Page) -> None:
    """Save, and wait until the tab no longer says that it is not."""
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)


@pytest.mark.timeout(600)
def test_from_login_to_a_saved_run_on_the_dashboard(
    stranger: Visitor, platform: RunningPlatform, as_researcher: httpx.Client
) -> None:
    page = stranger.login("researcher", platform.password("researcher"))
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(notebook.locator(".jp-MarkdownOutput h1").first).to_be_visible()
    expect(page.get_by_role("tab", name="01-first-run.ipynb")).to_be_visible()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    screenshot(page, "lab")

    run_all(page, notebook, as_researcher)
    (run,) = as_researcher.get("services/api/runs", params={"tag": "first-run"}).json()["runs"]
    assert run["owner"] == "researcher"
    shown = notebook.get_by_text(f"'{run['key']}'", exact=True)
    shown.scroll_into_view_if_needed()
    expect(shown).to_be_visible()
    screenshot(page, "lab-saved")
    play_and_pause(page, notebook)

    runs = stranger.page(f"services/dashboards/runs?run={run['key']}")
    expect(runs.locator(".slot-list")).to_contain_text("first-run")
    expect(runs.locator(".slot-parameters")).to_contain_text(run["spike_hash"])
    expect(runs.locator(".slot-run-raster canvas").first).to_be_visible()
    screenshot(runs, "runs", narrow=True)
    assert runs.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(runs, "runs")
    problems = stranger.take_problems()
    assert not problems, "\n".join(problems)


def run_all(page: Page, notebook: Locator, client: httpx.Client) -> None:
    """Clear what the notebook came with, run it whole, and see that every cell ended well."""
    menu(page, "Edit", "Clear Outputs of All Cells")
    saved(page)
    assert [cell for cell in code_cells(client) if cell["outputs"]] == []

    menu(page, "Run", "Run All Cells")
    # A cell that waits or works shows [ ] or [*]; one that is done shows its number.
    prompts = notebook.locator(".jp-CodeCell .jp-InputPrompt")
    undone = prompts.filter(has_text=re.compile(r"\[[ *]\]"))
    expect(undone).to_have_count(0, timeout=RUN_MS)
    saved(page)
    cells = code_cells(client)
    assert len(cells) >= 10
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    wrong = [out for cell in cells for out in cell["outputs"] if out["output_type"] == "error"]
    assert wrong == []


def play_and_pause(page: Page, notebook: Locator) -> None:
    """The live view in the notebook: time goes on while it plays, and stands still after."""
    play = notebook.get_by_role("button", name="Play")
    pause = notebook.get_by_role("button", name="Pause")
    status = notebook.locator(".widget-html").filter(has_text="synapses")
    play.scroll_into_view_if_needed()
    before = status.inner_text()
    play.click()
    expect(status).not_to_have_text(before)
    expect(status).to_contain_text("running")
    pause.click()
    expect(status).to_contain_text("paused")
    expect(play).to_be_enabled()
    screenshot(page, "lab-live")
