"""What the pages show and where it comes from, shared by all pages of this process."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.document import Document
from numpy.typing import NDArray

from dashboards.auth import Viewer
from dashboards.data import Api
from dashboards.polling import News, SharedPoll
from dashboards.words import steady_top

LIVE_EVERY_S = 0.25
HEALTH_EVERY_S = 5.0
HISTORY_EVERY_S = 15.0
METRICS_EVERY_S = 10.0
HOUR_S = 3_600.0


@dataclass(frozen=True)
class LiveView:
    """The live simulation as all see it: the API's answer, its frame decoded once for everyone.

    Attributes
    ----------
    counts : (rows, columns) uint8, spikes in each cell of the raster.
    dark : so many spikes in a cell are drawn darkest. top_hz : where the axis of rates ends.
    """

    desired: dict[str, Any]
    worker: dict[str, Any]
    frame: dict[str, Any] | None = None
    counts: NDArray[np.uint8] | None = None
    dark: float = 0.0
    top_hz: float = 0.0

    @property
    def number(self) -> int:
        """The frame's number, -1 without one."""
        return int(self.frame["number"]) if self.frame else -1


class Sources:
    """The API and the questions all pages share."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.live: SharedPoll[LiveView] = SharedPoll(self._live, LIVE_EVERY_S)
        self.health: SharedPoll[dict[str, Any]] = SharedPoll(self._health, HEALTH_EVERY_S)
        self.history: SharedPoll[list[dict[str, Any]]] = SharedPoll(self._history, HISTORY_EVERY_S)
        self.metrics: SharedPoll[str] = SharedPoll(self._metrics, METRICS_EVERY_S)

    async def _live(self, viewer: Viewer, last: LiveView | None) -> LiveView:
        answer = await self.api.live(viewer, last.number if last else -1)
        return live_view(answer, last)

    async def _health(self, viewer: Viewer, _last: Any) -> dict[str, Any]:
        return await self.api.health(viewer)

    async def _history(
        self, viewer: Viewer, last: list[dict[str, Any]] | None
    ) -> list[dict[str, Any]]:
        """The looks of the last hour; only those since the last answer are asked for."""
        known = last or []
        newer = await self.api.health_history(viewer, known[-1]["time"] if known else 0.0)
        samples = [*known, *newer]
        return [one for one in samples if one["time"] > samples[-1]["time"] - HOUR_S]

    async def _metrics(self, viewer: Viewer, _last: Any) -> str:
        return await self.api.metrics(viewer)


def live_view(answer: dict[str, Any], last: LiveView | None) -> LiveView:
    """The API's answer with its frame decoded, or with the last frame if there is none newer."""
    desired, worker, frame = answer["desired"], answer["worker"], answer["frame"]
    if frame is None:
        if last is None:
            return LiveView(desired, worker)
        return LiveView(desired, worker, last.frame, last.counts, last.dark, last.top_hz)
    raster = frame["raster"]
    counts = np.frombuffer(base64.b64decode(raster["counts"]), np.uint8)
    counts = counts.reshape(raster["rows"], raster["columns"])
    filled = counts[counts > 0]
    peak = float(np.percentile(filled, 97)) if filled.size else 1.0
    rates = [max(frame["rates"][p["name"]], default=0.0) for p in frame["populations"]]
    return LiveView(
        desired,
        worker,
        frame,
        counts,
        dark=max(2.0, steady_top(last.dark if last else 0.0, peak)),
        top_hz=max(10.0, steady_top(last.top_hz if last else 0.0, max(rates, default=0.0))),
    )


class Mailbox:
    """Hands news to a page under its document's lock; a slow page gets the newest, not a queue."""

    def __init__(self, document: Document, read: Callable[[News[Any]], None]) -> None:
        self._document = document
        self._session: Any = document.session_context
        self._read = read
        self._news: News[Any] | None = None

    @property
    def abandoned(self) -> bool:
        """Whether the browser has closed the page; one that comes back gets a page anew."""
        session = self._session.session
        return session is not None and session.connection_count == 0

    def put(self, news: News[Any]) -> None:
        """Have `news` read as soon as the page is free."""
        waiting = self._news is not None
        self._news = news
        if not waiting:
            self._document.add_next_tick_callback(self._open)

    def _open(self) -> None:
        news, self._news = self._news, None
        if news is not None:
            self._read(news)
