"""Runs: what was simulated and kept; one of them as a picture, with its parameters."""

from typing import Any

import panel as pn

from dashboards.activity import Raster, Rates, cell_caption
from dashboards.data import ApiError, LoggedOutError
from dashboards.page import html, line, put
from dashboards.polling import News, SharedPoll
from dashboards.runs_data import MAX_SPIKES, picture
from dashboards.runs_words import LIMIT, details, loading_line, table, title
from dashboards.visit import Visit
from dashboards.words import whole

LIST_EVERY_S = 5.0

BODY = """
<div class="heading"><h1>Runs</h1><p>What you and others kept, newest first.</p></div>
<div class="runs">
  <section class="card" aria-label="Saved runs">
    <div class="slot slot-list">{{ embed(roots.list) }}</div>
  </section>
  <section class="card detail" aria-label="The chosen run">
    <div class="slot slot-detail" aria-live="polite">{{ embed(roots.title) }}</div>
    <div class="slot slot-load">{{ embed(roots.load) }}</div>
    <div class="slot slot-run-raster">{{ embed(roots.raster) }}</div>
    <div class="slot slot-caption">{{ embed(roots.caption) }}</div>
    <div class="slot slot-run-rates">{{ embed(roots.rates) }}</div>
    <div class="slot slot-parameters">{{ embed(roots.details) }}</div>
  </section>
</div>
"""


def page(visit: Visit) -> pn.Template:
    """The page of one viewer."""
    runs = RunsPage(visit)
    # Everyone sees other runs, so this question is not shared with other pages.
    mine: SharedPoll[list[dict[str, Any]]] = SharedPoll(runs.fetch, LIST_EVERY_S)
    visit.follow(mine, runs.show)
    visit.chosen(runs.choose)
    return visit.page("runs", BODY, runs.roots)


class RunsPage:
    """The pieces of the page."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._api = visit.sources.api
        self._runs: list[dict[str, Any]] = []
        self._chosen = visit.argument("run")
        self._shown = self._problem = ""
        self._raster, self._rates = Raster(250), Rates(130, "ms")
        self._raster.figure.visible = self._rates.figure.visible = False
        texts = ("list", "title", "load", "caption", "details")
        self._texts = {name: html() for name in texts}
        put(self._texts["list"], line("Asking the API for your runs."))
        put(self._texts["title"], line("The run you choose is shown here."))

    @property
    def roots(self) -> dict[str, Any]:
        """What is placed on the page."""
        return {
            **self._texts,
            "raster": pn.pane.Bokeh(self._raster.figure, margin=0, sizing_mode="stretch_width"),
            "rates": pn.pane.Bokeh(self._rates.figure, margin=0, sizing_mode="stretch_width"),
        }

    async def fetch(self, viewer: Any, _last: Any) -> list[dict[str, Any]]:
        """The newest runs that this viewer may see."""
        return await self._api.runs(viewer, limit=LIMIT)

    def show(self, news: News[list[dict[str, Any]]]) -> None:
        """Bring the list up to date; the newest run is chosen until the viewer chooses."""
        self._problem = str(news.problem or "")
        if news.value is None:
            if news.problem is not None:
                put(self._texts["list"], line(f"{news.problem} Trying again.", "bad"))
            return
        self._runs = news.value
        if not self._chosen and self._runs:
            self._chosen = self._runs[0]["key"]
        self._list()
        if self._chosen != self._shown:
            self.choose(self._chosen)

    def choose(self, key: str) -> None:
        """Show one run."""
        self._chosen = self._shown = key
        self._list()
        pn.state.execute(self._open)

    def _list(self) -> None:
        rows = table(self._runs, self._chosen, self._visit.offset_min())
        old = line(f"{self._problem} This list is old; trying again.", "bad")
        put(self._texts["list"], old + rows if self._problem else rows)

    async def _open(self) -> None:
        key = self._chosen
        try:
            record = await self._api.run(self._visit.viewer, key)
            self._say(record)
            if record["spikes"] > MAX_SPIKES:
                await self._visit.draw(lambda: self._hide(_too_many(record)))
                return
            steps, neurons = await self._api.spikes(self._visit.viewer, record["key"])
        except LoggedOutError:
            self._visit.ask_for_login()
            return
        except ApiError as problem:
            sentence = str(problem)
            await self._visit.draw(lambda: self._hide(sentence))
            return
        if key == self._chosen:  # else another was chosen meanwhile
            seen = picture(record, steps, neurons)
            await self._visit.draw(lambda: self._draw(seen))

    def _say(self, record: dict[str, Any]) -> None:
        put(self._texts["title"], title(record, self._visit.offset_min()))
        put(self._texts["load"], loading_line(record["key"]))
        put(self._texts["details"], details(record))

    def _hide(self, sentence: str) -> None:
        self._raster.figure.visible = self._rates.figure.visible = False
        put(self._texts["caption"], line(sentence, "warn"))

    def _draw(self, seen: Any) -> None:
        ends_ms = (0.0, seen.duration_ms)
        column_ms = seen.duration_ms / seen.counts.shape[1]
        self._raster.draw(seen.counts, seen.populations, ends_ms, seen.dark)
        self._rates.draw(seen.time_ms, seen.rates_hz, ends_ms, seen.top_hz)
        self._raster.figure.visible = self._rates.figure.visible = True
        said = cell_caption(seen.populations, column_ms, seen.dark)
        put(self._texts["caption"], line(said if seen.counts.any() else "Not one neuron spiked."))


def _too_many(record: dict[str, Any]) -> str:
    return (
        f"{whole(record['spikes'])} spikes are too many to draw here; "
        "load the run in a notebook to see them."
    )
