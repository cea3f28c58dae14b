"""Live: a network that runs now, seen by all who look and steered by who may.

What every viewer sees comes from the API, the positions of the sliders too: a change made by one
is seen by all. While a viewer moves a slider it is theirs; it follows the others again a moment
after they let go.
"""

import asyncio
import time
from dataclasses import replace
from typing import Any

import numpy as np
import panel as pn

from dashboards.activity import Potentials, Raster, Rates, cell_caption
from dashboards.auth import Viewer
from dashboards.data import ApiError, LoggedOutError, NotAllowedError
from dashboards.live_words import headline, state_of, tiles
from dashboards.page import asset, html, line, put
from dashboards.polling import News
from dashboards.sources import LiveView
from dashboards.visit import Visit

#: A slider that was moved here follows the others again after this time.
OWN_S = 1.0
#: A slider being moved sends at most so often.
SEND_EVERY_S = 0.15

BODY = """
<h1 class="unseen">Live simulation</h1>
<div class="slot slot-headline">{{ embed(roots.headline) }}</div>
<div class="slot slot-tiles">{{ embed(roots.tiles) }}</div>
<div class="live">
  <section class="card activity" aria-label="Activity of the last second">
    <h2>Spikes of the last second</h2>
    <div class="slot slot-raster">{{ embed(roots.raster) }}</div>
    <div class="slot slot-caption">{{ embed(roots.caption) }}</div>
    <h2>Population rates</h2>
    <div class="slot slot-rates">{{ embed(roots.rates) }}</div>
  </section>
  <div class="side">
    <section class="card controls" aria-label="Controls">
      <h2>Controls</h2>
      <div class="buttons">
        {{ embed(roots.start) }}{{ embed(roots.pause) }}{{ embed(roots.reset) }}
      </div>
      <div class="slot slot-slider">{{ embed(roots.drive) }}</div>
      <div class="slot slot-slider">{{ embed(roots.inhibition) }}</div>
      <div class="slot slot-notice" role="status">{{ embed(roots.notice) }}</div>
    </section>
    <section class="card" aria-label="Membrane potentials">
      <h2>Membrane potentials</h2>
      <div class="slot slot-potentials">{{ embed(roots.potentials) }}</div>
    </section>
  </div>
</div>
"""


def page(visit: Visit) -> pn.Template:
    """The page of one viewer."""
    live = LivePage(visit)
    visit.follow(visit.sources.live, live.show)
    return visit.page("live", BODY, live.roots)


