"""Figures of activity: raster, rates, potentials. Their models stay; only the data changes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import BasicTicker, ColumnDataSource, LinearColorMapper, Range1d
from bokeh.models.annotations import Label
from numpy.typing import NDArray

from dashboards.figures import FONT, palette, plain_figure, thousands
from dashboards.sources import LiveView
from dashboards.words import steady_top, whole
from hal9lib.palette import INK, colours_of

#: The left edge of both time axes must be the same, so that raster and rates line up.
LEFT_PX = 80


class Raster:
    """Spikes as a picture: a row for some neighbouring neurons, a column for some time."""

    def __init__(self, height_px: int) -> None:
        self.figure = plain_figure("Spikes", height=height_px, min_border_left=LEFT_PX)
        self.figure.xaxis.visible = False
        self.figure.ygrid.grid_line_color = None
        self.figure.yaxis.axis_label = "neuron"
        self.figure.yaxis.formatter = thousands()
        self.figure.x_range = Range1d(start=-1_000, end=0)
        self.figure.y_range = Range1d(start=0, end=1)
        self._parts: list[tuple[ColumnDataSource, LinearColorMapper]] = []
        self._shape: Any = None

    def draw(
        self,
        counts: NDArray[np.uint8],
        populations: Sequence[Mapping[str, Any]],
        ends_ms: tuple[float, float],
        dark: float,
    ) -> None:
        """Show counts.

        Parameters
        ----------
        counts : (rows, columns). populations : each with name, size, first, first_row, rows.
        ends_ms : where time starts and ends. dark : so many spikes are drawn darkest.
        """
        shape = (ends_ms, [(p["name"], p["size"]) for p in populations])
        if shape != self._shape:
            self._lay_out(populations, ends_ms)
            self._shape = shape
        for population, (source, mapper) in zip(populations, self._parts, strict=True):
            rows = slice(population["first_row"], population["first_row"] + population["rows"])
            source.data = {"image": [counts[rows]]}
            if mapper.high != dark:
                mapper.high = dark

    def _lay_out(
        self, populations: Sequence[Mapping[str, Any]], ends_ms: tuple[float, float]
    ) -> None:
        plot = self.figure
        plot.renderers = []
        plot.center = [piece for piece in plot.center if not isinstance(piece, Label)]
        plot.x_range.update(start=ends_ms[0], end=ends_ms[1])
        plot.y_range.update(start=0, end=sum(p["size"] for p in populations))
        colours = colours_of([p["name"] for p in populations])
        self._parts = [self._part(p, colours[p["name"]], ends_ms) for p in populations]

    def _part(
        self, population: Mapping[str, Any], colour: str, ends_ms: tuple[float, float]
    ) -> tuple[ColumnDataSource, LinearColorMapper]:
        source = ColumnDataSource({"image": [np.zeros((1, 1), np.uint8)]})
        mapper = LinearColorMapper(palette=palette(colour), low=0, high=2)
        start_ms, end_ms = ends_ms
        first, size = population["first"], population["size"]
        self.figure.image(
            "image",
            source=source,
            color_mapper=mapper,  # type: ignore[call-arg]
            x=start_ms,
            y=first,
            dw=end_ms - start_ms,
            dh=size,
            level="image",
        )
        if first:
            self.figure.line([start_ms, end_ms], [first, first], color=INK, line_width=1)
        self.figure.add_layout(_name(population, start_ms))
        return source, mapper


class Rates:
    """The rate of each population over time."""

    def __init__(self, height_px: int, label: str) -> None:
        self.figure = plain_figure("Rates", height=height_px, min_border_left=LEFT_PX)
        self.figure.xaxis.axis_label = label
        self.figure.yaxis.axis_label = "Hz"
        self.figure.x_range = Range1d(start=-1_000, end=0)
        self.figure.y_range = Range1d(start=0, end=50)
        self.figure.yaxis.ticker = BasicTicker(desired_num_ticks=3)
        self._sources: dict[str, ColumnDataSource] = {}

    def draw(
        self,
        time_ms: NDArray[np.float64],
        rates_hz: Mapping[str, NDArray[np.float64]],
        ends_ms: tuple[float, float],
        top_hz: float,
    ) -> None:
        """Show rates: for each population one for each time."""
        self.figure.x_range.update(start=ends_ms[0], end=ends_ms[1])
        self.figure.y_range.update(end=top_hz)
        colours = colours_of(list(rates_hz))
        for name in [*self._sources]:
            if name not in rates_hz:
                self._sources[name].data = {"x": [], "y": []}
        for name, hz in rates_hz.items():
            self._source(name, colours[name]).data = {"x": time_ms, "y": hz}

    def _source(self, name: str, colour: str) -> ColumnDataSource:
        if name not in self._sources:
            source = ColumnDataSource({"x": [], "y": []})
            self.figure.line("x", "y", source=source, color=colour, line_width=1.25)
            self._sources[name] = source
        return self._sources[name]


class Potentials:
    """How the membrane potentials are spread, in percent of each population."""

    def __init__(self, height_px: int) -> None:
        self.figure = plain_figure("Membrane potentials", height=height_px, min_border_left=46)
        self.figure.xaxis.axis_label = "membrane potential, mV"
        self.figure.yaxis.axis_label = "% of neurons"
        self.figure.x_range = Range1d(start=-20, end=20)
        self.figure.y_range = Range1d(start=0, end=10)
        self.figure.yaxis.ticker = BasicTicker(desired_num_ticks=4)
        self._sources: dict[str, ColumnDataSource] = {}
        self._top = 0.0

    def update(self, view: LiveView) -> None:
        """Draw a view's histogram."""
        if view.frame is None or not view.frame["voltage"].get("edges_mv"):
            return
        voltage = view.frame["voltage"]
        edges = np.array(voltage["edges_mv"])
        self.figure.x_range.update(start=edges[0], end=edges[-1])
        highest = 0.0
        colours = colours_of([p["name"] for p in view.frame["populations"]])
        for name, colour in colours.items():
            percent = percent_of(np.array(voltage[name], float))
            highest = max(highest, float(percent.max(initial=0.0)))
            self._source(name, colour).data = {
                "x": np.repeat(edges, 2)[1:-1],
                "y": np.repeat(percent, 2),
            }
        self._top = steady_top(self._top, highest * 1.05)
        self.figure.y_range.update(end=self._top)

    def _source(self, name: str, colour: str) -> ColumnDataSource:
        if name not in self._sources:
            filled = not self._sources
            source = ColumnDataSource({"x": [], "y": []})
            if filled:
                self.figure.varea(
                    "x", y1=0, y2="y", source=source, fill_color=colour, fill_alpha=0.22
                )
            self.figure.line("x", "y", source=source, color=colour, line_width=1.25)
            self._sources[name] = source
        return self._sources[name]


