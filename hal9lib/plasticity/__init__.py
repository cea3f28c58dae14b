"""Plasticity rules: what a synapse does at the spikes on either side of it. One file each."""

from hal9lib.family import Family

_family = Family(__name__, "plasticity rule")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
