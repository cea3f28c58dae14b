"""A plain Python function made of checked parts only, which the engine takes into its loop."""

import ast
import itertools
import linecache
import math
import textwrap
import weakref
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

from hal9lib.own.grammar import Function, function_name
from hal9lib.own.walk import CONSTANT_VALUES
from hal9lib.syntax import tree_of

#: Exponents that are worked out by multiplying.
_WHOLE_POWERS = range(33)
_numbers = itertools.count(1)
_BUILTINS = {"abs": abs, "min": min, "max": max}


def source(function: Function, name: str) -> str:
    """The text of the function under another name, as the loop wants it.

    Whole numbers become reals: one of them would turn a float32 sum into float64. The exponent of
    a power stays whole, because x ** 2 is then a product. Comments and annotations are gone.

    >>> from hal9lib.own.grammar import parse
    >>> print(source(parse("f", "def f(x):\\n    return 2 * np.exp(x) ** 2"), "step"))
    def step(x):
        return (2.0 * math.exp(x) ** 2,)
    """
    results = ast.Return(ast.Tuple([*function.returns], ast.Load()))
    lines = [f"def {name}({', '.join(function.arguments)}):"]
    for statement in (*function.body, results):
        lines += textwrap.indent(ast.unparse(statement), "    ").splitlines()
    copied = tree_of("\n".join(lines))
    return ast.unparse(ast.fix_missing_locations(_Spelled().visit(copied)))


def make(function: Function, name: str) -> Callable[..., tuple]:
    """The function itself; its text can be read from it, in this process and no file.

    The same text is the same function, so defining a model again and again takes no memory.
    """
    text = source(function, name)
    made = _made(text, name)
    # An entry without a time is kept, and is where `inspect` looks for what is in no file.
    place = made.__code__.co_filename
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
    return made


@lru_cache(maxsize=256)
def _made(text: str, name: str) -> FunctionType:
    place = f"<hal9 own {name} {next(_numbers)}>"
    names: dict[str, Any] = {"__builtins__": _BUILTINS, "math": math}
    exec(compile(text, place, "exec"), names)  # noqa: S102 - checked, and spelled anew
    weakref.finalize(names[name], linecache.cache.pop, place, None)
    return names[name]


class _Spelled(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        whole = isinstance(node.value, int) and not isinstance(node.value, bool)
        return ast.Constant(float(node.value)) if whole else node  # type: ignore[arg-type]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        power = node.right if isinstance(node.op, ast.Pow) else None
        self.generic_visit(node)
        if isinstance(power, ast.Constant) and power.value in _WHOLE_POWERS:
            node.right = ast.Constant(int(power.value))  # type: ignore[arg-type]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Constant(CONSTANT_VALUES[node.attr])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = function_name(node)
        arguments = [self.visit(argument) for argument in node.args]
        plain = ast.Name(name, ast.Load())
        module = ast.Attribute(ast.Name("math", ast.Load()), name, ast.Load())
        return ast.Call(plain if name in _BUILTINS else module, arguments, [])
