"""A reading of dimensions, from the suffixes of names: what cannot be added is not added.

``_mv _ms _pa _ns _pf _hz`` are known, ``_1`` is a pure number, any other name is unknown. A
number in the text may hide a unit (Hodgkin and Huxley's 0.1 per mV and ms), so it fits into every
sum, and a product with it is unknown unless it is a multiple of a quarter, as in ``2.0 * v_mv``.
An error needs two dimensions that are both known and differ.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hal9lib.errors import ParameterError
from hal9lib.own.grammar import Function
from hal9lib.own.walk import walk

#: Suffix -> exponents of (mV, ms, pA, Hz). The first six fit together without factors:
#: nS mV = pA, pF / nS = ms, pA ms / pF = mV. Hz is not 1/ms, so it stands for itself.
_SUFFIXES = {
    "mv": (1, 0, 0, 0),
    "ms": (0, 1, 0, 0),
    "pa": (0, 0, 1, 0),
    "ns": (-1, 0, 1, 0),
    "pf": (-1, 1, 1, 0),
    "hz": (0, 0, 0, 1),
    "1": (0, 0, 0, 0),
}
_SHOWN = ("mV", "ms", "pA", "Hz")
_SPELLED = {"mv": "mV", "ms": "ms", "pa": "pA", "ns": "nS", "pf": "pF", "hz": "Hz"}
#: Exponents whose products are followed.
_POWERS = range(-16, 17)


@dataclass(frozen=True)
class Dimension:
    """Exponents of the base units. A sum with an unknown part is not `sure`: it stands for its
    known part in sums, and for nothing in products."""

    exponents: tuple[Fraction | int, ...]
    sure: bool = True

    def __str__(self) -> str:
        for suffix, exponents in _SUFFIXES.items():
            if self.exponents == exponents:
                return _SPELLED.get(suffix, "a pure number")
        parts = [
            name if power == 1 else f"{name}^{power}"
            for name, power in zip(_SHOWN, self.exponents, strict=True)
            if power
        ]
        return " ".join(parts)


PURE = Dimension((0, 0, 0, 0))
UNKNOWN = None
#: Numbers of the text, alone or reckoned together: they fit everywhere.
LITERAL = "a number of the text"
HIDING = "a number of the text that may have a unit"


def dimension_of(name: str) -> Dimension | None:
    """What a name's suffix says, None where it says nothing.

    >>> str(dimension_of("conductance_ns")), dimension_of("decay")
    ('nS', None)
    """
    exponents = _SUFFIXES.get(name.rpartition("_")[2]) if "_" in name else None
    return Dimension(exponents) if exponents else UNKNOWN


def check_units(function: Function, results: Sequence[str | None]) -> None:
    """ParameterError where known dimensions differ in a sum, a comparison, a name or a result.

    Parameters
    ----------
    results : the name that each result belongs to, None for what has no dimension.
    """
    reading = _Units(function)
    given = {name: dimension_of(name) for name in function.arguments}
    found = walk(function, given, reading)
    for node, name, value in zip(function.returns, results, found, strict=True):
        if name is not None:
            reading.assign(node, name, value)


class _Units:
    def __init__(self, function: Function) -> None:
        self.function = function

    def _same(self, node: ast.AST, what: str, *values: Any) -> Any:
        """The dimension that all of `values` have, as far as it is known."""
        known = [value for value in values if isinstance(value, Dimension)]
        for other in known[1:]:
            if other.exponents != known[0].exponents:
                raise ParameterError(
                    f"{self.function.label}, line {node.lineno}: "  # type: ignore[attr-defined]
                    f"`{self.function.quote(node)}` {what} {known[0]} and {other}; use one unit, "
                    "or check_units=False."
                )
        if not known:
            return UNKNOWN if UNKNOWN in values else LITERAL
        sure = UNKNOWN not in values and all(value.sure for value in known)
        return Dimension(known[0].exponents, sure)

    def literal(self, _node: ast.expr, value: float | bool) -> Any:
        return LITERAL if float(4 * value).is_integer() else HIDING

    def operate(self, node: ast.AST, op: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(op, ast.Add | ast.Sub | ast.Mod):
            return self._same(node, "puts together", left, right)
        if isinstance(op, ast.Pow):
            return _power(left, node)
        if isinstance(left, str) and isinstance(right, str):
            return HIDING if HIDING in (left, right) else LITERAL
        first, second = (PURE if value == LITERAL else value for value in (left, right))
        sign = 1 if isinstance(op, ast.Mult) else -1
        if not (_sure(first) and _sure(second)):
            return UNKNOWN
        pairs = zip(first.exponents, second.exponents, strict=True)
        return Dimension(tuple(a + sign * b for a, b in pairs))

    def negate(self, _node: ast.expr, value: Any) -> Any:
        return value

    def compare(self, node: ast.expr, _op: ast.cmpop, left: Any, right: Any) -> Any:
        self._same(node, "compares", left, right)
        return UNKNOWN

    def join(self, _node: ast.expr, _op: ast.AST, _values: list[Any]) -> Any:
        return UNKNOWN

    def call(self, node: ast.expr, name: str, values: list[Any]) -> Any:
        if name in ("min", "max"):
            return self._same(node, "compares", *values)
        if name in ("abs", "round"):
            return values[0]
        return _raised(values[0], Fraction(1, 2)) if name == "sqrt" else UNKNOWN

    def decide(self, _node: ast.AST, _test: Any) -> None:
        pass

    def choose(self, node: ast.AST, _test: Any, first: Any, second: Any) -> Any:
        return self._same(node, "is either of", first, second)

    def assign(self, node: ast.AST, name: str, value: Any) -> Any:
        named = dimension_of(name)
        if named is UNKNOWN:
            return value
        self._same(node, f"gives {name}", named, value)
        return named


def _sure(value: Any) -> bool:
    return isinstance(value, Dimension) and value.sure


def _raised(value: Any, power: Fraction | int) -> Any:
    if not _sure(value):
        return value if isinstance(value, str) else UNKNOWN
    return Dimension(tuple(power * exponent for exponent in value.exponents))


def _power(base: Any, node: ast.AST) -> Any:
    exponent = getattr(getattr(node, "right", None), "value", None)
    if exponent in _POWERS:
        return _raised(base, int(exponent))  # type: ignore[arg-type]
    return base if base == PURE else UNKNOWN
