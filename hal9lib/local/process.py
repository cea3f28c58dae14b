"""One program of the platform: what it is, and its life as a child process."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hal9lib.local.lifeline import die_with_parent
from hal9lib.local.logs import open_log


@dataclass(frozen=True)
class Account:
    """An account of the system under which a program runs instead of ours."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to start, with no more environment than it needs, and how to see that it is ready.

    `ready` answers at once (within a second or two) and may be asked any number of times.
    `before` runs before each start, also before a restart after a crash.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_wait_s: float = 5.0
    ready_wait_s: float = 120.0
    account: Account | None = None
    keep_descriptors: tuple[int, ...] = ()
    before: Callable[[], None] | None = None


class Child:
    """A running program: its process, its log, its end."""

    def __init__(self, program: Program, logs: Path) -> None:
        """Start it. Raises OSError when the system cannot."""
        self.program = program
        self.log = open_log(logs, program.name)
        self.started = time.monotonic()
        if program.before:
            program.before()
        account = program.account
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                # Its own session: Ctrl-C at the terminal reaches the supervisor alone.
                start_new_session=True,
                umask=0o077,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                pass_fds=program.keep_descriptors,
                # After the change of account, which would undo the tie. This process has one
                # thread only, so code may run between fork and exec.
                preexec_fn=die_with_parent(program.stop_signal),
            )

    @property
    def pid(self) -> int:
        """Its process id, which is its session's and group's too."""
        return self.process.pid

    @property
    def age_s(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    def ended(self) -> int | None:
        """Its exit status (negative: the signal that ended it), or None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send the program's own stop signal, to it alone."""
        if self.ended() is None:
            self._signal(os.kill, self.program.stop_signal)

    def kill(self) -> None:
        """End it and whatever is left in its process group, at once."""
        self._signal(os.killpg, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2.0)

    def _signal(self, send: Callable[[int, int], None], sent: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send(self.pid, sent)
