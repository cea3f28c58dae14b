"""Neuron models: parameters with units, declared state, one step. One file each."""

from hal9lib.family import Family

_family = Family(__name__, "neuron model")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
