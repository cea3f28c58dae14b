"""What a measure gives back: a number with its unit, its interval and what it stands against."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from hal9lib.errors import ParameterError


@dataclass(frozen=True, repr=False)
class Result:
    """One measured number.

    Attributes
    ----------
    value : the number, finite. unit : its unit; ``1`` where it has none.
    interval : (low, high) around the value, or None where none is known.
    null : what the value is compared with, or None. p : the chance of a value at least as extreme
        under that null.
    measure : the measure's name. method : how the interval came about, its level included.
    details : what else a reader needs to judge it, such as how many neurons were used; never NaN.
    arrays : what a figure or a further measure needs, such as the level of each node; not shown.

    Examples
    --------
    >>> rate = Result(37.8, "Hz", (37.2, 38.4), measure="firing_rate", method="95 % t")
    >>> rate
    firing_rate: 37.8 Hz, 37.2 to 38.4 (95 % t)
    >>> float(rate), 37.0 in rate
    (37.8, False)
    """

    value: float
    unit: str
    interval: tuple[float, float] | None = None
    null: str | None = None
    p: float | None = None
    measure: str = "result"
    method: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ParameterError(
                f"{self.measure}.value = {self.value!r} is not allowed; a result is finite."
            )
        if self.interval is not None and not self.interval[0] <= self.value <= self.interval[1]:
            raise ParameterError(
                f"{self.measure}.interval = {self.interval!r} is not allowed; "
                f"it must hold the value {self.value:g}."
            )
        if self.p is not None and (self.null is None or not 0.0 <= self.p <= 1.0):
            raise ParameterError(
                f"{self.measure}.p = {self.p!r} is not allowed; use 0 to 1, and name its null."
            )
        for name, value in self.details.items():
            if isinstance(value, float) and math.isnan(value):
                raise ParameterError(
                    f"{self.measure}: {name} is not a number; the input spans too many orders of "
                    "magnitude to be computed with, so scale it."
                )
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))
        object.__setattr__(self, "arrays", MappingProxyType(dict(self.arrays)))

    def __float__(self) -> float:
        return self.value

    def __contains__(self, number: float) -> bool:
        """Whether a number lies within the interval (False where there is none)."""
        return self.interval is not None and self.interval[0] <= number <= self.interval[1]

    def __repr__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        text = f"{self.measure}: {self.value:.4g}{unit}"
        if self.interval is not None:
            text += f", {self.interval[0]:.4g} to {self.interval[1]:.4g}"
            text += f" ({self.method})" if self.method else ""
        if self.null is not None:
            text += f"; against {self.null}{_p_words(self.p)}"
        shown = [f"{name} {_shown(value)}" for name, value in self.details.items()]
        return "; ".join([text, ", ".join(shown)]) if shown else text


def _p_words(p: float | None) -> str:
    if p is None:
        return ""
    # No p is 0; what is computed as 0 is below what a float can hold.
    return f" p = {p:.2g}" if p > 0.0 else " p < 1e-300"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
