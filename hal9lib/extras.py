"""Libraries that come with an extra: asked for where they are used, named when they are missing."""

import importlib
from typing import Any

from hal9lib.errors import Hal9Error


def needs(module: str, what: str, extra: str = "notebook") -> Any:
    """Import `module`, or raise Hal9Error saying what needs it and what to type.

    >>> needs("scipy.stats", "intervals").t.ppf(0.975, 10).round(3)
    np.float64(2.228)
    >>> needs("abacus", "counting")
    Traceback (most recent call last):
    ...
    hal9lib.errors.Hal9Error: counting needs abacus; type: pip install 'hal9lib[notebook]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        library = module.partition(".")[0]
        raise Hal9Error(
            f"{what} needs {library}; type: pip install 'hal9lib[{extra}]'"
        ) from problem
