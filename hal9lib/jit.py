"""Jit options of measures and nulls, in one place: `@kernel` before a plain function over arrays.

A kernel calls kernels of its own file only (a test holds this): Numba's disk cache looks at one
file, and would go on running the old code of another. Randomness is a numpy Generator that is
handed in. No fastmath: a sum must not depend on how it was reordered.
"""

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call, and keep the machine code beside its source.

    Where neither the source's folder nor the user's cache can be written, it is compiled in each
    process. With ``NUMBA_DISABLE_JIT=1`` it stays the plain function.

    >>> @kernel
    ... def twice(x):
    ...     return x + x
    >>> twice(3)
    6
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "boundscheck": False}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no place for a cache
        return numba.njit(**options)(function)
