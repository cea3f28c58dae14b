"""The text of a function that somebody wrote in a notebook cell or a file, or gave as text."""

import __future__

import inspect
import textwrap
from types import CodeType, FunctionType
from typing import Any

from hal9lib.errors import ParameterError


def text_of(label: str, given: Any) -> str:
    """The source of `given`, a plain function or its text already.

    Python keeps no text beside a function and reads it from the file again. Where the file is not
    any more what was imported, the text would be of another function: that is refused.
    """
    if isinstance(given, str):
        return textwrap.dedent(given)
    if not isinstance(given, FunctionType) or given.__name__ == "<lambda>":
        raise ParameterError(
            f"{label} = {_short(given)} is not allowed; use a function made with `def`, "
            "or its source text."
        )
    try:
        text = textwrap.dedent(inspect.getsource(given))
    except (OSError, TypeError, SyntaxError, IndentationError) as problem:
        raise ParameterError(
            f"the source of {label} cannot be read; define it in a notebook cell or a file, or "
            "give its source text."
        ) from problem
    if given.__closure__ is None and not _runs(text, given.__code__):
        raise ParameterError(
            f"{label} is not what {given.__code__.co_filename} holds now: the file has changed "
            "since it was imported; reload its module, or give the source text."
        )
    return text


#: What may stand above the function: an attribute of an imported module has a bytecode of its own.
_ABOVE = ("", "import math\n", "import numpy as np\n", "import math\nimport numpy as np\n")


def _runs(text: str, code: CodeType) -> bool:
    """Whether this text compiles to this code; nothing of it is run."""
    for above in _ABOVE:
        try:
            whole = compile(above + text, "<checked>", "exec", _future(code), dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        inner = [part for part in whole.co_consts if isinstance(part, CodeType)]
        if any(_essence(part) == _essence(code) for part in inner):
            return True
    return False


def _future(code: CodeType) -> int:
    return code.co_flags & __future__.annotations.compiler_flag


def _essence(code: CodeType) -> tuple:
    return code.co_name, code.co_code, code.co_consts, code.co_names, code.co_varnames


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
