"""One platform and one Chromium for all browser tests; a visitor whose pages break fails a test."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from support.running_platform import RunningPlatform
from support.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Chromium does nothing on its own account, and asks nobody but the platform.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
#: Two busy cores: a Lab alone takes up to 20 s. Conditions are waited for, never slept through.
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, skipped where there is none: it comes from no package index for Python."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(
            "Chromium is not installed, and no Python package brings it "
            "(Debian, Ubuntu: apt install chromium; .ci/run does)"
        )
    # Chromium's own sandbox refuses to start as root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def platform(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPlatform]:
    """`hal9 up`, ready; not started where there is no browser to look at it."""
    runtime = tmp_path_factory.mktemp("runtime")
    data = tmp_path_factory.mktemp("platform") / "data"
    made = RunningPlatform(data, XDG_RUNTIME_DIR=str(runtime))
    try:
        yield made.wait_ready()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def logged_in(chromium: Browser, platform: RunningPlatform) -> dict[str, Visitor]:
    """researcher and viewer, each logged in once."""
    visitors = {}
    for user in ("researcher", "viewer"):
        visitor = visitors[user] = new_visitor(chromium, platform)
        page = visitor.login(user, platform.password(user), "services/dashboards/")
        expect(page.get_by_role("heading", name=f"Hello, {user}")).to_be_visible()
        page.close()
    return visitors


@pytest.fixture
def researcher(logged_in: dict[str, Visitor]) -> Iterator[Visitor]:
    """Who may steer and save; no page of theirs may break."""
    yield from watched(logged_in["researcher"])


@pytest.fixture
def viewer(logged_in: dict[str, Visitor]) -> Iterator[Visitor]:
    """Who may look; no page of theirs may break."""
    yield from watched(logged_in["viewer"])


@pytest.fixture
def stranger(chromium: Browser, platform: RunningPlatform) -> Iterator[Visitor]:
    """Nobody the hub knows. Refusals are what they are here for, so those are no problem."""
    visitor = new_visitor(chromium, platform)
    yield visitor
    visitor.context.close()
    outside = [text for text in visitor.take_problems() if "leaves the platform" in text]
    assert not outside, "\n".join(outside)


def new_visitor(chromium: Browser, platform: RunningPlatform) -> Visitor:
    visitor = Visitor(chromium, platform.url)
    visitor.context.set_default_timeout(PATIENCE_MS)
    return visitor


def watched(visitor: Visitor) -> Iterator[Visitor]:
    visitor.take_problems()
    yield visitor
    for page in visitor.context.pages:
        page.close()
    problems = visitor.take_problems()
    assert not problems, "\n".join(problems)
