"""One group's life as a process: its own folders, its limit, its end and that of its children."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from hal9lib.local.leftovers import end_descendants
from hal9lib.local.lifeline import adopt_orphans, die_with_parent
from harness.counting import Outcome, count_pytest, count_tool
from harness.groups import PYTEST, Group

SHOWN_LINES = 600  # of a failed group's output
#: After being asked to stop, a group may take this long: its fixtures stop servers in order.
PATIENCE_S = 30.0

_running: list[subprocess.Popen[bytes]] = []


def run_group(group: Group, root: Path, scratch: Path) -> Outcome:
    """Run a group to its end, or to its limit, and count what it did.

    `scratch` holds the run's data and compiled kernels, which the groups share, and the reports.
    """
    begun = time.monotonic()
    report, log = scratch / f"{group.name}.xml", scratch / f"{group.name}.log"
    command = list(group.command)
    if group.counted == PYTEST:
        command.append(f"--junitxml={report}")
    status, in_time = _run(command, root, log, environment(group, scratch), group.limit_s)
    if group.counted == PYTEST:
        outcome = count_pytest(group.name, status, report)
    else:
        outcome = count_tool(group.name, status)
    if not in_time:
        outcome.fail(f"ended after its limit of {group.limit_s:.0f} s")
    left = left_running()
    end_descendants(wait_s=3.0)
    if left:
        outcome.fail(f"left {len(left)} running behind it: {'; '.join(left)}")
    outcome.seconds = time.monotonic() - begun
    if outcome.failed:
        outcome.output = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
    return outcome


def left_running(wait_s: float = 5.0) -> list[str]:
    """The command lines of what runs below us once a group has ended, after a moment to end."""
    alive = psutil.Process().children(recursive=True)
    give_up = time.monotonic() + wait_s
    while alive and time.monotonic() < give_up:
        time.sleep(0.1)
        # What has ended waits for us, who adopted it, to be cleared away; it no longer runs.
        alive = [process for process in alive if _runs(process)]
    found = []
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.append(" ".join(process.cmdline())[:160] or process.name())
    return found


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def environment(group: Group, scratch: Path) -> Mapping[str, str]:
    """The caller's environment less what would lead a test to the caller's own HAL9 or Jupyter."""
    foreign = ("HAL9_", "JUPYTER", "JPY_", "IPYTHON", "NUMBA_", "PYTEST_", "MPL", "BOKEH_")
    kept = {name: v for name, v in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "HAL9_DATA": str(scratch / "data"),
        "HAL9_CACHE": str(scratch / "cache"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "MPLBACKEND": "agg",
        "PYTHONUNBUFFERED": "1",
        **group.environment,
    }


def _run(
    command: list[str], root: Path, log: Path, environ: Mapping[str, str], limit_s: float
) -> tuple[int, bool]:
    """The exit status, and whether the command ended by itself within its limit."""
    # What a test started and lost comes to us, so that it is found and ended.
    adopt_orphans()
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            # Its own session: Ctrl-C reaches us alone, and we pass it on once.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        _running.append(process)
        try:
            return process.wait(limit_s), True
        except subprocess.TimeoutExpired:
            _stop(process)
            return process.returncode, False
        finally:
            if process.returncode is not None:
                _running.remove(process)


def stop_all() -> None:
    """End the group that is running and everything below this process."""
    # From here on a second Ctrl-C must not leave anything behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in list(_running):
        _stop(process)
    end_descendants(wait_s=5.0)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask as Ctrl-C does, so that fixtures stop their servers; then insist."""
    for number, wait_s in ((signal.SIGINT, PATIENCE_S), (signal.SIGTERM, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
            return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
