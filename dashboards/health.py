"""Health: every part of the platform now, and over the last hour, as the API says it is."""

import time
from typing import Any

import panel as pn

from dashboards.health_metrics import numbers
from dashboards.health_words import banner, cards
from dashboards.page import html, line, put
from dashboards.polling import News
from dashboards.visit import Visit

BODY = """
<h1 class="unseen">Health</h1>
<div class="slot slot-overall" role="status">{{ embed(roots.overall) }}</div>
<div class="slot slot-parts">{{ embed(roots.parts) }}</div>
<h2 class="apart">What the API service counts</h2>
<div class="slot slot-metrics">{{ embed(roots.metrics) }}</div>
"""


def page(visit: Visit) -> pn.Template:
    """The page of one viewer."""
    health = HealthPage(visit)
    visit.follow(visit.sources.health, health.show_now)
    visit.follow(visit.sources.history, health.show_hour)
    visit.follow(visit.sources.metrics, health.show_metrics)
    return visit.page("health", BODY, health.roots)


class HealthPage:
    """The pieces of the page."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._now: News[dict[str, Any]] = News(None)
        self._samples: list[dict[str, Any]] = []
        self.roots = {name: html() for name in ("overall", "parts", "metrics")}
        self._draw()

    def show_now(self, news: News[dict[str, Any]]) -> None:
        """The newest look at all parts."""
        self._now = news
        self._draw()

    def show_hour(self, news: News[list[dict[str, Any]]]) -> None:
        """The last hour."""
        if news.value is not None:
            self._samples = news.value
            self._draw()

    def show_metrics(self, news: News[str]) -> None:
        """The service's numbers."""
        if news.problem is not None:
            put(self.roots["metrics"], line(f"Not known now. {news.problem}", "bad"))
        elif news.value is not None:
            put(self.roots["metrics"], numbers(news.value, time.time()))

    def _draw(self) -> None:
        put(self.roots["overall"], banner(self._now, self._samples, self._visit.offset_min()))
        put(self.roots["parts"], cards(self._now, self._samples, time.time()))
