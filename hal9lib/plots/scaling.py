"""A table of sizes and costs → points on logarithmic axes."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.errors import ParameterError
from hal9lib.palette import EXCITATORY, MUTED, PAPER, RULE
from hal9lib.plots.drawing import POINT, calm, label_logarithms, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from hal9lib.result import Result


def power_law(
    x: ArrayLike,
    y: ArrayLike,
    *,
    fit: "Result | None" = None,
    x_label: str = "x",
    y_label: str = "y",
    size_in: tuple[float, float] = (4.6, 3.4),
) -> "Figure":
    """Points on two logarithmic axes, and the line of a fitted exponent.

    Parameters
    ----------
    x, y : (points,) numbers above 0.
    fit : what `hal9lib.measures.scaling_exponent` gave for them; its line and interval are drawn.
    x_label, y_label : what is measured, with its unit.

    >>> from hal9lib.measures import scaling_exponent
    >>> x, y = [1.0, 2.0, 4.0], [3.0, 6.0, 12.0]
    >>> power_law(x, y, fit=scaling_exponent(x, y)).axes[0].get_xscale()
    'log'
    """
    across, up = _positive("x", x), _positive("y", y)
    if len(across) != len(up):
        raise ParameterError(f"y has {len(up)} values and x has {len(across)}; use as many.")
    figure = new_figure(size_in)
    axes = figure.subplots()
    if fit is not None:
        ends = np.array([across.min(), across.max()])
        axes.plot(ends, fit.details["prefactor"] * ends**fit.value, color=MUTED, linewidth=1.2)
        axes.set_title(_slope_text(fit), fontsize=POINT, color=MUTED, loc="left")
    axes.plot(across, up, "o", color=EXCITATORY, markersize=6, markeredgecolor=PAPER)
    axes.set(xscale="log", yscale="log", xlabel=x_label, ylabel=y_label)
    label_logarithms(axes.xaxis, across, at_most=8)
    label_logarithms(axes.yaxis, up, at_most=0)
    axes.grid(which="major", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    calm(axes)
    return figure


def _positive(name: str, values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or len(array) == 0 or not np.all(np.isfinite(array) & (array > 0.0)):
        raise ParameterError(
            f"{name} is not allowed; use a list of finite numbers above 0, "
            "which is what a logarithmic axis can show."
        )
    return array


def _slope_text(fit: "Result") -> str:
    text = f"exponent {fit.value:.3g}"
    if fit.interval is None:
        return text
    return f"{text}, {fit.interval[0]:.3g} to {fit.interval[1]:.3g}"
