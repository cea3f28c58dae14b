"""How many workers a simulation has when nobody says."""

import os
from pathlib import Path

from hal9lib import checks
from hal9lib.settings import read_settings

#: Below this many neurons a second worker costs more than it brings,
_SMALL = 2_000
#: and below this many steps of a neuron between two meetings of the workers.
_SHORT = 10_000


def count_workers(threads: int | None, neurons: int, batch: int) -> int:
    """`threads` if it is given and allowed, else HAL9_THREADS, else one for each free core
    (one, for a small network, or where workers would meet every few neurons).

    Workers meet every few steps, so one that has to share its core holds up all the others: on a
    busy machine fewer are faster. The spikes are the same.
    """
    from numba.core import config

    wanted = read_settings().threads if threads is None else threads
    if wanted is not None:
        wanted = checks.whole("threads", wanted, low=1, high=256)
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return 1  # plain Python has one worker; the others would only wait for it
    if wanted is not None:
        return wanted
    if neurons < _SMALL or neurons * batch < _SHORT:
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else (os.cpu_count() or 1)
    return max(1, min(cores, round(cores - _busy_cores())))


def _busy_cores() -> float:
    """How many cores others use: over the last minute or at this moment, whichever is less."""
    try:
        over_a_minute = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 0.0
    try:
        running = Path("/proc/loadavg").read_text().split()[3].split("/")[0]
    except (OSError, IndexError):
        return over_a_minute
    return min(over_a_minute, float(running) - 1.0)  # this process is one of those running
