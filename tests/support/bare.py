"""Run something where a disk is full, or a folder read-only, whoever we are."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def on_full_disk(mount: Path, size_kb: int) -> list[str]:
    """A command's beginning: what follows runs with a disk of `size_kb` at `mount`."""
    return _private(f"mount -t tmpfs -o size={size_kb}k,mode=777 none '{mount}'")


def read_only(folder: Path) -> list[str]:
    """A command's beginning: what follows finds `folder` on a read-only disk."""
    return _private(
        f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' '{folder}'"
    )


def _private(mounting: str) -> list[str]:
    """Mounts of one process alone; an ordinary user becomes root of a namespace for it."""
    unshare = shutil.which("unshare")
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = [unshare or "unshare", "--mount", *user]
    trial = subprocess.run([*command, "true"], capture_output=True) if unshare else None
    if trial is None or trial.returncode:
        pytest.skip("this system lets nobody mount a disk for a test (unshare --mount)")
    return [*command, "sh", "-c", mounting + ' && exec "$@"', "sh"]
