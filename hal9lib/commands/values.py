"""Numbers as they are typed."""

import math

from hal9lib.errors import ParameterError


def number(name: str, text: str) -> float:
    """A typed number, such as ``12500``, ``12_500`` or ``1e5``; raises ParameterError.

    >>> number("--neurons", "1e4")
    10000.0
    >>> number("--neurons", "many")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: --neurons = 'many' is not allowed; use a number.
    """
    try:
        return float(text)
    except ValueError:
        raise ParameterError(f"{name} = {text!r} is not allowed; use a number.") from None


def whole(name: str, text: str) -> int:
    """A typed whole number of any size, exact where it is typed in digits.

    >>> whole("--seed", "18446744073709551615")
    18446744073709551615
    """
    digits = text.replace("_", "")
    if digits.lstrip("+-").isdecimal():
        return int(digits)
    value = number(name, text)
    if not math.isfinite(value) or value != int(value):
        raise ParameterError(f"{name} = {text!r} is not allowed; use a whole number.")
    return int(value)
