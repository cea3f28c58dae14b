"""A reading in numbers: many cases side by side, every operation as the compiled loop has it.

A division by zero gives an infinity, a root of -1 gives nan; nothing is raised. All numbers are
float64, so that no whole number can grow without end.
"""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.own.grammar import Function
from hal9lib.own.walk import walk

_OPERATORS: dict[type, Any] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_FUNCTIONS: dict[str, Any] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "abs": np.abs,
    "round": np.round,
    "min": np.minimum,
    "max": np.maximum,
}


def evaluate(function: Function, values: Mapping[str, Any]) -> list[Any]:
    """What the function returns for arguments that are numbers or arrays of cases.

    >>> from hal9lib.own.grammar import parse
    >>> halved = parse("f", "def f(x):\\n    return x / 2 if x > 0 else 0.0")
    >>> evaluate(halved, {"x": np.array([3.0, -3.0])})
    [array([1.5, 0. ])]
    """
    with np.errstate(all="ignore"):
        return walk(function, values, _Numbers())


class _Numbers:
    def literal(self, _node: ast.expr, value: float | bool) -> Any:
        return np.bool_(value) if isinstance(value, bool) else np.float64(value)

    def operate(self, _node: ast.AST, op: ast.operator, left: Any, right: Any) -> Any:
        return _OPERATORS[type(op)](left, right)

    def negate(self, _node: ast.expr, value: Any) -> Any:
        return np.negative(value)

    def compare(self, _node: ast.expr, op: ast.cmpop, left: Any, right: Any) -> Any:
        return _OPERATORS[type(op)](left, right)

    def join(self, _node: ast.expr, op: ast.AST, values: list[Any]) -> Any:
        if isinstance(op, ast.Not):
            return np.logical_not(values[0])
        joined = np.logical_and if isinstance(op, ast.And) else np.logical_or
        found = values[0]
        for value in values[1:]:
            found = joined(found, value)
        return found

    def call(self, _node: ast.expr, name: str, values: list[Any]) -> Any:
        found = _FUNCTIONS[name](*values[:2])
        for value in values[2:]:
            found = _FUNCTIONS[name](found, value)
        return found

    def decide(self, _node: ast.AST, _test: Any) -> None:
        pass

    def choose(self, _node: ast.AST, test: Any, first: Any, second: Any) -> Any:
        return np.where(test, first, second)

    def assign(self, _node: ast.AST, _name: str, value: Any) -> Any:
        return value
