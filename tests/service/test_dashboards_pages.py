"""The pages in a real browser, over the real API, PostgreSQL and a worker that runs."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

import hal9lib as hal9
from dashboards.page import PAGES
from hal9lib.jobs.worker import Worker
from hal9lib.stores.postgres_live import LiveBoard
from hal9lib.stores.recordings import spikes_to_parquet
from support.chromium import chromium, needs_chromium
from support.dashboards_process import DashboardsProcess
from support.oauth_standin import HubStandin
from support.service_process import ServiceProcess
from support.waiting import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium

NASTY = '<img src=x onerror="window.hacked=1">'
WAIT_MS = 60_000


@dataclass
class Platform:
    """Everything behind a page."""

    hub: HubStandin
    api: ServiceProcess
    site: DashboardsProcess
    board: LiveBoard
    browser: "Browser"
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def as_user(self, user: str) -> httpx.Client:
        return self.api.client(self.hub.token_of(user))


@pytest.fixture(scope="module")
def platform(postgres_server, tmp_path_factory) -> Iterator[Platform]:
    url = postgres_server.database("dashboards_of_all_tests", "template_hal9")
    hub = HubStandin().start()
    api = ServiceProcess(tmp_path_factory.mktemp("api"), url, f"{hub.url}/hub/api")
    site = DashboardsProcess(tmp_path_factory.mktemp("site"), hub, api.url)
    stop = threading.Event()
    board = LiveBoard(url)
    network = hal9.models.brunel(neurons=500, indegree=50, seed=9)
    worker = threading.Thread(target=Worker(LiveBoard(url), network).run, args=(stop.is_set,))
    worker.start()
    try:
        with chromium() as browser:
            yield Platform(hub, api, site, board, browser)
    finally:
        stop.set()
        worker.join(30.0)
        site.stop(), api.stop(), hub.stop(), board.close()
        postgres_server.drop("dashboards_of_all_tests")


@pytest.fixture
def open_page(platform: Platform) -> Iterator[Callable[..., "Page"]]:
    """Opens pages as a user; afterwards the browser must have had nothing to complain about."""
    platform.complaints.clear()
    platform.asked.clear()
    contexts = []

    def make(slug: str, user: str = "researcher", width: int = 1280, height: int = 800) -> "Page":
        context = platform.browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        base = {"name": "standin-base", "value": platform.site.origin, "url": platform.hub.url}
        context.add_cookies([base])
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{platform.hub.url}/hub/login?user={user}&next=/hub/api/")
        page.on("pageerror", lambda error: platform.complaints.append(str(error)))
        page.on("console", lambda said: _note(platform, said))
        page.on("request", lambda request: platform.asked.append(request.url))
        page.goto(platform.site.url + slug)
        return page

    yield make
    for context in contexts:
        context.close()
    assert platform.complaints == []


def _note(platform: Platform, said) -> None:
    if said.type == "error" and "Failed to load resource" not in said.text:
        platform.complaints.append(said.text)


def model(page: "Page", name: str, what: str = "value"):
    """A property of one of the page's models."""
    return page.evaluate(f"Bokeh.documents[0].get_model_by_name({name!r}).{what}")


def frames_of(page: "Page") -> int:
    """How often the raster's data has changed since this was first asked."""
    return page.evaluate(
        """() => {
            if (window.seen === undefined) {
                window.seen = 0;
                for (const model of Bokeh.documents[0]._all_models.values()) {
                    if (model.data && model.data.image) {
                        model.properties.data.change.connect(() => { window.seen += 1; });
                        break;
                    }
                }
            }
            return window.seen;
        }"""
    )


def running(page: "Page") -> "Page":
    page.locator(".headline b", has_text="Running").wait_for()
    return page


def test_live_shows_what_the_api_says_and_keeps_moving(platform, open_page):
    page = running(open_page("live", "viewer"))
    wait_for(lambda: frames_of(page) >= 6, "new pictures")
    page.locator(".headline", has_text="500 neurons").wait_for()
    with platform.as_user("viewer") as client:
        rate = client.get("live").json()["frame"]["populations"][0]["rate_hz"]
    shown = float(page.locator(".tile", has_text="Rate of E").locator(".value").inner_text()[:-2])
    assert rate > 5
    assert shown == pytest.approx(rate, rel=0.5)
    assert page.locator("canvas").count() >= 3
    text = page.content() + page.evaluate("document.cookie")
    assert platform.hub.tokens
    assert [token for token in platform.hub.tokens if token in text] == [], "no token in the page"


