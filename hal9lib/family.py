"""A package whose every public module is one thing: it lists them, loads them, suggests names.

A new neuron model, connectivity rule, measure or published network is one new file. The file
`lif.py` holds the public function `lif`, and `hal9lib.neurons.lif` is that function.
"""

import difflib
import importlib
import pkgutil
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hal9lib.errors import UnknownNameError


class _Package(ModuleType):
    """A package whose attribute `lif` is the function `lif`, whoever imported the file lif.py.

    Importing a submodule binds it in its package; here the member takes its place.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and not name.startswith("_"):
            value = getattr(value, name, value)
        super().__setattr__(name, value)


class Family:
    """The members of one package.

    Parameters
    ----------
    package : the package's import name, as in ``Family(__name__, "neuron model")``.
    noun : what one member is called in an error.

    Examples
    --------
    >>> from hal9lib import neurons
    >>> neurons.names()[:3]
    ['adex', 'adex_exp', 'izhikevich']
    >>> neurons.load("izhikevic")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hal9lib.errors.UnknownNameError: no neuron model is called 'izhikevic'. \
Did you mean 'izhikevich'? Known: adex, adex_exp, izhikevich, lif, ...
    """

    def __init__(self, package: str, noun: str) -> None:
        self.package = package
        self.noun = noun
        sys.modules[package].__class__ = _Package

    def names(self) -> list[str]:
        """The members' names, sorted."""
        path = importlib.import_module(self.package).__path__
        return sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_"))

    def load(self, name: str) -> Callable[..., Any]:
        """The member of this name; raises UnknownNameError with the nearest known name."""
        if name not in self.names():
            raise UnknownNameError(self._unknown(name))
        return getattr(importlib.import_module(f"{self.package}.{name}"), name)

    def attribute(self, name: str) -> Callable[..., Any]:
        """What the package's ``__getattr__`` is set to."""
        if name.startswith("_"):
            # Probes by import machinery, copy and pickle want the plain error, not a suggestion.
            raise AttributeError(f"module {self.package!r} has no attribute {name!r}")
        return self.load(name)

    def _unknown(self, name: str) -> str:
        known = self.names()
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return f"no {self.noun} is called {name!r}.{hint} Known: {', '.join(known) or 'none'}."
