"""How often each measure is right: noise it must not see, planted structure it must find.

One file a measure, of the measure's name; `./hal9 calibrate NAME` runs it.
"""

from hal9lib.family import Family

_family = Family(__name__, "calibration")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