def test_what_one_steers_all_see(platform, open_page):
    steering, watching = running(open_page("live")), running(open_page("live", "viewer"))
    handle = steering.locator(".noUi-handle").first
    handle.focus()
    for _ in range(10):
        steering.keyboard.press("ArrowRight")
    moved = model(steering, "drive")
    assert moved == pytest.approx(1.5)
    wait_for(lambda: model(watching, "drive") == moved, "the other's slider")
    wait_for(lambda: platform.board.desired()["drive"] == pytest.approx(moved), "the command")
    steering.wait_for_timeout(2_500)
    assert model(steering, "drive") == model(watching, "drive") == moved, "it stays where it is"
    steering.get_by_role("button", name="Pause").click()
    watching.locator(".headline b", has_text="Paused").wait_for()
    assert steering.get_by_role("button", name="Pause").is_disabled()
    steering.get_by_role("button", name="Reset").click()
    generation = platform.board.desired()["generation"]
    wait_for(lambda: platform.board.newest()["frame"]["generation"] >= generation, "the reset")
    steering.get_by_role("button", name="Start").click()
    running(watching)
    with platform.as_user("researcher") as client:
        client.post("live/commands", json={"drive": 1.0}).raise_for_status()
    wait_for(lambda: model(steering, "drive") == 1.0, "a change made elsewhere")


def test_who_only_watches_cannot_steer_not_even_by_force(platform, open_page):
    page = running(open_page("live", "viewer"))
    before = platform.board.desired()
    for name in ("Start", "Pause", "Reset"):
        assert page.get_by_role("button", name=name).is_disabled()
    assert model(page, "drive", "disabled")
    page.get_by_text("To steer, a login needs the right custom:hal9:write").wait_for()
    # The page's own models can be changed from within the browser; the API does not care.
    page.evaluate("Bokeh.documents[0].get_model_by_name('drive').value = 2.0")
    page.get_by_text("custom:hal9:write", exact=False).first.wait_for()
    wait_for(lambda: model(page, "drive") == before["drive"], "the slider to go back")
    assert platform.board.desired() == before


def test_without_the_api_the_page_says_so_and_recovers(platform, open_page):
    page, health = running(open_page("live")), open_page("health")
    health.locator(".banner b", has_text="All is well").wait_for()
    platform.api.kill()
    try:
        page.locator(".headline b", has_text="No connection").wait_for()
        said = page.locator(".headline .sentence").inner_text()
        health.locator(".banner b", has_text="Not known").wait_for()
        assert health.locator(".part b", has_text="Not known").count() == 6
    finally:
        platform.api.start()
    assert "The API does not answer. Since " in said
    running(page)
    health.locator(".banner b", has_text="All is well").wait_for()
    assert "Traceback" not in page.content() + health.content()


def test_a_restart_of_the_dashboards_brings_the_page_back_by_itself(platform, open_page):
    page = running(open_page("live"))
    platform.site.stop()
    page.locator("#connection", has_text="No connection to the server since").wait_for()
    platform.site.start()
    page.locator("#connection").wait_for(state="hidden")
    running(page)


def test_logging_out_ends_an_open_page(platform, open_page):
    page = running(open_page("live"))
    page.evaluate(f"fetch('{platform.hub.url}/hub/logout', {{mode: 'no-cors'}}).catch(() => 0)")
    other = page.context.new_page()
    other.goto(f"{platform.hub.url}/hub/logout")
    page.wait_for_url("**/oauth2/authorize**", timeout=WAIT_MS)
    platform.complaints.clear()  # the page's own policy refused it to call the hub: as it should


def test_a_closed_page_is_forgotten(platform, open_page):
    page = running(open_page("live"))
    page.context.close()
    lines = platform.api.log

    def asked() -> int:
        return lines.read_text().count('"path": "/services/api/live"')

    def quiet() -> bool:
        before = asked()
        threading.Event().wait(3.0)
        return asked() == before

    wait_for(quiet, "the questions to end", limit_s=90.0)


