"""The look that all figures share: a figure of its own, thin axes, numbers that can be read."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import Hal9Error
from hal9lib.palette import INK, MUTED, PAPER

try:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
except ImportError as problem:  # the library alone comes without figures
    raise Hal9Error("figures need matplotlib; type: pip install 'hal9lib[notebook]'") from problem

#: Size of the letters on an axis, in points.
POINT = 8.5


class NotebookFigure(Figure):
    """A figure that a notebook shows as PNG, also where pyplot was never imported."""

    def _repr_png_(self) -> bytes:
        from PIL import Image  # comes with matplotlib

        picture, small = io.BytesIO(), io.BytesIO()
        self.savefig(picture, format="png")
        # Few colours are used: a palette looks the same and keeps a notebook's file small.
        Image.open(picture).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
        return small.getvalue()


def new_figure(size_in: Sequence[float]) -> Figure:
    """An empty figure of this width and height in inches, at 100 pixels an inch."""
    width, height = (checks.number("size_in", value, low=1.0, high=40.0) for value in size_in)
    return NotebookFigure(
        figsize=(width, height),
        dpi=100,
        facecolor=PAPER,
        layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.05, hspace=0.0),
    )


def calm(axes: Axes) -> None:
    """Two thin spines, quiet labels."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=MUTED, linewidth=0.7)
    options: dict[str, Any] = {"colors": MUTED, "labelsize": POINT, "width": 0.7, "length": 3}
    axes.tick_params(which="both", **options)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(color=INK, fontsize=POINT + 0.5)


def few_ticks(axis: Axis) -> None:
    """Four steps at most, at round numbers."""
    axis.set_major_locator(MaxNLocator(4))


def label_logarithms(axis: Axis, values: NDArray[np.float64], at_most: int) -> None:
    """Ticks at the values where they are so few, else at 1, 2, 5 or 1 of each decade."""
    distinct = np.unique(values)
    if len(distinct) <= at_most:
        axis.set_major_locator(FixedLocator(distinct.tolist()))
    else:
        wide = values.max() > 100.0 * values.min()
        axis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _short_number(value)))
    axis.set_minor_locator(NullLocator())


def _short_number(value: float) -> str:
    """A number as a tick's label: 2,500 or 2×10⁷."""
    if 1e-3 <= value < 1e6:
        return f"{value:,.7g}"
    digits, power = f"{value:.3e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{float(digits):g}×10{raised}"
