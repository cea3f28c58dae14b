"""One way through a checked function, for every reading of it.

What is walked are values of any kind: whether a name is a number or a truth, its dimension, or its
values in many cases. A reading says what each operation makes of them.
"""

import ast
from collections.abc import Mapping
from typing import Any, Protocol

from hal9lib.errors import ParameterError
from hal9lib.own.grammar import Function, function_name


class Reading(Protocol):
    """What operations make of values; `node` is there to be quoted in an error."""

    def literal(self, node: ast.expr, value: float | bool) -> Any:
        """A number, True or False that stands in the text."""

    def operate(self, node: ast.AST, op: ast.operator, left: Any, right: Any) -> Any:
        """``left + right`` and the like."""

    def negate(self, node: ast.expr, value: Any) -> Any:
        """``-value``."""

    def compare(self, node: ast.expr, op: ast.cmpop, left: Any, right: Any) -> Any:
        """``left < right`` and the like."""

    def join(self, node: ast.expr, op: ast.AST, values: list[Any]) -> Any:
        """``and``, ``or``, ``not``."""

    def call(self, node: ast.expr, name: str, values: list[Any]) -> Any:
        """``exp(value)`` and the like."""

    def decide(self, node: ast.AST, test: Any) -> None:
        """What an ``if`` goes by."""

    def choose(self, node: ast.AST, test: Any, first: Any, second: Any) -> Any:
        """``first if test else second``, also of a name that an ``if`` sets on either way."""

    def assign(self, node: ast.AST, name: str, value: Any) -> Any:
        """What the name holds from now on."""


def walk(function: Function, values: Mapping[str, Any], reading: Reading) -> list[Any]:
    """What the function returns for these arguments, in a reading."""
    walker = _Walker(function, reading)
    names = dict(values)
    walker.block(function.body, names)
    return [walker.value(result, names) for result in function.returns]


class _Walker:
    def __init__(self, function: Function, reading: Reading) -> None:
        self.function, self.reading = function, reading

    def block(self, statements: Any, names: dict[str, Any]) -> None:
        """Walk through lines, setting names."""
        for node in statements:
            if isinstance(node, ast.If):
                self.branch(node, names)
            elif isinstance(node, ast.Assign):
                name = node.targets[0].id  # type: ignore[attr-defined]
                names[name] = self.reading.assign(node, name, self.value(node.value, names))
            elif isinstance(node, ast.AugAssign):
                old, added = self.value(node.target, names), self.value(node.value, names)
                name = node.target.id  # type: ignore[union-attr]
                new = self.reading.operate(node, node.op, old, added)
                names[name] = self.reading.assign(node, name, new)

    def branch(self, node: ast.If, names: dict[str, Any]) -> None:
        """Both ways; a name that is set on one of them only is not set afterwards."""
        test = self.value(node.test, names)
        self.reading.decide(node, test)
        first, second = dict(names), dict(names)
        self.block(node.body, first)
        self.block(node.orelse, second)
        names.clear()
        for name in first.keys() & second.keys():
            same = first[name] is second[name]
            names[name] = (
                first[name] if same else self.reading.choose(node, test, first[name], second[name])
            )

    def value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """The value of an expression."""
        read = self.reading
        match node:
            case ast.Constant():
                return read.literal(node, node.value)  # type: ignore[arg-type]
            case ast.Attribute():
                return read.literal(node, CONSTANT_VALUES[node.attr])
            case ast.Name():
                return self.name(node, names)
            case ast.BinOp():
                left, right = self.value(node.left, names), self.value(node.right, names)
                return read.operate(node, node.op, left, right)
            case ast.UnaryOp(op=ast.Not()):
                return read.join(node, node.op, [self.value(node.operand, names)])
            case ast.UnaryOp():
                inner = self.value(node.operand, names)
                return read.negate(node, inner) if isinstance(node.op, ast.USub) else inner
            case ast.BoolOp():
                return read.join(node, node.op, [self.value(v, names) for v in node.values])
            case ast.Compare():
                return self.comparison(node, names)
            case ast.IfExp():
                test, *ways = (self.value(v, names) for v in (node.test, node.body, node.orelse))
                read.decide(node, test)
                return read.choose(node, test, *ways)
            case ast.Call():
                values = [self.value(v, names) for v in node.args]
                return read.call(node, function_name(node), values)
        raise AssertionError(f"{type(node).__name__} passed the grammar")

    def comparison(self, node: ast.Compare, names: dict[str, Any]) -> Any:
        """``a < b <= c`` is ``a < b and b <= c``."""
        values = [self.value(v, names) for v in (node.left, *node.comparators)]
        pairs = zip(node.ops, values, values[1:], strict=False)
        found = [self.reading.compare(node, op, left, right) for op, left, right in pairs]
        return found[0] if len(found) == 1 else self.reading.join(node, ast.And(), found)

    def name(self, node: ast.Name, names: dict[str, Any]) -> Any:
        """What a name holds; it must be set on every way that leads here."""
        if node.id not in names:
            label = self.function.label
            raise ParameterError(
                f"{label}, line {node.lineno}: {node.id!r} is not an argument of {label}, nor set "
                "on every way that leads there; add it to the arguments, or set it first."
            )
        return names[node.id]


#: The constants of the grammar.
CONSTANT_VALUES = {"pi": 3.141592653589793, "e": 2.718281828459045}
