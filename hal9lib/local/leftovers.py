"""Whatever is still running below this process is ended: the last step of every stop."""

import contextlib
import os
import time


def end_descendants(wait_s: float) -> int:
    """Ask every descendant to end, kill what has not after `wait_s`, and clear them away.

    Returns how many there were. Adopted processes (see lifeline) are descendants too.
    """
    import psutil  # here: the guard process needs it only at its end

    # One that has ended and waits to be cleared away was not left running.
    found = [p for p in psutil.Process().children(recursive=True) if _runs(p)]
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.terminate()
    _, alive = psutil.wait_procs(found, timeout=wait_s)
    # Killing a parent may bring up children that it had just started.
    deadline = time.monotonic() + 5.0
    while alive and time.monotonic() < deadline:
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
        psutil.wait_procs(alive, timeout=0.5)
        alive = [p for p in psutil.Process().children(recursive=True) if _runs(p)]
    _clear_zombies()
    return len(found)


def _runs(process: object) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)  # type: ignore[attr-defined]
    except psutil.NoSuchProcess:
        return False


def _clear_zombies() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
