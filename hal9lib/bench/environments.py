"""The peers' own Python environments: made once in the cache folder, mended when cut short.

Each is a plain `venv` into which pip installs the pinned release, from whatever index pip is set up
for. A stamp, written last, says that it is complete; without it the folder is made again.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hal9lib.errors import ParameterError, PlatformError
from hal9lib.settings import inherited_environment, read_settings

COMPLETE = ".hal9-complete"


@dataclass(frozen=True)
class Peer:
    """A simulator HAL9 is measured against."""

    name: str
    #: Its name as its authors write it.
    title: str
    requirements: tuple[str, ...]
    #: Import that shows that the environment works.
    module: str
    needs_compiler: bool = False

    @property
    def script(self) -> Path:
        """Its side of the comparison."""
        return Path(__file__).parent / "peers" / f"run_{self.name}.py"


PEERS = {
    peer.name: peer
    for peer in (
        Peer("nest", "NEST", ("nest-simulator==3.10.*",), "nest"),
        Peer("brian2", "Brian2", ("brian2==2.9.*", "numpy<2.3"), "brian2", needs_compiler=True),
    )
}


def peers_named(text: str) -> list[Peer]:
    """The peers of a list such as ``nest,brian2``; raises ParameterError for one not known.

    >>> [peer.title for peer in peers_named("nest, brian2")]
    ['NEST', 'Brian2']
    >>> peers_named("neuron")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: --against = 'neuron' is not allowed; use nest, brian2 or both.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names or [text]:
        if name not in PEERS:
            raise ParameterError(
                f"--against = {name!r} is not allowed; use {', '.join(PEERS)} or both."
            )
    return [PEERS[name] for name in dict.fromkeys(names)]


def environment_folder(peer: Peer) -> Path:
    """Where a peer's environment lies, complete or not; another Python has another one."""
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    return read_settings().cache / "peers" / f"{peer.name}-{version}"


def is_complete(peer: Peer) -> bool:
    """Whether the environment holds what is asked for and its interpreter is still there."""
    folder = environment_folder(peer)
    try:
        stamp = (folder / COMPLETE).read_text()
    except OSError:
        return False
    return stamp == _stamp(peer) and os.access(_python(folder), os.X_OK)


def python_of(peer: Peer, say: Callable[[str], None]) -> Path:
    """The interpreter of a peer's environment, which is made first if it is not complete.

    Parameters
    ----------
    say : is told what is being done, a line at a time.

    Raises
    ------
    PlatformError : no compiler where one is needed, no place, no network, no such release.
    """
    if peer.needs_compiler:
        _check_compiler(peer)
    folder = environment_folder(peer)
    with _alone(folder):
        if not is_complete(peer):
            try:
                _make(peer, folder, say)
            except BaseException:  # Ctrl-C too: nothing half made stays
                shutil.rmtree(folder, ignore_errors=True)
                raise
    return _python(folder)


def child_environment(threads: int = 1) -> dict[str, str]:
    """What a peer's process inherits: nothing that leads its Python to ours."""
    ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "VIRTUAL_ENV", "PYTHONWARNINGS")
    return inherited_environment(without=ours) | {"OMP_NUM_THREADS": str(threads)}


def _make(peer: Peer, folder: Path, say: Callable[[str], None]) -> None:
    wanted = ", ".join(peer.requirements)
    say(f"{peer.title}: making an environment for {wanted} in {folder} (once, some 300 MB) …")
    started = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    made = _run([sys.executable, "-m", "venv", str(folder)])
    if made.returncode:
        raise PlatformError(
            f"no environment for {peer.title} could be made in {folder}: {_last_line(made)} "
            "Debian and Ubuntu: apt install python3-venv."
        )
    pip = [str(_python(folder)), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
    done = _run([*pip, "--disable-pip-version-check", *peer.requirements])
    if done.returncode:
        raise PlatformError(
            f"{peer.title} could not be installed; is there a network, and does pip's index have "
            f"{wanted}? pip said: {_last_line(done)}"
        )
    tried = _run([str(_python(folder)), "-c", f"import {peer.module}"])
    if tried.returncode:
        raise PlatformError(f"{peer.title} is installed but does not start: {_last_line(tried)}")
    (folder / COMPLETE).write_text(_stamp(peer))
    say(f"{peer.title}: ready after {time.perf_counter() - started:.0f} s.")


def _check_compiler(peer: Peer) -> None:
    tools = {"a C++ compiler": ("g++", "c++", "clang++"), "make": ("make",)}
    for what, names in tools.items():
        if not any(shutil.which(name) for name in names):
            raise PlatformError(
                f"{peer.title} writes a C++ program, and {what} is not installed. "
                "Debian and Ubuntu: apt install g++ make; macOS: xcode-select --install."
            )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time makes an environment; another one waits and finds it made."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = (folder.parent / f"{folder.name}.lock").open("w")
    except OSError as problem:
        raise PlatformError(
            f"{folder.parent} cannot be written to ({problem.strerror}); set HAL9_CACHE to a "
            "folder that can."
        ) from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=child_environment()
    )


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["nothing"])[-1].strip()


def _stamp(peer: Peer) -> str:
    return "\n".join((sys.version, *peer.requirements)) + "\n"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"
