"""One HAL9 on one data folder: its lock, and what it says about itself while it runs."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hal9lib.errors import PlatformError
from hal9lib.local.folders import Folders


@contextlib.contextmanager
def alone(folders: Folders) -> Iterator[None]:
    """Hold the data folder; PlatformError with the running one's address when it is held.

    The lock ends with the last process that holds it, however that ends.
    """
    with (folders.run / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PlatformError(_already(folders)) from None
        yield


def is_running(folders: Folders) -> bool:
    """Whether a HAL9 holds the data folder now."""
    try:
        with (folders.run / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _already(folders: Folders) -> str:
    told = read_state(folders)
    if not told:
        return f"HAL9 is already starting or stopping on {folders.data}. Try again in a moment."
    return (
        f"HAL9 already runs on {folders.data}: {told['address']} (process {told['pid']}).\n"
        f"Stop it with Ctrl-C where it runs, or: kill {told['pid']}\n"
        f"For a second one beside it: --port N --data DIR"
    )


def write_state(folders: Folders, state: dict[str, Any]) -> None:
    """Say where this HAL9 is found and which processes it is made of."""
    aside = folders.run / "up.json.new"
    aside.write_text(json.dumps(state, indent=1) + "\n")
    aside.replace(folders.run / "up.json")


def read_state(folders: Folders) -> dict[str, Any]:
    """What the running HAL9 said of itself; empty when none has."""
    try:
        found = json.loads((folders.run / "up.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def forget_state(folders: Folders) -> None:
    """The last thing of a stop."""
    Path(folders.run / "up.json").unlink(missing_ok=True)
