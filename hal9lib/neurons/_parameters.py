"""What the models share about their parameters: checks, presets, durations in whole steps."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.distributions import Distribution, Values, number_or_distribution
from hal9lib.errors import ParameterError

#: What a parameter of a neuron may be.
Number = float | Distribution | Values
#: Counts of steps are kept in 32 bits.
MOST_STEPS = 2**31 - 1


def checked(
    model: str,
    given: Mapping[str, Any],
    *,
    above_zero: Collection[str] = (),
    from_zero: Collection[str] = (),
) -> dict[str, Any]:
    """The parameters as numbers, distributions or values, each within what it may be.

    Raises ParameterError naming the model, the parameter and the value.
    """
    return {
        name: number_or_distribution(
            f"{model}.{name}",
            value,
            low=0.0 if name in above_zero or name in from_zero else -np.inf,
            open_low=name in above_zero,
        )
        for name, value in given.items()
    }


def below(model: str, p: Mapping[str, Any], lower: str, upper: str) -> None:
    """ParameterError unless `lower` lies below `upper` in every neuron.

    A distribution is not looked at: ``constants`` asks again when it has been drawn.
    """
    if isinstance(p[lower], Distribution) or isinstance(p[upper], Distribution):
        return
    low, high = np.atleast_1d(_array(p[lower])), np.atleast_1d(_array(p[upper]))
    if len(low) > 1 and len(high) > 1 and len(low) != len(high):
        return  # the network says so, which knows how many neurons there are
    wrong = np.flatnonzero(low >= high)
    if len(wrong):
        first = int(wrong[0])
        where = f"[{first}]" if len(low) > 1 else ""
        raise ParameterError(
            f"{model}.{lower}{where} = {low[min(first, len(low) - 1)]:g} is not allowed; "
            f"use less than {upper} = {high[min(first, len(high) - 1)]:g}."
        )


def whole_steps(name: str, duration_ms: Any, dt_ms: float, least: int = 0) -> Any:
    """A duration in steps, to the nearest whole number: an int, or an int64 array of them.

    Raises ParameterError where it is less than `least` steps or more than 32 bits hold.

    >>> whole_steps("lif.refractory_ms", 2.0, 0.3)
    7
    """
    steps = np.rint(_array(duration_ms) / dt_ms)
    for wrong, use in (
        (steps < least, f"at least one step of dt_ms = {dt_ms:g}"),
        (steps > MOST_STEPS, f"at most {MOST_STEPS:,} steps of dt_ms = {dt_ms:g}"),
    ):
        if wrong.any():
            value = np.atleast_1d(_array(duration_ms))[int(np.argmax(wrong))]
            raise ParameterError(f"{name} = {value:g} is not allowed; use {use}.")
    return steps.astype(np.int64) if steps.ndim else int(steps)


def chosen(
    model: str, presets: Mapping[str, Mapping[str, float]], preset: Any, given: Mapping[str, Any]
) -> dict[str, Any]:
    """A preset's parameters, with what is given (not None) in their place.

    Raises ParameterError for a name that no preset has.
    """
    if not isinstance(preset, str) or preset not in presets:
        raise ParameterError(
            f"{model}.preset = {preset!r} is not allowed; use one of {', '.join(presets)}."
        )
    return {
        name: presets[preset][name] if value is None else value for name, value in given.items()
    }


def _array(value: Any) -> NDArray[np.float64]:
    return value.array if isinstance(value, Values) else np.asarray(value, np.float64)
