"""Source into a syntax tree, one at a time.

CPython counts the depth of a tree it hands out in a place that all threads share: two that parse
at once now and then get "AST constructor recursion depth mismatch" for a sound source
(seen in 3.11; python/cpython issue 106905).
"""

import ast
import threading

_one_at_a_time = threading.Lock()


def tree_of(source: str) -> ast.Module:
    """The module's tree; SyntaxError and the like as `ast.parse` raises them.

    >>> ast.unparse(tree_of("x=1+1"))
    'x = 1 + 1'
    """
    with _one_at_a_time:
        return ast.parse(source)
