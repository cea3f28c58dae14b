"""One open page of one viewer: what it follows while it is open, and what it hears from it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from dashboards.auth import Viewer
from dashboards.data import LoggedOutError
from dashboards.page import Site, frame
from dashboards.polling import News, SharedPoll
from dashboards.sources import Mailbox, Sources


class Visit:
    """What a dashboard's function is given.

    Attributes
    ----------
    viewer : who looks. sources : the API and what all pages share. site : the addresses.
    """

    def __init__(self, site: Site, viewer: Viewer, sources: Sources) -> None:
        self.site, self.viewer, self.sources = site, viewer, sources
        self._leave: list[Callable[[], None]] = []
        document = pn.state.curdoc
        assert document is not None  # noqa: S101 - Panel makes a document for every page
        context: Any = document.session_context
        self._document = document
        self._request_arguments: dict[str, list[bytes]] = context.request.arguments
        # What page.js and the server tell each other. A change of "login" loads the page anew, and
        # so leads to the hub's login; "choice" is what was clicked inside a pane; "clock" is how
        # many minutes the viewer's clock is ahead of UTC.
        self._login, self._choice, self._clock = (pn.widgets.TextInput() for _ in range(3))
        pn.state.on_session_destroyed(lambda _context: self._end())

    def follow(self, poll: SharedPoll[Any], show: Callable[[News[Any]], None]) -> None:
        """Have `show` called with the poll's news while the page is open, under its lock."""

        def read(news: News[Any]) -> None:
            if isinstance(news.problem, LoggedOutError):
                self.ask_for_login()
            show(news)

        mailbox = Mailbox(self._document, read)

        def deliver(news: News[Any]) -> None:
            if mailbox.abandoned:
                self._end()
            else:
                mailbox.put(news)

        pn.state.onload(lambda: self._leave.append(poll.join(self.viewer, deliver)))

    def chosen(self, act: Callable[[str], Any]) -> None:
        """Have `act` called with the ``data-choose`` of what the viewer clicks."""
        self._choice.param.watch(lambda event: act(event.new), "value")

    def argument(self, name: str) -> str:
        """What the page's address says after the question mark under this name, or nothing."""
        given = self._request_arguments.get(name, [b""])[0]
        return given.decode("utf-8", "replace")[:200]

    async def draw(self, change: Callable[[], None]) -> None:
        """Run `change`, which alters figures, under the page's lock; returns when it is done."""
        done = asyncio.Event()

        def locked() -> None:
            try:
                change()
            finally:
                done.set()

        self._document.add_next_tick_callback(locked)
        await done.wait()

    def ask_for_login(self) -> None:
        """Send the browser to the login; it comes back to this page."""
        self._login.value = "over"

    def page(self, slug: str, body: str, roots: Mapping[str, Any]) -> pn.Template:
        """The whole page; see `dashboards.page.frame`."""
        own = {"login": self._login, "choice": self._choice, "clock": self._clock}
        return frame(self.site, self.viewer, slug, body, {**roots, **own})

    def offset_min(self) -> float:
        """Minutes that the viewer's clock is ahead of UTC; 0 until the browser has told."""
        try:
            return max(-1_440.0, min(1_440.0, float(self._clock.value or 0)))
        except ValueError:
            return 0.0

    def _end(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
