"""A guard over the supervisor: should it be killed with -9, nothing it started stays behind.

The guard is the process the user sees. It passes signals on, waits, and at the end ends whatever
is left below it. Should the guard itself be killed, the system tells the supervisor to stop.
"""

import os
import signal
from collections.abc import Callable
from types import FrameType

from hal9lib.local.console import say
from hal9lib.local.leftovers import end_descendants
from hal9lib.local.lifeline import adopt_orphans, die_with_parent
from hal9lib.local.supervisor import describe_status

_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_guarded(work: Callable[[], int], afterwards: Callable[[], None]) -> int:
    """Run `work` in a child process; its exit status, once nothing is left of it.

    `work` calls `accept_signals` before it starts anything. `afterwards` clears away what it
    could not, should it have been killed.
    """
    adopt_orphans()
    tie = die_with_parent(signal.SIGTERM)
    # No signal is lost between the fork and the handlers: they are held back until both stand.
    signal.pthread_sigmask(signal.SIG_BLOCK, _REQUESTS)
    child = os.fork()
    if child == 0:
        # Its own group: Ctrl-C reaches the guard alone, which passes it on once.
        os.setpgid(0, 0)
        tie()
        _become(work)
    status = _watch(child)
    afterwards()
    return status


def accept_signals(handler: Callable[[], None]) -> None:
    """In the guarded process: call `handler` for each request to stop, held-back ones included."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        handler()

    _listen(handle)


def _listen(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in _REQUESTS:
        # nohup ignores hang-ups, and means it.
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue
        signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _REQUESTS)


def _become(work: Callable[[], int]) -> None:
    """The child's whole life; it never returns."""
    status = 1
    try:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # it may write, whatever the terminal's mode
        status = work()
    finally:
        os._exit(status)


def _watch(child: int) -> int:
    def pass_on(number: int, _frame: FrameType | None) -> None:
        try:
            os.kill(child, number)
        except ProcessLookupError:
            return

    _listen(pass_on)
    status = _wait_for(child)
    left = end_descendants(wait_s=3.0)
    if status < 0:
        say(f"hal9: the supervisor ended ({describe_status(status)}); ended {left} processes.")
        return 1
    return status


def _wait_for(child: int) -> int:
    """The child's exit status; orphans that end meanwhile are cleared away."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            return os.waitstatus_to_exitcode(status)
