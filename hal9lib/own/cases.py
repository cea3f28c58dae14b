"""Cases to try a function in: the ends of every distribution, no input and strong input."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution
from hal9lib.values import Values

#: What arrives in a millisecond under strong input, by the receptor's unit.
STRONG = {"mv": 10.0, "pa": 300.0, "ns": 10.0, "1": 1.0}
#: Of so many distributed values each end is tried alone; of all of them together in any case.
_ALONE = 8


def typical(value: float | Distribution | Values) -> tuple[float, float, float]:
    """A low, a middle and a high value of what a parameter may be.

    >>> from hal9lib.distributions import uniform
    >>> typical(2.0), typical(uniform(0.0, 10.0))
    ((2.0, 2.0, 2.0), (0.0, 5.0, 10.0))
    """
    if isinstance(value, Values):
        array = value.array
        return float(array.min()), float(np.median(array)), float(array.max())
    if not isinstance(value, Distribution):
        return value, value, value
    first, second = value.parameters[:2]
    if value.kind == "uniform":
        found = (first, 0.5 * (first + second), second)
    elif value.kind == "normal":
        found = (first - 3.0 * second, first, first + 3.0 * second)
    elif value.kind == "lognormal":
        found = (first * math.exp(-3.0 * second), first, first * math.exp(3.0 * second))
    else:
        found = (0.01 * first, first, 5.0 * first)
    low, middle, high = sorted(min(max(x, value.support[0]), value.support[1]) for x in found)
    return low, middle, high


def corners(values: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    """(cases,) of each value: all low, all in the middle, all high, and each end alone."""
    found = {name: typical(value) for name, value in values.items()}
    spread = [name for name, (low, _, high) in found.items() if low < high]
    picks = [dict.fromkeys(found, which) for which in ((0, 1, 2) if spread else (1,))]
    if len(spread) > 1:
        for name in spread[:_ALONE]:
            picks += [dict.fromkeys(found, 1) | {name: end} for end in (0, 2)]
    return {name: np.array([found[name][pick[name]] for pick in picks]) for name in found}


def inputs(receptors: Mapping[str, tuple[str, int]]) -> list[dict[str, float]]:
    """What arrives in a millisecond at each receptor: nothing, strong excitation, inhibition."""
    nothing = dict.fromkeys(receptors, 0.0)
    excited, inhibited = dict(nothing), dict(nothing)
    for name, (unit, sign) in receptors.items():
        if sign >= 0:
            excited[name] = STRONG[unit]
        if sign < 0 or (sign == 0 and unit != "ns"):  # a conductance is not below zero
            inhibited[name] = -STRONG[unit]
    found = [nothing]
    return found + [case for case in (excited, inhibited) if any(case.values())]
