"""Where two descriptions differ."""

from typing import Any


def first_difference(place: str, there: Any, here: Any) -> str | None:
    """The first place where two JSON-able values differ, in words; None where they are equal.

    >>> first_difference("of", {"seed": 1, "sizes": [3, 4]}, {"seed": 1, "sizes": [3, 5]})
    'of.sizes[1] is 4 there and 5 here'
    """
    pairs: list[tuple[str, Any, Any]] = []
    if isinstance(there, dict) and isinstance(here, dict):
        keys = (*here, *(key for key in there if key not in here))
        pairs = [(f"{place}.{key}", there.get(key), here.get(key)) for key in keys]
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        pairs = [(f"{place}[{i}]", *both) for i, both in enumerate(zip(there, here, strict=True))]
    elif there != here:
        return f"{place} is {_shown(there)} there and {_shown(here)} here"
    return next(filter(None, (first_difference(*pair) for pair in pairs)), None)


def _shown(value: Any) -> str:
    if isinstance(value, list) and len(repr(value)) > 60:
        return f"a list of {len(value)}"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
