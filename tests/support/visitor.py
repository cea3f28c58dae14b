"""Somebody at a browser: one login, the pages it opens, and everything that goes wrong in them."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
WIDE, NARROW = (1280, 800), (390, 844)

#: (where, what): reason. Not a fault of a page of ours, and out of our hands.
KNOWN: dict[tuple[str, str], str] = {}


class Visitor:
    """A browser context of its own, so its own cookies. `problems` fills by itself."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.problems: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, locale="en-GB", timezone_id="UTC"
        )
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.context.on("requestfailed", self._on_failed)
        self.context.on("page", self._watch)

    def page(self, path: str = "") -> Page:
        """A new tab at an address below the platform's own."""
        page = self.context.new_page()
        page.goto(self.url + path)
        return page

    def login(self, user: str, password: str, path: str = "") -> Page:
        """Open a page, fill in the form one is led to, and end up where one wanted to go."""
        page = self.page(path)
        page.get_by_label("Username").fill(user)
        page.get_by_label("Password", exact=False).first.fill(password)
        page.get_by_role("button", name=re.compile("sign in|log in", re.IGNORECASE)).click()
        return page

    def take_problems(self) -> list[str]:
        """What went wrong since the last call."""
        found, self.problems[:] = list(self.problems), []
        return found

    def _watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note("an uncaught error", f"{error.stack}"[:600]))
        page.on("websocket", lambda socket: self._leaves(socket.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note("console", f"{message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        self._leaves(request.url)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}", response.url)

    def _on_failed(self, request: Request) -> None:
        # A page that is left takes back what it had asked for.
        if request.failure != "net::ERR_ABORTED":
            self._note("no answer", f"{request.url} ({request.failure})")

    def _leaves(self, url: str) -> None:
        there, ours = urlsplit(url), urlsplit(self.url)
        if there.scheme not in ("data", "blob", "about") and there.netloc != ours.netloc:
            self._note("a request that leaves the platform", url)

    def _note(self, what: str, where: str) -> None:
        if not any(re.search(known, where) for _, known in KNOWN):
            self.problems.append(f"{what}: {where}")


def screenshot(page: Page, name: str, *, narrow: bool = False) -> None:
    """Keep a picture of the page as it is, in screenshots/ (git ignores it)."""
    width, height = NARROW if narrow else WIDE
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")
