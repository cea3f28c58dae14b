"""How HAL9's figures look, and the pieces they share."""

from typing import Any

from bokeh.models import NumeralTickFormatter
from bokeh.plotting import figure

from hal9lib.palette import MUTED, RULE

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def plain_figure(says: str, **options: Any) -> figure:
    """A figure with nothing on it but its axes; `says` is what it shows, for who cannot see it."""
    plot = figure(
        html_attributes={"role": "img", "aria-label": says},
        toolbar_location=None,
        sizing_mode="stretch_width",
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        min_border_right=14,
        min_border_top=6,
        output_backend="canvas",
        **({"tools": ""} | options),  # an option that Bokeh's types do not know
    )
    plot.toolbar.logo = None
    for axis in plot.axis:
        axis.axis_label_text_font = FONT
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_text_font_size = "12px"
        axis.axis_label_text_color = MUTED
        axis.major_label_text_font = FONT
        axis.major_label_text_font_size = "12px"
        axis.major_label_text_color = MUTED
        axis.axis_line_color = RULE
        axis.major_tick_line_color = RULE
        axis.minor_tick_line_color = None
        axis.major_tick_in = 0
        axis.major_tick_out = 5
    plot.xgrid.grid_line_color = None
    plot.ygrid.grid_line_color = RULE
    return plot


def palette(colour: str) -> list[str]:
    """256 steps from white to `colour`; few spikes already show."""
    target = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    steps = ((n / 255) ** 0.75 for n in range(256))
    return [
        "#" + "".join(f"{round(255 + (c - 255) * share):02x}" for c in target) for share in steps
    ]


def thousands() -> NumeralTickFormatter:
    """Ticks such as 8,000."""
    return NumeralTickFormatter(format="0,0")
