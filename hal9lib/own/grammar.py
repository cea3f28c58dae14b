"""What a function of one's own may be made of: arithmetic, choices, and the names given to it.

A list of what is allowed, held against the syntax tree; the text is parsed and never run. So a
description that somebody else wrote can be loaded: it can compute, and do nothing else.
"""

import ast
import keyword
import re
from dataclasses import dataclass

from hal9lib.errors import ParameterError
from hal9lib.syntax import tree_of

#: Function -> how many arguments it takes; also as ``math.exp`` or ``np.exp``.
FUNCTIONS = {
    **dict.fromkeys(("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "abs"), (1, 1)),
    "min": (2, 8),
    "max": (2, 8),
    "round": (1, 1),  # in `constants` only: it runs once, in numpy
}
CONSTANTS = ("pi", "e")
MODULES = ("math", "np")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
#: Names that the loop around the function needs for itself.
TAKEN = frozenset((*FUNCTIONS, *MODULES, "real", "float", "int", "bool", "range", "len"))

MAX_CHARACTERS = 20_000
MAX_NODES = 4_000
MAX_DEPTH = 60
MAX_ARGUMENTS = 100
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}\Z")

_ARGUMENT_LISTS = ("posonlyargs", "kwonlyargs", "defaults", "kw_defaults")
_SAY = {
    ast.Attribute: "an attribute",
    ast.Subscript: "an index",
    ast.Lambda: "a lambda",
    ast.NamedExpr: "an assignment inside an expression",
    ast.JoinedStr: "a formatted text",
    ast.For: "a loop",
    ast.While: "a loop",
    ast.Import: "an import",
    ast.ImportFrom: "an import",
    ast.AnnAssign: "an assignment with an annotation",
    ast.AsyncFunctionDef: "an async function",
}


@dataclass(frozen=True)
class Function:
    """A checked function: its text, its arguments, what it does and what it returns."""

    label: str
    text: str
    arguments: tuple[str, ...]
    body: tuple[ast.stmt, ...]
    returns: tuple[ast.expr, ...]
    #: The keys, where it returns a dict; else empty.
    keys: tuple[str, ...] = ()

    def quote(self, node: ast.AST) -> str:
        """The piece of the text that a node stands for."""
        return _quote(self.text, node)


def parse(label: str, text: str, *, returns_dict: bool = False) -> Function:
    """The checked function of a source text; ParameterError names what may not stand there.

    >>> parse("f", "def f(x, y):\\n    return x + 2 * y").arguments
    ('x', 'y')
    >>> parse("f", "def f(x):\\n    return x.real")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: f, line 2: an attribute, `x.real`, is not allowed; \
use arithmetic, comparisons, conditional expressions, if, exp, expm1, log, log1p, sqrt, sin, cos, \
tanh, abs, min and max.
    """
    definition = _definition(label, text)
    check = _Check(label, text, rounding=returns_dict)
    arguments = check.arguments(definition)
    body = definition.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:] if isinstance(body[0].value.value, str) else body
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        raise ParameterError(f"{label} does not end with a return; return its results there.")
    for statement in body[:-1]:
        check.statement(statement)
    keys, returns = check.results(body[-1].value) if returns_dict else ((), _parts(body[-1].value))
    for result in returns:
        check.expression(result)
    return Function(label, text, arguments, tuple(body[:-1]), tuple(returns), tuple(keys))


def _definition(label: str, text: str) -> ast.FunctionDef:
    if len(text) > MAX_CHARACTERS:
        raise ParameterError(
            f"{label} has {len(text):,} characters; use {MAX_CHARACTERS:,} at most."
        )
    try:
        tree = tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        at = problem.lineno if isinstance(problem, SyntaxError) else None
        reason = problem.msg if isinstance(problem, SyntaxError) else "it cannot be parsed"
        line = f", line {at}" if at else ""
        raise ParameterError(f"{label}{line} is not Python: {reason}; correct it.") from problem
    _limit_size(label, tree)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise ParameterError(f"{label} is not one function; use a single `def`.")
    return tree.body[0]


def _limit_size(label: str, tree: ast.AST) -> None:
    """Level by level, so that a deep tree is found without going down into it."""
    level, depth, nodes = [tree], 0, 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ParameterError(
                f"{label} is too large; use at most {MAX_NODES:,} names, numbers and operators, "
                f"nested {MAX_DEPTH} deep at most."
            )
        level = [child for node in level for child in ast.iter_child_nodes(node)]


def _parts(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.Tuple) else [value]


def _quote(text: str, node: ast.AST) -> str:
    piece = " ".join((ast.get_source_segment(text, node) or "").split())
    piece = "".join(c if c.isprintable() else "?" for c in piece)  # it may be shown in a terminal
    return piece if len(piece) <= 60 else piece[:57] + "..."