class LivePage:
    """The pieces of the page and what happens to them."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._viewer, self._sources = visit.viewer, visit.sources
        self._raster, self._potentials = Raster(306), Potentials(240)
        self._rates = Rates(148, "ms before now")
        self._headline, self._tiles = html(), html(tiles(None))
        self._plots = [
            pn.pane.Bokeh(figure, margin=0, sizing_mode="stretch_width")
            for figure in (self._raster.figure, self._rates.figure, self._potentials.figure)
        ]
        self._caption, self._notice = html(), html(_right(visit.viewer))
        self._buttons = {name: self._button(name) for name in ("start", "pause", "reset")}
        self._sliders = {
            name: Steering(name, visit.viewer.may_steer, self._steer)
            for name in ("drive", "inhibition")
        }
        self._drawn = -1
        self.show(News(None))

    @property
    def roots(self) -> dict[str, Any]:
        """What is placed on the page."""
        return {
            "headline": self._headline,
            "tiles": self._tiles,
            **dict(zip(("raster", "rates", "potentials"), self._plots, strict=True)),
            "caption": self._caption,
            "notice": self._notice,
            **self._buttons,
            **{name: slider.widget for name, slider in self._sliders.items()},
        }

    def show(self, news: News[LiveView]) -> None:
        """Bring the page up to date."""
        view = news.value
        state = state_of(news, self._visit.offset_min())
        put(self._headline, headline(view, state))
        self._fade(state.tone == "bad")
        self._allow(news)
        if view is None:
            return
        for slider in self._sliders.values():
            slider.follow(view.desired)
        if view.number != self._drawn:
            self._draw(view)

    def _draw(self, view: LiveView) -> None:
        """Show a new frame."""
        self._drawn = view.number
        frame, counts = view.frame, view.counts
        if frame is None or counts is None:
            return
        populations, window_ms = frame["populations"], frame["window_ms"]
        column_ms = window_ms / frame["raster"]["columns"]
        put(self._tiles, tiles(view))
        put(self._caption, line(cell_caption(populations, column_ms, view.dark)))
        self._raster.draw(counts, populations, (-window_ms, 0.0), view.dark)
        time_ms = np.array(frame["rates"]["time_ms"]) - frame["time_ms"]
        rates_hz = {p["name"]: np.array(frame["rates"][p["name"]]) for p in populations}
        self._rates.draw(time_ms, rates_hz, (-window_ms, 0.0), view.top_hz)
        self._potentials.update(view)

    def _fade(self, old: bool) -> None:
        """What is no longer true is shown pale."""
        for pane in (self._tiles, *self._plots):
            pane.styles = {"opacity": "0.4"} if old else {}

    def _allow(self, news: News[LiveView]) -> None:
        """Offer what makes sense now, to who may."""
        view = news.value
        able = self._viewer.may_steer and news.problem is None and view is not None
        running = view is not None and view.desired["status"] == "running"
        for name, wanted in {"start": not running, "pause": running, "reset": True}.items():
            self._buttons[name].disabled = not (able and wanted)
        for slider in self._sliders.values():
            slider.widget.disabled = not able

    def _button(self, name: str) -> pn.widgets.Button:
        button = pn.widgets.Button(
            name=name.capitalize(),
            button_type="primary" if name == "start" else "default",
            stylesheets=[asset("widgets.css")],
            margin=0,
            disabled=True,
        )

        async def press(_event: Any) -> None:
            await self._steer({"action": name})

        button.on_click(press)
        return button

    async def _steer(self, command: dict[str, Any]) -> None:
        try:
            desired = await self._sources.api.command(self._viewer, command)
        except (NotAllowedError, LoggedOutError) as problem:
            put(self._notice, line(str(problem), "bad"))
        except ApiError as problem:
            put(self._notice, line(f"Not done: {problem}", "bad"))
        else:
            put(self._notice, _right(self._viewer))
            self._sources.live.amend(lambda view: replace(view, desired=desired))


class Steering:
    """A slider for one factor: sends what its user does, follows what others do."""

    def __init__(self, name: str, enabled: bool, send: Any) -> None:
        self._name, self._send = name, send
        self._following = False
        self._moved_s = 0.0
        self._next: float | None = None
        self._sending = False
        self.widget = pn.widgets.FloatSlider(
            name=name.capitalize(),
            start=0.0,
            end=3.0,
            step=0.05,
            value=1.0,
            format="0.00",
            disabled=not enabled,
            stylesheets=[asset("widgets.css")],
            sizing_mode="stretch_width",
            margin=0,
        )
        self.widget.param.watch(self._move, "value")

    def follow(self, desired: dict[str, Any]) -> None:
        """Go where the others put it, unless its own user is busy with it."""
        busy = self._sending or time.monotonic() - self._moved_s < OWN_S
        if busy or self.widget.value == desired[self._name]:
            return
        self._following = True
        try:
            self.widget.value = desired[self._name]
        finally:
            self._following = False

    def _move(self, event: Any) -> None:
        if self._following:
            return
        self._moved_s = time.monotonic()
        self._next = event.new
        if not self._sending:
            self._sending = True
            pn.state.execute(self._pump)

    async def _pump(self) -> None:
        """Send the newest value until there is none newer."""
        try:
            while self._next is not None:
                value, self._next = self._next, None
                await self._send({self._name: round(float(value), 3)})
                await asyncio.sleep(SEND_EVERY_S)
        finally:
            self._sending = False


def _right(viewer: Viewer) -> str:
    if viewer.may_steer:
        return line("Everyone who watches sees what you change.")
    return line("You are watching. To steer, a login needs the right custom:hal9:write.")
