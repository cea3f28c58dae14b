"""Starts programs in order, restarts what crashes, stops them in reverse order, leaves none."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hal9lib.errors import PlatformError
from hal9lib.local.logs import last_lines
from hal9lib.local.process import Child, Program

TICK_S = 0.1
#: After a crash: half a second, then twice as long each time, at most half a minute.
FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.5, 30.0
#: A program that lived this long starts again from the first backoff.
STABLE_S = 60.0
#: One more than this while the platform starts, and it will not come up.
CRASHES_AT_START = 2


class StopRequestedError(Exception):
    """Somebody asked to stop while the platform was starting."""


@dataclass
class _Part:
    """One program, its present child, and how often it has crashed in a row."""

    program: Program
    child: Child
    crashes: int = 0
    restart_at: float | None = None
    restarts: int = field(default=0)


class Supervisor:
    """Looks after a list of programs. It has one thread; `stop_requested` is set by signals."""

    def __init__(self, logs: Path, tell: Callable[[str], None]) -> None:
        """`tell` gets one sentence for each crash and restart."""
        self.stop_requested = 0
        self._logs = logs
        self._tell = tell
        self._parts: list[_Part] = []

    def launch(self, program: Program) -> None:
        """Start a program without waiting until it is ready."""
        try:
            child = Child(program, self._logs)
        except OSError as error:
            raise PlatformError(f"{program.name} cannot be started: {error}") from error
        self._parts.append(_Part(program, child))

    def wait_ready(self, name: str, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until the program is ready, looking after all others meanwhile.

        Raises PlatformError with the end of the log when one crashes again and again or this one
        takes too long,
        StopRequestedError when a stop is asked for.
        """
        part = self._part(name)
        deadline = time.monotonic() + part.program.ready_wait_s
        while True:
            if part.child.ended() is None and part.program.ready():
                return
            if self.stop_requested:
                raise StopRequestedError
            for other in self._parts:
                if other.crashes > CRASHES_AT_START:
                    raise PlatformError(self._failure(other, "crashes at its start"))
            if time.monotonic() > deadline:
                waited = f"is not ready after {part.program.ready_wait_s:.0f} s"
                raise PlatformError(self._failure(part, waited))
            tick()
            self.look_after()
            time.sleep(TICK_S)

    def look_after(self) -> None:
        """Restart what has ended and is due, and clear away adopted processes that ended."""
        self._reap_orphans()
        for part in self._parts:
            if part.restart_at is None and part.child.ended() is not None:
                self._plan_restart(part)
            if part.restart_at is not None and time.monotonic() >= part.restart_at:
                self._restart(part)

    def run_until_stop(self, every_tick: Callable[[], None] = lambda: None) -> None:
        """Look after the programs until a stop is asked for."""
        while not self.stop_requested:
            self.look_after()
            every_tick()
            time.sleep(TICK_S)

    def stop(self, limit_s: float = 14.0) -> None:
        """Stop all in reverse order; a second request kills."""
        # The request that led here is one; any other, however early it came, means: at once.
        begun, asked = time.monotonic(), min(self.stop_requested, 1)
        for position in range(len(self._parts) - 1, -1, -1):
            part = self._parts[position]
            # Each that still waits keeps half a second, so that the first cannot use up all.
            left_s = limit_s - (time.monotonic() - begun) - 0.5 * position
            self._stop_one(part.child, min(part.program.stop_wait_s, left_s), asked)
        self._parts.clear()

    def pids(self) -> dict[str, int]:
        """Program name -> process id, of those that run now."""
        return {p.program.name: p.child.pid for p in self._parts if p.child.ended() is None}

    def restarts(self) -> dict[str, int]:
        """Program name -> how often it was restarted."""
        return {part.program.name: part.restarts for part in self._parts}

    def _part(self, name: str) -> _Part:
        return next(part for part in self._parts if part.program.name == name)

    def _failure(self, part: _Part, what: str) -> str:
        log = part.child.log
        return f"{part.program.name} {what}. The end of {log}:\n{last_lines(log)}"

    def _plan_restart(self, part: _Part) -> None:
        if part.child.age_s > STABLE_S:
            part.crashes = 0
        delay_s = min(LAST_BACKOFF_S, FIRST_BACKOFF_S * 2**part.crashes)
        part.crashes += 1
        part.restart_at = time.monotonic() + delay_s
        status = describe_status(part.child.ended() or 0)
        self._tell(f"{part.program.name} ended ({status}); restarting it in {delay_s:g} s.")
        # What it started and left in its own group would hold its port.
        part.child.kill()

    def _restart(self, part: _Part) -> None:
        part.restart_at = None
        try:
            part.child = Child(part.program, self._logs)
            part.restarts += 1
        except (OSError, PlatformError) as error:
            self._tell(f"{part.program.name} cannot be restarted: {error}")
            part.restart_at = time.monotonic() + LAST_BACKOFF_S

    def _stop_one(self, child: Child, wait_s: float, asked: int) -> None:
        child.ask_to_stop()
        deadline = time.monotonic() + wait_s
        while child.ended() is None and time.monotonic() < deadline:
            if self.stop_requested > asked:
                break
            self._reap_orphans()
            time.sleep(TICK_S / 2)
        child.kill()

    def _reap_orphans(self) -> None:
        """Take the exit status of adopted processes: as zombies they would still look alive."""
        if not hasattr(os, "waitid"):  # macOS before 3.13; nothing is adopted there
            return
        known = {part.child.pid for part in self._parts}
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid in known:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)


def describe_status(status: int) -> str:
    """An exit status in words.

    >>> describe_status(3), describe_status(-9)
    ('exit status 3', 'signal SIGKILL')
    """
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"