class _Check:
    """Every statement and expression, from outside in; what is not named here is refused."""

    def __init__(self, label: str, text: str, rounding: bool) -> None:
        self.label, self.text = label, text
        self.functions = {k: v for k, v in FUNCTIONS.items() if rounding or k != "round"}

    def refuse(self, node: ast.AST, what: str | None = None, use: str | None = None) -> None:
        """Raise: the line, the piece, what may stand there."""
        *most, last = self.functions
        what = what or _SAY.get(type(node), f"a {type(node).__name__}")
        use = use or (
            "use arithmetic, comparisons, conditional expressions, if, "
            f"{', '.join(most)} and {last}"
        )
        line = getattr(node, "lineno", 1)
        raise ParameterError(
            f"{self.label}, line {line}: {what}, `{_quote(self.text, node)}`, is not allowed; "
            f"{use}."
        )

    def arguments(self, function: ast.FunctionDef) -> tuple[str, ...]:
        """The names of plain arguments, without defaults."""
        given = function.args
        if function.decorator_list:
            self.refuse(function.decorator_list[0], "a decorator", "use a plain function")
        if getattr(function, "type_params", None):
            self.refuse(function, "a type parameter", "use a plain function")
        odd = [a for name in _ARGUMENT_LISTS for a in getattr(given, name)]
        odd += [a for a in (given.vararg, given.kwarg) if a is not None]
        if odd:
            self.refuse(odd[0], "an argument with a default, a star or a slash", "use names only")
        names = tuple(argument.arg for argument in given.args)
        if len(names) > MAX_ARGUMENTS:
            raise ParameterError(
                f"{self.label} has {len(names)} arguments; use {MAX_ARGUMENTS} at most."
            )
        for argument in given.args:
            self.name(argument, argument.arg)
            if names.count(argument.arg) > 1:
                self.refuse(argument, "an argument that stands twice", "use each name once")
        return names

    def name(self, node: ast.AST, name: str) -> None:
        """A name that can be given: plain letters, not one that is spoken for."""
        if not NAME.match(name) or keyword.issoftkeyword(name):
            self.refuse(node, "this name", "use letters, digits and _, a letter first, 63 at most")
        if name in TAKEN:
            self.refuse(node, f"the name {name!r} for something new", "use another")

    def statement(self, node: ast.stmt) -> None:
        """One line, or an if with those below it."""
        if isinstance(node, ast.If):
            self.expression(node.test)
            for inner in (*node.body, *node.orelse):
                self.statement(inner)
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if len(targets) != 1 or not isinstance(targets[0], ast.Name):
                self.refuse(node, "this assignment", "assign to one name at a time")
            if isinstance(node, ast.AugAssign) and not isinstance(node.op, OPERATORS):
                self.refuse(node)
            self.name(targets[0], targets[0].id)  # type: ignore[attr-defined]
            self.expression(node.value)
        elif isinstance(node, ast.Return):
            self.refuse(node, "a return before the end", "assign to names, and return once, last")
        elif not isinstance(node, ast.Pass):
            self.refuse(node)

    def expression(self, node: ast.expr) -> None:
        """One expression and all within it."""
        if isinstance(node, ast.Constant):
            self.literal(node)
        elif isinstance(node, ast.Name):
            if not NAME.match(node.id):
                self.name(node, node.id)
        elif isinstance(node, ast.Attribute):
            if not _is_constant(node):
                self.refuse(node)
        elif isinstance(node, ast.Call):
            self.call(node)
        else:
            operators = [node.op] if isinstance(node, ast.BinOp) else getattr(node, "ops", [])
            known = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)
            if not isinstance(node, known) or isinstance(getattr(node, "op", None), ast.Invert):
                self.refuse(node)
            if any(not isinstance(op, OPERATORS + COMPARISONS) for op in operators):
                self.refuse(node)
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)

    def literal(self, node: ast.Constant) -> None:
        """A finite number of ordinary size, True or False."""
        value = node.value
        if not isinstance(value, bool | int | float) or not -1e30 < value < 1e30:
            self.refuse(node, "this value", "use a number between -1e30 and 1e30, True or False")

    def call(self, node: ast.Call) -> None:
        """A call of one of the functions, with as many arguments as it takes."""
        name = function_name(node)
        if name not in self.functions or node.keywords:
            self.refuse(node, "a call")
        low, high = self.functions[name]
        if not low <= len(node.args) <= high:
            takes = f"{low}" if low == high else f"{low} to {high}"
            self.refuse(node, f"{name} of {len(node.args)}", f"give it {takes}")
        for argument in node.args:
            self.expression(argument)

    def results(self, value: ast.expr) -> tuple[list[str], list[ast.expr]]:
        """The keys and values of a returned ``{"name": value}``."""
        if not isinstance(value, ast.Dict):
            self.refuse(value, "this result", 'return a dict such as {"decay": decay}')
        keys: list[str] = []
        for key in value.keys:  # type: ignore[attr-defined]
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                self.refuse(key or value, "this key", "use a name in quotes")
            self.name(key, key.value)
            keys.append(key.value)
        if len(set(keys)) < len(keys):
            self.refuse(value, "a key that stands twice", "use each once")
        return keys, value.values  # type: ignore[attr-defined]


def function_name(node: ast.Call) -> str:
    """``exp`` of ``exp(...)``, ``math.exp(...)`` and ``np.exp(...)``; else empty."""
    called = node.func
    if isinstance(called, ast.Name):
        return called.id
    return called.attr if isinstance(called, ast.Attribute) and _in_module(called) else ""


def _is_constant(node: ast.Attribute) -> bool:
    return _in_module(node) and node.attr in CONSTANTS


def _in_module(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in MODULES
