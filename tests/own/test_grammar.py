"""What a function may be made of; a description from anybody can compute and do nothing else."""

import ast
import inspect
import sys
from contextlib import contextmanager
from functools import partial
from types import CodeType

import pytest

from hal9lib import neurons, plasticity
from hal9lib.errors import ParameterError
from hal9lib.own.grammar import parse
from hal9lib.own.kinds import kinds_of
from hal9lib.own.made import make
from hal9lib.own.numbers import evaluate

_USE = "is not allowed; use arithmetic, comparisons, conditional expressions, if, exp,"
DEEP = "x" + " + x" * 2_000
PARENTHESES = "(" * 250 + "x" + ")" * 250
MINUS = "-" * 5_000 + "x"

#: The body of ``def f(x, y):`` -> a piece of the error.
REFUSED_BODIES = {
    # Ways to other objects.
    "return x.__class__": f"line 2: an attribute, `x.__class__`, {_USE}",
    "return x.__class__.__base__.__subclasses__()": "a call",
    "return (1).__class__": "an attribute",
    "return math.__dict__": "an attribute, `math.__dict__`",
    "return math.exp.__self__": "an attribute",
    "return np.lib": "an attribute, `np.lib`",
    "return math": "'math' is not an argument of f",
    "return np.load(x)": "a call, `np.load",
    "return os.system(x)": "a call, `os.system",
    "return math.factorial(9)": "a call, `math.factorial",
    "return x[0]": "an index",
    "return x[0:1]": "an index",
    # Calls.
    "return open(x)": "a call, `open",
    "return eval(x)": "a call",
    "return __import__(x)": "a call",
    "return getattr(x, y)": "a call",
    "return f(x)": "a call, `f",
    "return x(y)": "a call",
    "return exp(x)(y)": "a call",
    "return exp(*x)": "a Starred",
    "return exp(x=y)": "a call",
    "return min(x, key=y)": "a call",
    "return exp(x, y)": "exp of 2, `exp.x, y.`, is not allowed; give it 1",
    "return min(x)": "min of 1, `min.x.`, is not allowed; give it 2 to 8",
    "return round(x)": "a call, `round",
    "return (exp if x > 0 else log)(x)": "a call",
    # Texts, containers, comprehensions.
    "return f'{x}'": "a formatted text",
    "return 'x'": "this value, `'x'`, is not allowed; use a number between",
    "return b'x'": "this value",
    "return 1j": "this value",
    "return ...": "this value",
    "return None": "this value",
    "return [x]": "a List",
    "return {x}": "a Set",
    "return {'a': x}": "a Dict",
    "return [i for i in x]": "a ListComp",
    "return {i: i for i in x}": "a DictComp",
    "return exp(i for i in x)": "a GeneratorExp",
    "return (x, (y, x))": "a Tuple",
    "return (*x,)": "a Starred",
    # Other ways to bind a name.
    "return (y := x)": "an assignment inside an expression",
    "return (lambda: x)": "a lambda",
    "x, y = y, x\n return x": "assign to one name at a time",
    "x = y = 1\n return x": "assign to one name at a time",
    "x.a = 1\n return x": "assign to one name at a time",
    "x[0] = 1\n return x": "assign to one name at a time",
    "x: float = 1.0\n return x": "an assignment with an annotation",
    "global y\n return x": "a Global",
    "nonlocal y\n return x": "a Nonlocal",
    "del x\n return y": "a Delete",
    "exp = x\n return exp": "the name 'exp' for something new, `exp`, is not allowed; use another",
    "math = x\n return math": "the name 'math'",
    "real = x\n return real": "the name 'real'",
    "_x = y\n return _x": "this name, `_x`, is not allowed; use letters, digits and _",
    "__builtins__ = y\n return x": "this name",
    "μ = y\n return μ": "this name",
    "match = y\n return match": "this name",
    # Other statements.
    "import os\n return x": "an import",
    "from os import path\n return x": "an import",
    "def g():\n  pass\n return x": "a FunctionDef",
    "class G:\n  pass\n return x": "a ClassDef",
    "for i in x:\n  y = i\n return x": "a loop",
    "while x:\n  y = x\n return x": "a loop",
    "with x:\n  y = x\n return x": "a With",
    "try:\n  y = x\n finally:\n  y = x\n return x": "a Try",
    "raise x\n return x": "a Raise",
    "assert x\n return x": "an? Assert",
    "x\n return x": "an? Expr",
    "exp(x)\n return x": "an? Expr",
    "yield x\n return x": "an? Expr",
    "y = yield x\n return x": "a Yield",
    "return (yield x)": "a Yield",
    "match x:\n  case 1: y = 1\n return x": "a Match",
    "if x > 0:\n  return y\n return x": "a return before the end",
    # Operators.
    "return ~x": "a UnaryOp",
    "return x << y": "a BinOp",
    "return x @ y": "a BinOp",
    "return x | y": "a BinOp",
    "x <<= y\n return x": "a AugAssign",
    "return x is y": "a Compare",
    "return x in y": "a Compare",
    # Sizes.
    "return 1e999": "this value",
    "return 1e31": "this value",
    f"return {10**400}": "this value",
    "return " + "9" * 5_000: "is not Python: Exceeds the limit",
    f"return {DEEP}": "f is too large; use at most 4,000 names",
    f"return {PARENTHESES}": "is not Python|is too large",
    f"return {MINUS}": "is not Python|is too large",
    "return " + "exp(" * 70 + "x" + ")" * 70: "is too large; .* nested 60 deep at most",
    "return x" + " " * 20_000: "f has 20,.* characters; use 20,000 at most",
    "return x # \0": "is not Python",
    "return x \ud800": "is not Python",
    # Not a result.
    "x = y": "f does not end with a return",
    "return": "f does not end with a return",
    "pass": "f does not end with a return",
    # Names that are not there.
    "return z": "f, line 2: 'z' is not an argument of f, nor set on every way that leads there",
    "if x > 0:\n  z = 1\n return z": "'z' is not an argument",
    "z += 1\n return z": "'z' is not an argument",
    # Truths are no numbers, and numbers no truths.
    "return x + (y > 0)": "works on a truth where a number belongs; use a number, such as 1.0 if",
    "return True * 9": "works on a truth",
    "return -(x > y)": "works on a truth",
    "return (x > y) > x": "works on a truth",
    "return exp(x > y)": "works on a truth",
    "return x and y": "works on a number where a truth belongs; use a comparison",
    "return not x": "works on a number",
    "return x if y else 1.0": "works on a number",
    "if x:\n  y = 1.0\n return y": "works on a number",
    "return x if y > 0 else False": "is a number on one way and a truth on the other",
    "if x > 0:\n  y = True\n return y": "is a truth on one way and a number on the other",
}

