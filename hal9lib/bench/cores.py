"""How many cores this machine has free at this moment, by what they do and not by what they say.

A load average looks back a minute and knows nothing of other guests on the same hardware.
"""

import threading
import time
from collections.abc import Callable

from hal9lib.engine.assembly import compiled, function_source

#: Rounds of one measurement: some 20 ms on one core.
_ROUNDS = 10_000_000


def spin(rounds):
    """A chain of additions and products that stays in registers; returns its end."""
    a, b = 1.0, 1.0
    for _ in range(rounds):
        a = a * 0.999 + 0.1
        b = b * 0.998 + 0.1
    return a + b


def free_cores(threads: int, rounds: int = _ROUNDS) -> float:
    """How many times as much `threads` threads compute together as one does, at best `threads`.

    The median of three turns. On an idle machine with cores enough it is `threads`.
    """
    module = compiled((function_source(spin),), ("spin",), "float64")
    module.spin(1)  # compiles
    speeds = []
    for _ in range(3):
        alone = _seconds(module.spin, 1, rounds)
        speeds.append(threads * alone / _seconds(module.spin, threads, rounds))
    return min(float(threads), sorted(speeds)[1])


def _seconds(function: Callable[[int], float], threads: int, rounds: int) -> float:
    """Wall time of so many threads, each doing the same."""
    workers = [threading.Thread(target=function, args=(rounds,)) for _ in range(threads)]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - begun
