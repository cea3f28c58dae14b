"""A run → its spikes and its rates. The cost of drawing has a bound whatever the run's size.

A raster shows a sample of the neurons, and one mark at most for each neuron and pixel.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.jobs.frames import share_rows
from hal9lib.palette import MUTED, RULE, colours_of, lighter
from hal9lib.plots.drawing import POINT, calm, few_ticks, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hal9lib.run import Run

#: More marks than this side by side in one row cannot be told apart.
_COLUMNS = 1_000
_BINS = 250


def raster(
    run: "Run",
    *,
    neurons: int = 200,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    bin_ms: float | None = None,
    size_in: tuple[float, float] = (7.2, 4.4),
) -> "Figure":
    """Spikes of a sample of neurons above, the rate of each population below.

    Parameters
    ----------
    neurons : how many are shown, shared among the populations by size and spread evenly in each.
    start_ms, stop_ms : the part of the run; all of it if left out.
    bin_ms : width of the rates' bins, a whole number of steps; about 1/250 of the part if left out.
    size_in : width and height in inches, at 100 pixels an inch.

    Returns a figure; raises ParameterError for a value that is not allowed.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> run = hal9.simulate(hal9.models.brunel(neurons=1_000, indegree=100), 100)
    >>> figure = raster(run, neurons=50)
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['neurons', 'rate (Hz)']
    """
    steps = _window(run, start_ms, stop_ms)
    populations = run.network.populations
    neurons = checks.whole("neurons", neurons, low=len(populations), high=10_000)
    shown = share_rows([p.size for p in populations], neurons)
    figure = new_figure(size_in)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.2, 1.0])
    _draw_spikes(above, run, shown, steps, size_in[1])
    _draw_rates(below, run, steps, bin_ms)
    above.spines["bottom"].set_visible(False)
    above.tick_params(axis="x", length=0)
    return figure


def rate_curve(
    run: "Run",
    *,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    bin_ms: float | None = None,
    size_in: tuple[float, float] = (7.2, 2.4),
) -> "Figure":
    """The rate of each population over time; parameters as in `raster`.

    >>> import hal9lib as hal9
    >>> run = hal9.simulate(hal9.models.brunel(neurons=1_000, indegree=100), 100)
    >>> [line.get_label()[:1] for line in rate_curve(run).axes[0].lines]
    ['E', 'I']
    """
    figure = new_figure(size_in)
    _draw_rates(figure.subplots(), run, _window(run, start_ms, stop_ms), bin_ms)
    return figure


def _draw_spikes(
    axes: "Axes", run: "Run", shown: NDArray[np.int64], steps: tuple[int, int], height_in: float
) -> None:
    """One band of rows for each population, the first on top."""
    populations = run.network.populations
    colours = colours_of([p.name for p in populations])
    when_ms, row = _marks(run, shown, steps)
    rows = int(shown.sum())
    edges = np.concatenate([[0], np.cumsum(shown)])
    for population, low, high in zip(populations, edges[:-1], edges[1:], strict=True):
        inside = (row >= low) & (row < high)
        axes.plot(
            when_ms[inside],
            row[inside],
            linestyle="none",
            marker="|",
            markersize=float(np.clip(0.55 * height_in * 72.0 / rows, 1.6, 9.0)),
            markeredgewidth=0.9,
            color=colours[population.name],
        )
        if low:
            axes.axhline(low - 0.5, color=RULE, linewidth=0.8)
    if not len(row):
        axes.text(0.5, 0.5, "no spikes", transform=axes.transAxes, ha="center", color=MUTED)
    labels = [
        f"{p.name}\n{few:,} of {p.size:,}" if few < p.size else f"{p.name}\n{p.size:,}"
        for p, few in zip(populations, shown, strict=True)
    ]
    axes.set_yticks((edges[:-1] + edges[1:] - 1) / 2.0, labels)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_ylabel("neurons")
    calm(axes)
    axes.tick_params(axis="y", length=0)
    for label, population in zip(axes.get_yticklabels(), populations, strict=True):
        label.set_color(colours[population.name])


def _marks(
    run: "Run", shown: NDArray[np.int64], steps: tuple[int, int]
) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """(times in ms, rows) of the marks: one at most for each neuron shown and each pixel."""
    row_of = np.full(run.network.neurons, -1, np.int32)
    first_row = 0
    for population, rows in zip(run.network.populations, shown, strict=True):
        sample = population.first + np.arange(rows) * population.size // rows
        row_of[sample] = first_row + np.arange(rows)
        first_row += int(rows)
    when, which = _within(run, steps)
    row = row_of[which].astype(np.int64)
    when, row = when[row >= 0], row[row >= 0]
    # Two spikes of a neuron in the same pixel would be drawn on top of each other.
    cell = row * _COLUMNS + (when - steps[0]) * _COLUMNS // (steps[1] - steps[0])
    first = np.unique(cell, return_index=True)[1]
    return (when[first] + 1) * run.dt_ms, row[first]


def _draw_rates(axes: "Axes", run: "Run", steps: tuple[int, int], bin_ms: float | None) -> None:
    first, last = steps
    width = _bin_steps(run, last - first, bin_ms)
    bins = (last - first) // width
    when, which = _within(run, (first, first + bins * width))
    centres_ms = (first + (np.arange(bins) + 0.5) * width) * run.dt_ms
    bin_s = width * run.dt_ms * 1e-3
    colours = colours_of([p.name for p in run.network.populations])
    for number, population in enumerate(run.network.populations):
        inside = (which >= population.first) & (which < population.first + population.size)
        counts = np.bincount((when[inside] - first) // width, minlength=bins)
        rate_hz = counts / population.size / bin_s
        colour, label = colours[population.name], f"{population.name}  {rate_hz.mean():.3g} Hz"
        if number == 0:  # an area, so that it still shows where the next one runs on top of it
            axes.fill_between(centres_ms, rate_hz, color=lighter(colour, 0.72), linewidth=0.0)
        axes.plot(centres_ms, rate_hz, color=colour, linewidth=0.9, label=label)
    axes.set_xlim(first * run.dt_ms, last * run.dt_ms)
    axes.set_ylim(bottom=0.0)
    few_ticks(axes.yaxis)
    axes.set(xlabel="time (ms)", ylabel="rate (Hz)")
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(run.network.populations),
        frameon=False,
        fontsize=POINT,
        handlelength=0.0,
        labelcolor="linecolor",
        borderaxespad=0.0,
        borderpad=0.1,
    )
    calm(axes)


def _window(run: "Run", start_ms: float, stop_ms: float | None) -> tuple[int, int]:
    """The steps [first, last) of a part of a run."""
    start_ms = checks.number("start_ms", start_ms, low=0.0, high=run.duration_ms)
    stop_ms = run.duration_ms if stop_ms is None else stop_ms
    stop_ms = checks.number("stop_ms", stop_ms, low=0.0, high=run.duration_ms)
    first, last = round(start_ms / run.dt_ms), round(stop_ms / run.dt_ms)
    if last <= first:
        raise ParameterError(
            f"stop_ms = {stop_ms:g} is not allowed; use more than start_ms = {start_ms:g}."
        )
    return first, last


def _within(run: "Run", steps: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """(steps, neurons) of the spikes in [first, last); spikes lie in the order of their steps."""
    low, high = np.searchsorted(run.spike_steps, steps)
    return run.spike_steps[low:high].astype(np.int64), run.spike_neurons[low:high]


def _bin_steps(run: "Run", steps: int, bin_ms: float | None) -> int:
    if bin_ms is None:
        return max(1, _round_number(steps / _BINS))
    bin_ms = checks.number("bin_ms", bin_ms, low=0.0, open_low=True)
    width = round(bin_ms / run.dt_ms)
    if not 1 <= width <= steps or abs(width * run.dt_ms - bin_ms) > 1e-9 * bin_ms:
        raise ParameterError(
            f"bin_ms = {bin_ms:g} is not allowed; use a whole multiple of dt_ms = {run.dt_ms:g}, "
            f"at most {steps * run.dt_ms:g}."
        )
    return width


def _round_number(value: float) -> int:
    """The largest of 1, 2, 5, 10, 20, … up to `value` (1 at least)."""
    power = 10 ** int(np.floor(np.log10(max(value, 1.0))))
    return max(int(m * power) for m in (1, 2, 5) if m * power <= max(value, 1.0))
