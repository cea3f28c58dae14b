"""Published networks: one function each, returning a Network."""

from hal9lib.family import Family

_family = Family(__name__, "published network")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
