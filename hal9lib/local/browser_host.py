"""The host name in the printed address: another one for each HAL9 that runs at the same time.

A browser keeps cookies by host name and path, not by port: two hubs on 127.0.0.1 would write
over each other's, and a login to one would be a logout of the other. All answer under every name
of this machine; only the address they print differs.
"""

import fcntl
import os
import stat
import tempfile
from pathlib import Path
from typing import IO

from hal9lib.settings import inherited_environment


def claim_browser_host(port: int) -> tuple[str, IO[str] | None]:
    """A host name that no other HAL9 of this user prints now, and the file that holds it.

    The name is given up when the file is closed, also by a process that is killed.
    """
    folder = _folder()
    if folder is None:
        return "127.0.0.1", None
    for name in ("127.0.0.1", "localhost"):
        file = (folder / f"{name}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        return name, file
    # Browsers take every name under .localhost as this machine.
    return f"hal9-{port}.localhost", None


def _folder() -> Path | None:
    """A private folder that all HAL9s of this user share, or None where there can be none."""
    base = inherited_environment().get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"hal9-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return folder if ours and not found.st_mode & 0o077 else None
