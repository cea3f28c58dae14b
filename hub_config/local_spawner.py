"""One server a user, as a process of this machine. It isolates nobody: all run as one account.

For trusted users on one machine; the README says so. A hosted hub uses a spawner that isolates.
"""

from typing import Any

import psutil
from jupyterhub.spawner import SimpleLocalProcessSpawner


class LocalSpawner(SimpleLocalProcessSpawner):
    """JupyterHub's, which after a restart of the hub also knows a process number used again.

    The hub remembers its servers by process number. After a reboot that number may belong to
    another program, which the hub would take for the server and, stopping it, end.
    """

    def get_state(self) -> dict[str, Any]:
        """The process number and when that process began."""
        state: dict[str, Any] = super().get_state()
        if "pid" in state:
            state["began"] = process_began(state["pid"])
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Take the server up again only if it is the same process."""
        super().load_state(state)
        pid = int(state.get("pid", 0))
        if pid and not _same_moment(process_began(pid), state.get("began")):
            self.log.warning("Process %s is not %s's server any more.", pid, self.user.name)
            self.pid = 0


def _same_moment(one: float | None, other: float | None) -> bool:
    """Within two seconds: a system reckons the moment from a clock that may be set right."""
    return one is not None and other is not None and abs(one - other) < 2.0


def process_began(pid: int) -> float | None:
    """When the process began (epoch seconds), or None when there is none or it only waits to go.

    >>> process_began(0x7FFFFFFF) is None
    True
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None
