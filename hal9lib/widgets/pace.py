"""How long the stretches are in which a live view simulates, and how long it rests between them."""

import time

from hal9lib.engine.simulation import Simulation

#: Seconds of work between two looks at what is wanted; a pause takes about this long.
_STRETCH_S = 0.04
_LONGEST_MS = 100.0


class Pace:
    """Stretches that take about 40 ms each, and the rest that keeps to a largest speed.

    Parameters
    ----------
    dt_ms : the time step; a stretch is a whole number of them.
    max_speed : model time over wall time stays at or below it.
    """

    def __init__(self, dt_ms: float, max_speed: float) -> None:
        self.dt_ms = dt_ms
        self.max_speed = max_speed
        # Slow motion needs short stretches, or its picture would stand still between them.
        self._longest_ms = min(_LONGEST_MS, 200.0 * max_speed)
        self._stretch_ms = min(10.0, self._longest_ms)

    def advance(self, simulation: Simulation) -> float:
        """One stretch; returns how many seconds to rest after it."""
        stretch_ms = max(1, round(self._stretch_ms / self.dt_ms)) * self.dt_ms
        started = time.perf_counter()
        simulation.advance(stretch_ms)
        took_s = time.perf_counter() - started
        change = min(2.0, _STRETCH_S / max(took_s, 1e-6))
        self._stretch_ms = min(self._longest_ms, max(self.dt_ms, self._stretch_ms * change))
        return max(0.0, 1e-3 * stretch_ms / self.max_speed - took_s)