#: Whole texts -> a piece of the error.
REFUSED_TEXTS = {
    "": "is not one function; use a single `def`",
    "x = 1": "is not one function",
    "f = lambda x: x": "is not one function",
    "class f:\n pass": "is not one function",
    "async def f(x):\n return x": "is not one function",
    "def f(x):\n return x\nprint('more')": "is not one function",
    "import os\ndef f(x):\n return x": "is not one function",
    "def f(x):\n return x\ndef g(x):\n return x": "is not one function",
    "@exec\ndef f(x):\n return x": "a decorator, `exec`, is not allowed",
    "@(lambda g: g)\ndef f(x):\n return x": "a decorator",
    "def f(x=open('a')):\n return x": "an argument with a default, a star or a slash",
    "def f(x=1):\n return x": "an argument with a default",
    "def f(*x):\n return x": "an argument with a default, a star",
    "def f(**x):\n return x": "an argument with a default, a star",
    "def f(*, x):\n return x": "an argument with a default, a star",
    "def f(x, /):\n return x": "an argument with a default, a star or a slash",
    "def f(_x):\n return _x": "this name, `_x`",
    "def f(exp):\n return exp": "the name 'exp' for something new",
    "def f(real):\n return real": "the name 'real'",
    "def f(" + ", ".join(f"x{i}" for i in range(101)) + "):\n return x0": "has 101 arguments",
    "def f(" + "x" * 64 + "):\n return 1.0": "63 at most",
    "def f(x) return x": "f, line 1 is not Python: expected ':'; correct it",
    "def f(x, x):\n return x": "an argument that stands twice, `x`",
}


def checked(text):
    """A function that is checked as far as it can be without what it is for."""
    function = parse("f", text)
    kinds_of(function)
    return function


