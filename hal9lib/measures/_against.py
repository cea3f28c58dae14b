"""A value against a null model: how often surrogates are at least as extreme."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.nulls._null import Null


@dataclass(frozen=True)
class Against:
    """What a comparison adds to a Result; empty where there is no null."""

    null: str | None = None
    p: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def against(
    measure: str,
    null: Null | None,
    kind: str,
    data: Any,
    statistic: Callable[[Any], float],
    value: float,
    side: str,
) -> Against:
    """Compare `value`, the statistic of `data`, with that of the null's surrogates.

    ``p = (1 + as extreme) / (1 + draws)`` (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585): ties
    count as extreme, and p is never 0. `side` says what is extreme; ``both`` doubles the smaller
    of the two. Details hold the surrogates' mean and standard deviation and the distance from them,
    `null_z`; arrays hold the statistic of each, `null_draws`, and that of the data itself,
    `null_observed`, which need not be the measure's value.
    """
    if null is None:
        return Against()
    if not isinstance(null, Null):
        raise ParameterError(
            f"{measure}.null = {null!r} is not allowed; use a null model such as "
            f"hal9lib.nulls.NAME(draws=999, seed=1) for {kind}."
        )
    if null.kind != kind:
        raise ParameterError(
            f"{measure}.null = {null.name} draws surrogates of {null.kind}; this measure needs a "
            f"null model of {kind}."
        )
    found = np.array([_of(statistic, surrogate) for surrogate in null.surrogates(data)])
    if not np.isfinite(found).all():
        raise ParameterError(
            f"{measure}.null = {null.name}: draw {int(np.argmin(np.isfinite(found)))} has no "
            f"finite {measure}; use another null, or more data."
        )
    mean, sd = float(found.mean()), float(found.std())
    details: dict[str, Any] = {"null_mean": mean, "null_sd": sd}
    if sd > 1e-12 * max(1.0, abs(mean)):  # surrogates that are all alike have no scale
        details["null_z"] = (value - mean) / sd
    told = [f"{name}={option!r}" for name, option in null.options.items() if option]
    words = f"{null.name} ({', '.join([*told, f'{null.draws:,} draws'])})"
    arrays = {"null_draws": found, "null_observed": np.array(value)}
    return Against(words, p_value(value, found, side), details, arrays)


def _of(statistic: Callable[[Any], float], surrogate: Any) -> float:
    """The statistic, or NaN where a surrogate is degenerate (units that coincide, say)."""
    try:
        return float(statistic(surrogate))
    except np.linalg.LinAlgError:
        return float("nan")


def p_value(value: float, draws: NDArray[np.float64], side: str) -> float:
    """The share of draws (the value itself counted as one) at least as extreme as `value`.

    >>> p_value(3.0, np.arange(999.0), "less")
    0.005
    """
    # What rounding alone tells apart is a tie.
    slack = 1e-12 * max(1.0, abs(value))
    above = _share(draws >= value - slack)
    below = _share(draws <= value + slack)
    if side == "both":
        return min(1.0, 2.0 * min(above, below))
    return above if side == "greater" else below


def _share(extreme: NDArray[np.bool_]) -> float:
    return (1.0 + float(np.count_nonzero(extreme))) / (1.0 + len(extreme))
