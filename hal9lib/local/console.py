"""What HAL9 tells the person at the terminal, on stderr: stdout belongs to the commands."""

import sys
import time


def say(text: str = "") -> None:
    """One line (or one message of several) for the user."""
    # A closed terminal must not stop the platform: its logs go on.
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except OSError:
        return


class Step:
    """One line for one step: its name at once, its outcome and seconds when it ends.

    On a terminal the line is rewritten while the step works; elsewhere only the end is written.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._begun = time.monotonic()
        self._live = sys.stderr.isatty()
        self.tick()

    def tick(self) -> None:
        """Show that the step is still at work."""
        if self._live:
            sys.stderr.write(f"\r\033[K  {self.name:<26} {self._elapsed_s():.0f} s")
            sys.stderr.flush()

    def end(self, outcome: str = "ready") -> None:
        """Write the step's last line."""
        clear = "\r\033[K" if self._live else ""
        say(f"{clear}  {self.name:<26} {outcome:<8} {self._elapsed_s():.1f} s")

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._begun
