"""Checks that several rules share."""

from typing import Any, Literal

from hal9lib import checks
from hal9lib.errors import ParameterError

PAIRINGS = ("all_to_all", "nearest")


def pairing_of(name: str, value: Any) -> Literal["all_to_all", "nearest"]:
    """`value` if it names a way of pairing spikes.

    >>> pairing_of("stdp.pairing", "some")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: stdp.pairing = 'some' is not allowed; \
use one of all_to_all, nearest.
    """
    return one_of(name, value, PAIRINGS)


def one_of(name: str, value: Any, allowed: tuple[str, ...]) -> Any:
    """`value` if it is one of the `allowed` words."""
    if not isinstance(value, str) or value not in allowed:
        raise ParameterError(f"{name} = {value!r} is not allowed; use one of {', '.join(allowed)}.")
    return value


def largest_weight_of(name: str, value: Any) -> float | None:
    """An upper bound of weights above 0, or None for none."""
    return None if value is None else checks.number(name, value, low=0.0, open_low=True)


def bound(largest_weight: float | None) -> float:
    """The bound as a number; without one, more than any weight and less than the end of float32."""
    return 1e38 if largest_weight is None else largest_weight
