"""One platform and one Chromium for all browser tests; a visitor whose pages break fails a test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from support.chromium import chromium, chromium_path
from support.running_platform import RunningPlatform
from support.visitor import Visitor

#: Two busy cores: a Lab alone takes up to 20 s. Conditions are waited for, never slept through.
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, skipped where there is none: it comes from no package index for Python."""
    if chromium_path() is None:
        pytest.skip(
            "Chromium is not installed, and no Python package brings it "
            "(Debian, Ubuntu: apt install chromium; .ci/run does)"
        )
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def platform(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
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
def logged_in(browser: Browser, platform: RunningPlatform) -> dict[str, Visitor]:
    """researcher and viewer, each logged in once."""
    visitors = {}
    for user in ("researcher", "viewer"):
        visitor = visitors[user] = new_visitor(browser, platform)
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
def stranger(browser: Browser, platform: RunningPlatform) -> Iterator[Visitor]:
    """Nobody the hub knows. Refusals are what they are here for, so those are no problem."""
    visitor = new_visitor(browser, platform)
    yield visitor
    visitor.context.close()
    outside = [text for text in visitor.take_problems() if "leaves the platform" in text]
    assert not outside, "\n".join(outside)


def new_visitor(browser: Browser, platform: RunningPlatform) -> Visitor:
    visitor = Visitor(browser, platform.url)
    visitor.context.set_default_timeout(PATIENCE_MS)
    return visitor


def watched(visitor: Visitor) -> Iterator[Visitor]:
    visitor.take_problems()
    yield visitor
    for page in visitor.context.pages:
        page.close()
    problems = visitor.take_problems()
    assert not problems, "\n".join(problems)
