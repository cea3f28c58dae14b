"""Checks of single values, so that every refusal reads alike: name, value, what is allowed."""

import math
from typing import Any

import numpy as np

from hal9lib.errors import ParameterError


def number(
    name: str,
    value: Any,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
) -> float:
    """`value` as a finite float within [low, high] (or (low, high] where `open_low`).

    >>> number("weight_mv", float("nan"))
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: weight_mv = nan is not allowed; use a finite number.
    """
    allowed = _allowed("a finite number", low, high, open_low)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise ParameterError(f"{name} = {value!r} is not allowed; use {allowed}.")
    try:
        result = float(value)
    except (OverflowError, TypeError) as problem:
        raise ParameterError(f"{name} = {value!r} is not allowed; use {allowed}.") from problem
    too_low = result < low or (open_low and result == low)
    if not math.isfinite(result) or too_low or result > high:
        raise ParameterError(f"{name} = {_shown(value)} is not allowed; use {allowed}.")
    return result


def whole(name: str, value: Any, *, low: int, high: int) -> int:
    """`value` as an int within [low, high]; 3.0 passes, 3.5 and "3" do not.

    >>> whole("neurons", 0, low=1, high=10)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: neurons = 0 is not allowed; use a whole number from 1 to 10.
    """
    allowed = f"a whole number from {low:,} to {high:,}"
    numeric = isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
    if not numeric or not math.isfinite(value) or value != int(value):
        raise ParameterError(f"{name} = {value!r} is not allowed; use {allowed}.")
    if not low <= value <= high:
        raise ParameterError(f"{name} = {_shown(value)} is not allowed; use {allowed}.")
    return int(value)


def label(name: str, value: Any) -> str:
    """`value` as a short printable name of at most 64 characters."""
    good = isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 64
    if not good:
        raise ParameterError(
            f"{name} = {value!r} is not allowed; use 1 to 64 printable characters."
        )
    return value.strip()


def _shown(value: Any) -> str:
    return repr(value.item() if isinstance(value, np.generic) else value)


def _allowed(kind: str, low: float, high: float, open_low: bool) -> str:
    if low == -math.inf and high == math.inf:
        return kind
    if high == math.inf:
        return f"{kind} {'above' if open_low else 'of at least'} {low:g}"
    if low == -math.inf:
        return f"{kind} of at most {high:g}"
    return (
        f"{kind} {'above' if open_low else 'from'} {low:g} {'up to' if open_low else 'to'} {high:g}"
    )
