"""How fast a simulation goes, and how to keep it from going faster than time does."""

from collections import deque

#: The pace is a mean over this long.
MEAN_OVER_S = 2.0
#: When it is this far behind real time, it no longer tries to catch up.
MAX_DEBT_S = 0.2


class Pace:
    """Holds a simulation to real time, and measures it.

    All times are handed in, so that it can be tested without waiting. `speed` is what was
    achieved, model seconds per second of the clock. `capability` is model seconds per second of
    computing: what one worker could do if nothing held it back.

    >>> pace = Pace()
    >>> pace.start(now_s=10.0)
    >>> pace.due_s(now_s=10.0)
    0.0
    >>> pace.moved(now_s=10.05, model_s=0.1, busy_s=0.05)
    >>> round(pace.due_s(now_s=10.05), 3), round(pace.capability, 3)
    (0.05, 2.0)
    """

    def __init__(self) -> None:
        self._slices: deque[tuple[float, float, float]] = deque()
        self._began_s = 0.0
        self._ahead_at_s = 0.0

    def start(self, now_s: float) -> None:
        """Begin to measure anew: it was standing still until now."""
        self._slices.clear()
        self._began_s = now_s
        self._ahead_at_s = now_s

    def moved(self, now_s: float, model_s: float, busy_s: float) -> None:
        """Note a piece of work: it ended now, moved `model_s` on and took `busy_s`."""
        self._slices.append((now_s, model_s, busy_s))
        while self._slices and self._slices[0][0] < now_s - MEAN_OVER_S:
            self._began_s = self._slices.popleft()[0]
        self._ahead_at_s = max(self._ahead_at_s + model_s, now_s - MAX_DEBT_S)

    def due_s(self, now_s: float) -> float:
        """Seconds to wait before the next piece of work, so as not to run ahead of time."""
        return max(0.0, self._ahead_at_s - now_s)

    @property
    def speed(self) -> float:
        """Model seconds per second of the clock, 0 while it stands still."""
        if not self._slices:
            return 0.0
        # Work that was done ahead of time is not yet past: until it is due, it counts as waiting.
        elapsed_s = max(self._slices[-1][0], self._ahead_at_s) - self._began_s
        return sum(s[1] for s in self._slices) / elapsed_s if elapsed_s > 0 else 0.0

    @property
    def capability(self) -> float:
        """Model seconds per second of computing, 0 before any was done."""
        busy_s = sum(s[2] for s in self._slices)
        return sum(s[1] for s in self._slices) / busy_s if busy_s > 0 else 0.0