def test_health_shows_what_health_says(platform, open_page):
    page = open_page("health", "viewer")
    page.locator(".banner b", has_text="All is well").wait_for()
    with platform.as_user("viewer") as client:
        said = client.get("health").json()
    assert page.locator(".part").count() == len(said["components"]) == 6
    for part in said["components"]:
        if part["name"] not in ("disk", "memory"):
            assert page.locator(".part", has_text=part["detail"].split(",")[0]).count() == 1
    page.locator(".strip .good").first.wait_for(state="attached")
    page.locator(".tile", has_text="Requests answered").wait_for()


def save_run(platform: Platform, model_name: str, seed: int) -> str:
    network = hal9.Network(seed=seed, model=model_name)
    cells = network.add(hal9.neurons.lif(), 50, name="E")
    network.drive(cells, rate_hz=20_000.0, weight_mv=0.1)
    run = hal9.simulate(network, duration_ms=200.0)
    assert len(run.spike_steps) > 100
    record = run.record() | {"notes": NASTY, "tags": []}
    files = {"spikes": ("s.parquet", spikes_to_parquet(run.spike_steps, run.spike_neurons))}
    with platform.as_user("researcher") as client:
        answer = client.post("runs", data={"record": _json(record)}, files=files)
    assert answer.status_code in (200, 201), answer.text
    return run.key


def _json(record: dict) -> str:
    import json

    return json.dumps(record)


def test_a_saved_run_appears_and_can_be_looked_at(platform, open_page):
    page = open_page("runs")
    page.get_by_text("No run has been kept yet").wait_for()
    first = save_run(platform, "first", 1)
    second = save_run(platform, NASTY, 2)
    page.locator(".list tbody tr").nth(1).wait_for()
    assert page.locator(".list tbody tr").count() == 2
    page.get_by_role("button", name="first").click()
    page.locator("h2.run", has_text="first").wait_for()
    page.locator("code", has_text=f'hal9.open_store().load("{first}")').wait_for()
    page.get_by_text("One cell: 1 neuron").wait_for()
    assert page.url.endswith(f"?run={first}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f'hal9.open_store().load("{first}")'
    page.goto(f"{platform.site.url}runs?run={second}")
    page.locator("h2.run", has_text="onerror").wait_for()
    page.get_by_text("One cell: 1 neuron").wait_for()
    assert page.evaluate("window.hacked") is None


def test_a_run_that_is_not_there_is_said_to_be_so(platform, open_page):
    page = open_page(f"runs?run={'0' * 32}")
    page.locator(".line.warn", has_text="0000").wait_for()


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_fits_a_phone_does_not_jump_and_asks_nothing_elsewhere(platform, open_page, slug):
    page = open_page(slug, width=390, height=844)
    there = "Boolean(window.Bokeh && Bokeh.documents.length)"
    wait_for(lambda: page.evaluate(there), "the page's document")
    page.wait_for_timeout(2_000)
    assert page.title() == f"{PAGES[slug]} · HAL9"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    moved = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => {
                for (const shift of list.getEntries()) { sum += shift.value; }
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 500);
        })"""
    )
    assert moved < 0.1
    own = (platform.site.origin, platform.hub.url, "data:", "blob:")
    assert len(platform.asked) > 15
    assert [address for address in platform.asked if not address.startswith(own)] == []


def test_the_keyboard_reaches_what_the_mouse_does_and_shows_where_it_is(open_page):
    page = running(open_page("live"))
    reached, outlined = [], []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    let element = document.activeElement;
                    while (element.shadowRoot && element.shadowRoot.activeElement) {
                        element = element.shadowRoot.activeElement;
                    }
                    window.at = element;
                    return element.innerText || element.getAttribute("aria-label")
                        || element.className;
                }"""
            )
        )
        outlined.append(page.evaluate("getComputedStyle(window.at).outlineStyle"))
    for wanted in ("Skip to the content", "Live", "Health", "Log out", "Pause", "Reset"):
        assert wanted in reached, reached
    assert any("noUi-handle" in str(name) for name in reached), reached
    named = [o for r, o in zip(reached, outlined, strict=True) if r in ("Live", "Pause", "Reset")]
    assert set(named) == {"solid"}
