"""Null models: seeded surrogates that keep one thing and destroy another. One file each."""

from hal9lib.family import Family

_family = Family(__name__, "null model")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
