"""Home: what is here, where it leads, and whether all is well."""

import panel as pn

from dashboards.data import ApiError
from dashboards.health_words import overall
from dashboards.page import html, line, put
from dashboards.polling import News
from dashboards.runs_words import newest_line
from dashboards.visit import Visit

BODY = """
<div class="welcome">
  <h1>Hello, {{ frame.user | e }}</h1>
  <p>Networks of neurons that organise themselves: watch one live, look at runs you kept,
  or build your own.</p>
</div>
<div class="doors">
  <section class="card door"><h2><a href="{{ frame.prefix | e }}live">Live</a></h2>
    <p>A network of 10,000 neurons, running now. All who watch see the same, and who may
    steer it, steers it for all.</p></section>
  <section class="card door"><h2><a href="{{ frame.lab | e }}">JupyterLab</a></h2>
    <p>Your own notebooks: describe a network, simulate it, measure it, keep the run.</p></section>
  <section class="card door"><h2><a href="{{ frame.prefix | e }}runs">Runs</a></h2>
    <p>What was simulated and kept: spikes, parameters, and the line that loads it.</p>
    <div class="slot slot-door">{{ embed(roots.newest) }}</div></section>
  <section class="card door"><h2><a href="{{ frame.prefix | e }}health">Health</a></h2>
    <p>Every part of this platform: how it is now, and how it was in the last hour.</p>
    <div class="slot slot-door">{{ embed(roots.health) }}</div></section>
  <section class="card first" aria-label="A first run">
    <h2>A first run, in a notebook</h2>
    <pre>import hal9lib as hal9

network = hal9.models.brunel(neurons=12_500, seed=1)
run = hal9.simulate(network, duration_ms=1_000, progress=True)
run.raster()
hal9.open_store().save(run)   <span class="remark"># now it is under Runs</span></pre>
  </section>
</div>
"""


def page(visit: Visit) -> pn.Template:
    """The page of one viewer."""
    health, newest = html(), html()

    def show(news: News[dict]) -> None:
        put(health, overall(news, visit.offset_min()).pill())

    async def look() -> None:
        try:
            found = await visit.sources.api.runs(visit.viewer, limit=1)
        except ApiError as problem:
            put(newest, line(str(problem), "bad"))
        else:
            put(newest, newest_line(found))

    visit.follow(visit.sources.health, show)
    pn.state.onload(look)
    return visit.page("", BODY, {"health": health, "newest": newest})