def percent_of(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts as percent of their sum.

    >>> percent_of(np.array([1.0, 3.0])).tolist()
    [25.0, 75.0]
    """
    return 100.0 * counts / max(1.0, float(counts.sum()))


def cell_caption(populations: Sequence[Mapping[str, Any]], column_ms: float, dark: float) -> str:
    """What one cell of a raster stands for: without its scale it cannot be read."""
    first = populations[0]
    neurons = first["size"] / max(1, first["rows"])
    many = f"{whole(neurons)} neurons" if neurons >= 1.5 else "1 neuron"
    return f"One cell: {many} for {column_ms:.3g} ms; darkest at {whole(dark)} spikes."


def _name(population: Mapping[str, Any], start_ms: float) -> Label:
    """The population's name at the upper left corner of its part."""
    return Label(
        x=start_ms,
        y=population["first"] + population["size"],
        x_offset=8,
        y_offset=-8,
        text=f"{population['name']}  {whole(population['size'])}",
        text_font=FONT,
        text_font_size="12px",
        text_font_style="bold",
        text_color=INK,
        text_baseline="top",
        background_fill_color="white",
        background_fill_alpha=0.9,
        padding=3,  # type: ignore[arg-type]
        border_radius=3,  # type: ignore[arg-type]
    )
