"""Calls between the parts of a module written out where they stand, in the source.

Numba compiles a function that is called as one of its own, wrapper and machine code included, and
optimises its body again in every caller: a loop of forty small functions took three times as long
to compile as the same loop written in one piece. So the pieces are put together before Numba sees
them. A function can be written out if nothing is returned before its end; the others stay.
"""

import ast
import copy
from collections.abc import Iterator, Sequence
from itertools import count

from hal9lib.syntax import tree_of

_CONDITIONAL = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.ListComp, ast.GeneratorExp)


def written_out(
    parts: Sequence[str], entries: Sequence[str], apart: Sequence[str] = ()
) -> dict[str, str]:
    """Name and source of the functions that are left: the entries, and what they still call.

    Those named in `apart` (or begun, by a name that ends in ``_``) stay functions: what comes out
    of the compiler for a short inner loop is better when its arrays are arguments, and what is
    called from several places is better compiled once.

    >>> parts = ["def twice(x):\\n    return x + x", "def four(x):\\n    return twice(twice(x))"]
    >>> print(written_out(parts, ["four"])["four"])
    def four(x):
        twice_1 = x + x
        twice_2 = twice_1 + twice_1
        return twice_2
    """
    inliner = _Inliner({d.name: d for d in map(_definition, parts)}, apart)
    waiting, found = list(entries), {}
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = inliner.function(name)
            waiting += [n for n in _called(found[name]) if n in inliner.parts]
    order = [_definition(part).name for part in parts]
    return {name: ast.unparse(found[name]) for name in order if name in found}


class _Inliner:
    def __init__(self, parts: dict[str, ast.FunctionDef], apart: Sequence[str]) -> None:
        self.parts = parts
        self._apart = apart
        self._done: dict[str, ast.FunctionDef] = {}
        self._number = count(1)

    def function(self, name: str) -> ast.FunctionDef:
        """The function with its own calls written out."""
        if name not in self._done:
            definition = copy.deepcopy(self.parts[name])
            definition.body = self._block(definition.body)
            self._done[name] = ast.fix_missing_locations(definition)
        return self._done[name]

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        return [new for statement in statements for new in self._statement(statement)]

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        before: list[ast.stmt] = []
        if isinstance(statement, ast.Expr) and self._fits(statement.value):
            body, _ = self._body(statement.value)
            return body
        for field in ("value", "test", "iter"):
            expression = getattr(statement, field, None)
            if expression is not None and not isinstance(statement, ast.While):
                setattr(statement, field, self._hoisted(expression, before))
        for field in ("body", "orelse"):
            if getattr(statement, field, None):
                setattr(statement, field, self._block(getattr(statement, field)))
        return [*before, statement]

    def _hoisted(self, expression: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """The expression with its calls put before it, innermost first."""
        if isinstance(expression, _CONDITIONAL):
            return expression
        for field, value in ast.iter_fields(expression):
            if isinstance(value, ast.expr):
                setattr(expression, field, self._hoisted(value, before))
            elif isinstance(value, list):
                changed = [
                    self._hoisted(v, before) if isinstance(v, ast.expr) else v for v in value
                ]
                setattr(expression, field, changed)
        if not self._fits(expression):
            return expression
        body, result = self._body(expression)
        before += body
        if result is None or isinstance(result, ast.Tuple | ast.Name | ast.Constant):
            return result or ast.Constant(None)
        name = f"{expression.func.id}_{next(self._number)}"  # type: ignore[attr-defined]
        before.append(ast.Assign([ast.Name(name, ast.Store())], result))
        return ast.Name(name, ast.Load())

    def _fits(self, expression: ast.expr) -> bool:
        """Whether it is a call that can be written out."""
        if not (isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name)):
            return False
        definition = self.parts.get(expression.func.id)
        if definition is None or expression.keywords or self._is_apart(definition.name):
            return False
        returns = [n for n in ast.walk(definition) if isinstance(n, ast.Return)]
        return not returns or returns == [definition.body[-1]]

    def _is_apart(self, name: str) -> bool:
        return any(name == a or (a.endswith("_") and name.startswith(a)) for a in self._apart)

    def _body(self, call: ast.expr) -> tuple[list[ast.stmt], ast.expr | None]:
        """The statements of a call, all names made its own, and the value it returns."""
        definition = copy.deepcopy(self.function(call.func.id))  # type: ignore[attr-defined]
        assigned = {
            node.id
            for node in ast.walk(definition)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        given: dict[str, ast.expr] = {}
        bound: list[ast.stmt] = []
        own = {name: f"{name}_{next(self._number)}" for name in sorted(assigned)}
        for argument, value in zip(definition.args.args, call.args, strict=True):  # type: ignore[attr-defined]
            name = argument.arg
            if name not in assigned and isinstance(value, ast.Name | ast.Constant):
                given[name] = value
            else:
                own.setdefault(name, f"{name}_{next(self._number)}")
                bound.append(ast.Assign([ast.Name(own[name], ast.Store())], value))
        body = [_Renamed(own, given).visit(statement) for statement in definition.body]
        result = None
        if body and isinstance(body[-1], ast.Return):
            result = body.pop().value
        return [*bound, *(s for s in body if not isinstance(s, ast.Pass))], result


class _Renamed(ast.NodeTransformer):
    def __init__(self, own: dict[str, str], given: dict[str, ast.expr]) -> None:
        self._own, self._given = own, given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._own:
            return ast.Name(self._own[node.id], node.ctx)
        return copy.deepcopy(self._given[node.id]) if node.id in self._given else node


def _definition(part: str) -> ast.FunctionDef:
    definition = tree_of(part).body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise TypeError(f"not a function: {part[:60]!r}")
    return definition


def _called(definition: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(definition):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
