"""The doctor's look at the machine and the environment: what HAL9 stands on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hal9lib.local import environment as environments
from hal9lib.local import programs
from hal9lib.local.findings import Finding
from hal9lib.local.folders import NEEDED_MB, Folders
from hal9lib.local.postgres_account import wheel_programs

NODE_FLOOR = (22, 12)
NEEDED_MEMORY_MB = 2000
_AGAIN = "delete the folder .venv and type ./hal9 doctor"


def python(_folders: Folders) -> Finding:
    """The interpreter that runs us."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok", f"{version} in {sys.prefix}")


def environment(_folders: Folders) -> Finding:
    """Whether the packages are the locked ones."""
    prefix = Path(sys.prefix)
    if environments.is_complete(programs.ROOT, prefix):
        return Finding("ok", "complete, as requirements.lock names it")
    return Finding(
        "warn",
        f"{prefix} was not made by ./hal9, or for another lock or Python",
        "start with ./hal9, which makes its own",
    )


def node(_folders: Folders) -> Finding:
    """Node, which runs the proxy."""
    found = _version([programs.node(), "--version"])
    if not found:
        return Finding("FAIL", "Node does not run", _AGAIN)
    number = tuple(int(part) for part in found.lstrip("v").split(".")[:2])
    if number < NODE_FLOOR:
        return Finding("FAIL", f"Node {found} is older than 22.12", _AGAIN)
    return Finding("ok", f"Node {found}")


def proxy(_folders: Folders) -> Finding:
    """configurable-http-proxy, installed by npm."""
    script = programs.proxy_script()
    if not script.exists():
        return Finding("FAIL", f"{script} is missing", _AGAIN)
    return Finding(
        "ok", f"configurable-http-proxy {_version([programs.node(), str(script), '-V'])}"
    )


def postgres(_folders: Folders) -> Finding:
    """The server that comes as a wheel."""
    found = _version([str(wheel_programs() / "bin" / "postgres"), "--version"])
    if not found:
        return Finding("FAIL", "the wheel's PostgreSQL does not run on this machine", _AGAIN)
    return Finding("ok", found)


def account(_folders: Folders) -> Finding:
    """Who runs HAL9."""
    if os.geteuid() == 0:
        return Finding(
            "warn",
            "you are root: every user's kernel is root too",
            "start HAL9 as an ordinary user",
        )
    return Finding("ok", "an ordinary user; all users' kernels run as this account")


def memory(_folders: Folders) -> Finding:
    """What the platform and a first network need."""
    import psutil

    free_mb = psutil.virtual_memory().available // 1_000_000
    if free_mb < NEEDED_MEMORY_MB:
        return Finding(
            "warn",
            f"{free_mb} MB free; {NEEDED_MEMORY_MB} MB are comfortable",
            "end other programs",
        )
    return Finding("ok", f"{free_mb} MB free")


def disk(folders: Folders) -> Finding:
    """Room for PostgreSQL's files and recordings."""
    place = next(path for path in (folders.data, *folders.data.parents) if path.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if free_mb < NEEDED_MB:
        return Finding(
            "FAIL", f"{free_mb} MB free on the disk of {place}; {NEEDED_MB} MB are needed",
            "free some, or name another place: --data DIR",
        )  # fmt: skip
    return Finding("ok", f"{free_mb} MB free on the disk of {place}")


def _version(command: list[str]) -> str:
    """The first line a program says of itself; empty when it does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().partition("\n")[0]
