"""Values that are given, one for each neuron or synapse, and their exact, compact JSON form."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError

#: Up to so many values are written as a list, which a reader can read; more as base64.
LISTED = 100
_DTYPES = ("<f4", "<f8")


class Values:
    """One given value for each neuron or synapse, in their order; they cannot be changed.

    >>> Values([0.5, 1.5]).description()
    {'values': [0.5, 1.5]}
    >>> Values([0.5, float("nan")], name="delay_ms")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: delay_ms[1] = nan is not allowed; use finite numbers.
    """

    def __init__(self, values: Any, *, name: str = "values") -> None:
        self._array = _array(name, values)
        self._array.setflags(write=False)

    @property
    def array(self) -> NDArray[np.float64]:
        """(values,) float64, read-only."""
        return self._array

    def __len__(self) -> int:
        return len(self._array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and np.array_equal(self._array, other._array)

    def __hash__(self) -> int:
        # -0.0 equals 0.0, so both have one hash.
        return hash((self._array + 0.0).tobytes())

    def __reduce__(self) -> tuple:
        return Values, (self._array,)

    def __repr__(self) -> str:
        return f"Values({len(self):,} numbers)"

    def description(self) -> dict[str, Any]:
        """The JSON-able form, exact to the bit: a list, or base64 where there are more than 100.

        Base64 holds little-endian float64, 10.7 bytes a value, or float32 where that is exact,
        5.3 bytes.
        """
        if len(self) <= LISTED:
            return {"values": self._array.tolist()}
        with np.errstate(over="ignore"):
            narrow = self._array.astype("<f4")
        kept = narrow if np.array_equal(narrow, self._array) else self._array.astype("<f8")
        return {"values": base64.b64encode(kept.tobytes()).decode(), "dtype": kept.dtype.str}

    @classmethod
    def from_description(cls, name: str, description: Mapping[str, Any]) -> "Values":
        """The values of a JSON-able form; raises ParameterError where it is not one."""
        given = description.get("values")
        dtype = description.get("dtype")
        if set(description) == {"values"} and isinstance(given, list):
            return cls(given, name=name)
        if set(description) != {"values", "dtype"} or dtype not in _DTYPES:
            raise ParameterError(
                f"{name} is not allowed; use {{'values': [...]}}, or base64 text "
                f"with a 'dtype' of {' or '.join(_DTYPES)}."
            )
        try:
            raw = np.frombuffer(base64.b64decode(given or "", validate=True), dtype)
        except (TypeError, ValueError, binascii.Error) as problem:
            raise ParameterError(
                f"{name} is not allowed, its text is not base64 of {dtype} numbers ({problem}); "
                "use what description() gives."
            ) from problem
        return cls(raw, name=name)


def _array(name: str, values: Any) -> NDArray[np.float64]:
    try:
        raw = np.asarray(values)
    except ValueError as problem:  # rows of different lengths
        raise ParameterError(f"{name} is not allowed; use a list of numbers.") from problem
    if raw.dtype.kind not in "iuf" or raw.ndim != 1:
        raise ParameterError(
            f"{name}, {raw.dtype} of shape {raw.shape}, is not allowed; use a list of numbers."
        )
    array = np.array(raw, np.float64)
    bad = ~np.isfinite(array)
    if bad.any():
        where = int(np.argmax(bad))
        raise ParameterError(
            f"{name}[{where}] = {array[where]} is not allowed; use finite numbers."
        )
    return array
