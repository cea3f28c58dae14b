"""How many workers a simulation has when nobody says."""

import os

from hal9lib import checks
from hal9lib.settings import read_settings

#: Below this many neurons a second worker costs more than it brings.
_SMALL = 2_000


def count_workers(threads: int | None, neurons: int) -> int:
    """`threads` if it is given and allowed, else one a core this process may use."""
    from numba.core import config

    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return 1  # plain Python has one worker; the others would only wait for it
    if threads is not None:
        return checks.whole("threads", threads, low=1, high=256)
    if neurons < _SMALL:
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else (os.cpu_count() or 1)
    return read_settings().threads or cores
