"""Ties between processes that the system holds even when a process is killed with -9 (Linux).

`adopt_orphans`: a process whose parent died becomes a child of ours, not of init, so that it can
be found and ended. `die_with_parent`: the system signals a child when its parent ends, whatever
the reason. Elsewhere than on Linux both do nothing, and an orderly stop does the work alone.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# Loaded here, not between fork and exec, where only what is async-signal-safe may run.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent dies; False where impossible."""
    return _libc is not None and _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with_parent(sent: signal.Signals) -> Callable[[], None]:
    """What a child calls before exec, so that the parent's end sends it `sent`."""
    parent = os.getpid()

    def before_exec() -> None:
        # A shell's `&` makes children ignore Ctrl-C, and that would be inherited by kernels.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the tie was made
            os._exit(1)

    return before_exec
