"""A run or a table → a figure. Nothing is shown, no global setting touched, no display needed.

Each function returns a matplotlib figure of its own, which a notebook shows when it is the last
line of a cell.
"""

from hal9lib.plots.activity import raster, rate_curve
from hal9lib.plots.scaling import power_law

__all__ = ["power_law", "raster", "rate_curve"]
