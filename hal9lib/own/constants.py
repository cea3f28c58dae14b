"""What functions ask for beside state and input: parameters, constants, the time step."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from hal9lib.own.grammar import Function
from hal9lib.own.numbers import evaluate


class Constants:
    """``constants(p, dt_ms)`` of a model or a rule, in numbers or in arrays, one a neuron.

    Parameters
    ----------
    asked : the arguments of its functions, in order.
    function : a researcher's own function of constants, or None.
    """

    def __init__(self, asked: Collection[str], function: Function | None) -> None:
        self._asked = tuple(dict.fromkeys(asked))
        self._function = function

    def __call__(self, p: Mapping[str, Any], dt_ms: Any) -> dict[str, Any]:
        """The parameters, what is worked out from them, and ``dt_ms``: those that are asked for."""
        known = {**p, "dt_ms": dt_ms}
        if self._function is not None:
            arguments = {key: known[key] for key in self._function.arguments}
            found = zip(self._function.keys, evaluate(self._function, arguments), strict=True)
            known |= {key: float(x) if np.ndim(x) == 0 else x for key, x in found}
        return {key: known[key] for key in self._asked if key in known}
