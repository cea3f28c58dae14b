"""A reading that tells numbers from truths, so that no arithmetic is done on a comparison.

It also finds names that are not set on every way (the walk refuses them), so it comes first.
"""

import ast
from typing import Literal

from hal9lib.errors import ParameterError
from hal9lib.own.grammar import Function
from hal9lib.own.walk import walk

Kind = Literal["a number", "a truth"]
_NUMBER: Kind = "a number"
_TRUTH: Kind = "a truth"


def kinds_of(function: Function) -> list[Kind]:
    """What kind each result is of; all arguments are numbers."""
    return walk(function, dict.fromkeys(function.arguments, _NUMBER), _Kinds(function))


class _Kinds:
    def __init__(self, function: Function) -> None:
        self.function = function

    def _all(self, node: ast.AST, wanted: Kind, values: list[Kind]) -> None:
        if any(value != wanted for value in values):
            use = "a number, such as 1.0 if … else 0.0" if wanted == _NUMBER else "a comparison"
            found = _TRUTH if wanted == _NUMBER else _NUMBER
            raise ParameterError(
                f"{self.function.label}, line {node.lineno}: "  # type: ignore[attr-defined]
                f"`{self.function.quote(node)}` works on {found} where {wanted} belongs; use {use}."
            )

    def literal(self, _node: ast.expr, value: float | bool) -> Kind:
        return _TRUTH if isinstance(value, bool) else _NUMBER

    def operate(self, node: ast.AST, _op: ast.operator, left: Kind, right: Kind) -> Kind:
        self._all(node, _NUMBER, [left, right])
        return _NUMBER

    def negate(self, node: ast.expr, value: Kind) -> Kind:
        self._all(node, _NUMBER, [value])
        return _NUMBER

    def compare(self, node: ast.expr, _op: ast.cmpop, left: Kind, right: Kind) -> Kind:
        self._all(node, _NUMBER, [left, right])
        return _TRUTH

    def join(self, node: ast.expr, _op: ast.AST, values: list[Kind]) -> Kind:
        self._all(node, _TRUTH, values)
        return _TRUTH

    def call(self, node: ast.expr, _name: str, values: list[Kind]) -> Kind:
        self._all(node, _NUMBER, values)
        return _NUMBER

    def decide(self, node: ast.AST, test: Kind) -> None:
        self._all(node.test, _TRUTH, [test])  # type: ignore[attr-defined]

    def choose(self, node: ast.AST, _test: Kind, first: Kind, second: Kind) -> Kind:
        if first != second:
            raise ParameterError(
                f"{self.function.label}, line {node.lineno}: "  # type: ignore[attr-defined]
                f"`{self.function.quote(node)}` is {first} on one way and {second} on the other; "
                "use the same kind on both."
            )
        return first

    def assign(self, _node: ast.AST, _name: str, value: Kind) -> Kind:
        return value
