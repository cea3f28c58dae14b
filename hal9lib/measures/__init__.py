"""Measures: arrays in, a Result (value, unit, interval, null, p) out. One file each."""

from hal9lib.family import Family

_family = Family(__name__, "measure")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
