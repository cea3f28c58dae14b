"""A power law fitted to whole numbers between two cuts, for the measures that need its exponent."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.measures import _power_law_kernels as kernels

#: An exponent of fewer numbers says nothing.
LEAST = 10
#: A lower cut that is chosen leaves at least as many.
LEAST_CHOSEN = 50
_LARGEST = 2**53

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """p(x) = x^-exponent / Z over x = low … high (0: no upper cut), the likeliest for the data.

    Attributes
    ----------
    values, counts : the data between the cuts, each value once, in order, and how often it occurs.
    log_variance : variance of log x under the law.
    """

    exponent: float
    log_variance: float
    low: int
    high: int
    values: Counts
    counts: Counts

    @property
    def size(self) -> int:
        """How many data lie between the cuts."""
        return int(self.counts.sum())

    @property
    def error(self) -> float:
        """Standard error of the exponent, from the law's information."""
        return (self.size * self.log_variance) ** -0.5

    @property
    def distance(self) -> float:
        """Kolmogorov and Smirnov's distance of the data from the law."""
        return float(kernels.distance(self.values, self.counts, self.exponent, self.low, self.high))


def cuts(measure: str, low: int | None, high: int | None, ending: str = "") -> tuple[int, int]:
    """Checked (low, high), 0 for None."""
    at_least = 0
    if low is not None:
        at_least = checks.whole(f"{measure}.low{ending}", low, low=1, high=_LARGEST)
    if high is None:
        return at_least, 0
    return at_least, checks.whole(
        f"{measure}.high{ending}", high, low=max(1, at_least) + 1, high=_LARGEST
    )


def fitted(name: str, data: Counts, low: int, high: int) -> PowerLaw:
    """The likeliest law; `low` 0 chooses the lower cut that brings data and law closest.

    `name` is the data's, for refusals.
    """
    inside = data[(data >= low) & ((data <= high) | (high == 0))]
    between = f"from {max(low, 1):,}" + (f" to {high:,}" if high else " up")
    if len(inside) < LEAST:
        raise ParameterError(
            f"{name} has {len(inside)} numbers {between}; use {LEAST} or more, and better hundreds."
        )
    values, counts = kernels.tally(inside)
    if len(values) == 1:
        raise ParameterError(
            f"{name} = {values[0]} throughout {between}, so no exponent is the likeliest; use "
            "other cuts, or data that vary."
        )
    if low == 0:
        low = kernels.lowest(values, counts, high, min(LEAST_CHOSEN, len(inside)))[0]
        values, counts = values[values >= low], counts[values >= low]
    exponent, variance = kernels.likeliest(low, high, kernels.mean_log(values, counts))
    if not 1e-6 < exponent < 29.0:
        raise ParameterError(
            f"{name}: from {low:,} on its numbers {'do not fall off' if exponent < 1.0 else 'end'}"
            f" like a power law (exponent {exponent:.3g}); use other cuts."
        )
    return PowerLaw(exponent, variance, low, high, values, counts)