@contextmanager
def watched(found):
    """Collects what the interpreter is asked to do meanwhile, beside parsing."""
    harmless = ("compile", "object.__getattr__", "sys._getframe", "marshal.loads")
    on = [True]

    def hook(event, arguments):
        # For the line of an error Python looks for a file of the name that it parses under.
        quoting = event == "open" and arguments[0] == "<unknown>"
        if on[0] and event not in harmless and not quoting:
            found.append((event, str(arguments)[:80]))

    sys.addaudithook(hook)  # it cannot be taken away again, so it is switched off
    try:
        yield
    finally:
        on[0] = False


@pytest.mark.parametrize(("body", "message"), REFUSED_BODIES.items())
def test_a_function_that_does_more_than_compute_is_refused(body, message):
    with pytest.raises(ParameterError, match=message):
        checked("def f(x, y):\n " + body)


@pytest.mark.parametrize(("text", "message"), REFUSED_TEXTS.items())
def test_a_text_that_is_not_one_plain_function_is_refused(text, message):
    with pytest.raises(ParameterError, match=message):
        checked(text)


def test_nothing_of_a_refused_text_is_run():
    found: list = []
    texts = ["def f(x, y):\n " + body for body in REFUSED_BODIES] + list(REFUSED_TEXTS)
    ways = [partial(neurons.own, state={"x": 0.0}), plasticity.own]
    refused = 0
    with watched(found):
        for text in texts:
            for way in ways:
                try:
                    way(text)
                except ParameterError:
                    refused += 1
    assert refused == 2 * len(texts)
    assert not found, found


def test_what_may_be_written_is_computed_as_python_does():
    text = '''
def f(x: float, y) -> float:
    """Says what it does."""  # and a comment
    z = x * 2 - -y / 4 + +x ** 2 - x % 3 - y // 2  # a sum
    z += math.exp(-x) if x > y and not y < -3 else np.log1p(abs(y))
    if 0 < x <= 5:
        w = min(x, y, 2) + max(z, 0)
    elif x > 5 or x != x:
        w = sqrt(x)
        z = w
    else:
        w = math.pi + np.e
        pass
    spiked = z >= w
    return spiked, z, w, tanh(x) + sin(x) * cos(y) - expm1(-abs(x)) + log(3.0)
'''
    function = checked(text)
    made = make(function, "f")
    for x, y in [(1.5, -2.0), (7.0, 3.0), (-1.0, 0.5), (0.0, 0.0)]:
        found = evaluate(function, {"x": x, "y": y})
        assert made(x, y) == pytest.approx(tuple(float(value) for value in found), rel=1e-15)
    assert kinds_of(function) == ["a truth", "a number", "a number", "a number"]


def test_whole_numbers_become_reals_and_whole_powers_stay():
    function = checked("def f(x):\n    return 2 * x ** 2 + x ** 0.5 + x ** 100 if x > 1 else -3")
    assert inspect.getsource(make(function, "g")) == (
        "def g(x):\n    return (2.0 * x ** 2 + x ** 0.5 + x ** 100.0 if x > 1.0 else -3.0,)"
    )


def test_a_power_of_whole_numbers_takes_no_time():
    function = checked("def f(x):\n    y = 9 ** 9 ** 9 ** 9 ** 9\n    return x + y * y")
    assert evaluate(function, {"x": 1.0}) == [float("inf")]


def functions_of(module):
    """The texts of all functions of a module, methods too."""
    text = inspect.getsource(module)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            segment = ast.get_source_segment(text, node)
            yield inspect.cleandoc("\n" + segment) if node.col_offset == 0 else segment


def test_of_everything_in_the_standard_library_only_arithmetic_is_accepted():
    """Names of a made function are its own, `math` and its functions: nothing else is reached."""
    import colorsys
    import fractions
    import inspect as inspecting
    import random
    import statistics
    import textwrap

    import hal9lib.models.brunel
    import hal9lib.neurons.izhikevich
    import hal9lib.neurons.lif

    allowed = {"math", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh"}
    allowed |= {"abs", "min", "max"}
    tried = accepted = 0
    modules = (colorsys, fractions, inspecting, random, statistics, textwrap, ast)
    ours = (hal9lib.models.brunel, *map(sys.modules.get, ("hal9lib.neurons.lif",)))
    for module in (*modules, *ours):
        for text in functions_of(module):
            tried += 1
            try:
                function = checked(text)
            except ParameterError:
                continue
            accepted += 1
            code = make(function, "f").__code__
            assert set(code.co_names) <= allowed, text
            assert not any(isinstance(constant, CodeType) for constant in code.co_consts), text
    assert tried > 300
    assert accepted >= 1, "lif's own step at least"
