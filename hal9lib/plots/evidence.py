"""A result → what it stands against; results → their intervals side by side."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from hal9lib.errors import ParameterError
from hal9lib.palette import EXCITATORY, INK, MUTED, PAPER, RULE, lighter
from hal9lib.plots.drawing import POINT, calm, few_ticks, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from hal9lib.result import Result


def against_null(result: "Result", *, size_in: tuple[float, float] = (4.6, 2.8)) -> "Figure":
    """What the surrogates gave, as a histogram, and where the measured network lies.

    A measure whose comparison is not of the value itself, such as a maximum over several sizes or a
    goodness of fit, shows the statistic compared; its docstring says which that is.

    Parameters
    ----------
    result : of a measure that was given a ``null=``; its ``arrays["null_draws"]`` are drawn, and a
        line at ``arrays["null_observed"]``.
    size_in : width and height in inches, at 100 pixels an inch.

    Raises ParameterError for a result without surrogates.

    Examples
    --------
    >>> from hal9lib.result import Result
    >>> draws = {"null_draws": np.random.default_rng(1).normal(0.7, 0.02, 999)}
    >>> found = Result(0.2, "1", null="rewired", p=0.001, measure="flow_hierarchy", arrays=draws)
    >>> against_null(found).axes[0].get_xlabel()
    'flow hierarchy'
    """
    if "null_draws" not in result.arrays:
        raise ParameterError(
            f"{result.measure} was measured without surrogates; give it null=hal9lib.nulls.NAME()."
        )
    draws = result.arrays["null_draws"]
    figure = new_figure(size_in)
    axes = figure.subplots()
    observed = float(result.arrays.get("null_observed", result.value))
    of_value = observed == result.value
    if result.interval is not None and of_value:
        axes.axvspan(
            *result.interval, color=lighter(EXCITATORY, 0.85), linewidth=0, label="its interval"
        )
    axes.hist(draws, bins=_bins(draws), color=lighter(MUTED, 0.3))
    axes.axvline(observed, color=EXCITATORY, linewidth=1.8, label="measured")
    axes.legend(
        fontsize=POINT - 1.0, facecolor=PAPER, edgecolor=PAPER, labelcolor=MUTED, handlelength=1.2
    )
    name = result.measure.replace("_", " ")
    unit = "" if result.unit == "1" else f" ({result.unit})"
    axes.set_xlabel(name + unit if of_value else f"statistic of {name}")
    axes.set_ylabel("surrogates")
    axes.margins(x=0.08)
    axes.set_title(_sentence(result), fontsize=POINT, color=MUTED, loc="left")
    few_ticks(axes.xaxis)
    few_ticks(axes.yaxis)
    calm(axes)
    return figure


def intervals(
    results: "Mapping[str, Result]",
    *,
    reference: float | None = None,
    size_in: tuple[float, float] | None = None,
) -> "Figure":
    """Each result as a dot with its interval, one a line, on a common axis.

    Parameters
    ----------
    results : what stands on the left → a Result; all in one unit.
    reference : a value to compare with, drawn as a thin line.
    size_in : width and height in inches; grows with the number of results if left out.

    Raises ParameterError for no result or several units.

    Examples
    --------
    >>> from hal9lib.result import Result
    >>> found = {"seed 1": Result(0.21, "1", (0.18, 0.24)), "seed 2": Result(0.25, "1")}
    >>> [label.get_text() for label in intervals(found).axes[0].get_yticklabels()]
    ['seed 1', 'seed 2']
    """
    if not isinstance(results, Mapping) or not all(
        hasattr(result, "interval") for result in results.values()
    ):
        raise ParameterError(
            f"intervals: results = {results!r} is not allowed; use {{'seed 1': result, …}}."
        )
    units = {result.unit for result in results.values()}
    if len(units) != 1:
        raise ParameterError(
            f"intervals: results have the units {sorted(units) or 'none'}; use results of one unit."
        )
    figure = new_figure(size_in or (4.6, 0.9 + 0.24 * len(results)))
    axes = figure.subplots()
    for line, result in enumerate(results.values()):
        if result.interval is not None:
            axes.plot(result.interval, (line, line), color=lighter(EXCITATORY, 0.3), linewidth=1.6)
        axes.plot(result.value, line, "o", color=EXCITATORY, markersize=5, markeredgecolor=PAPER)
    if reference is not None:
        axes.axvline(reference, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(results)), list(results))
    axes.set_ylim(len(results) - 0.4, -0.6)
    names = {result.measure.replace("_", " ") for result in results.values()}
    unit = "" if units == {"1"} else f" ({units.pop()})"
    axes.set_xlabel((names.pop() if len(names) == 1 else "value") + unit)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    few_ticks(axes.xaxis)
    calm(axes)
    return figure


def _bins(draws: np.ndarray) -> int | list[float]:
    """About 40 bins; one for each value where the values are few."""
    distinct = np.unique(draws)
    if len(distinct) == 1:
        return 1
    if len(distinct) > 30:
        return 40
    half = np.diff(distinct).min() / 2.0
    return [*(distinct - half).tolist(), float(distinct[-1] + half)]


def _sentence(result: "Result") -> str:
    """The value, and how it stands to the null: what the figure shows, in numbers."""
    observed = float(result.arrays.get("null_observed", result.value))
    text = f"{observed:.3g} against {str(result.null).partition(' (')[0]}"
    if result.p is None:
        return text
    least = 1.0 / (1.0 + len(result.arrays["null_draws"]))
    return text + (f", p = {result.p:.2g}" + (" (the least)" if result.p <= least else ""))
