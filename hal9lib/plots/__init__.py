"""A run, a result or a table → a figure. Nothing is shown, no display needed, nothing global set.

Each function returns a matplotlib figure of its own, which a notebook shows when it is the last
line of a cell.
"""

from hal9lib.plots.activity import raster, rate_curve
from hal9lib.plots.evidence import against_null, intervals
from hal9lib.plots.layered import layered_links
from hal9lib.plots.scaling import power_law

__all__ = ["against_null", "intervals", "layered_links", "power_law", "raster", "rate_curve"]
