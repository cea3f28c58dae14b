"""One installation step: run a command, show one line, name the cause when it fails."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from hal9lib.errors import PlatformError
from hal9lib.local.console import Step
from hal9lib.settings import inherited_environment

#: What the packages, their bytecode, Node and the installers' unpacking need.
SPACE_MB = 2500
#: Names that would point an interpreter or an installer somewhere else than at our environment.
ODD_NAMES = (
    "CONDA_PREFIX",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)
_NO_NETWORK = re.compile(
    r"NewConnectionError|Connection refused|ConnectionError|Failed to establish|ECONNREFUSED"
    r"|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|Network is unreachable|name resolution|dns error"
    r"|error sending request|Could not connect|ConnectTimeout|tcp connect error|ProxyError",
    re.IGNORECASE,
)
_NO_SPACE = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded", re.IGNORECASE)


def run_step(name: str, command: Sequence[str], environment: Path) -> str:
    """Run one step with its output in ENVIRONMENT/install.log; its output if it failed, else "".

    Raises PlatformError where no other way of installing would help: a full disk, no network.
    """
    log = environment / "install.log"
    step = Step(name)
    with log.open("ab") as file:
        start = file.tell()
        code = _run(command, environment, file, step)
    step.end("ready" if code == 0 else "failed")
    if code == 0:
        return ""
    with log.open("rb") as file:
        file.seek(start)
        output = file.read().decode("utf-8", "replace")
    cause = known_cause(output, environment)
    if cause:
        raise PlatformError(cause)
    return output or f"exit status {code}"


def must(name: str, command: Sequence[str], environment: Path) -> None:
    """`run_step` where a failure has no other way out: raises PlatformError with its last lines."""
    output = run_step(name, command, environment)
    if distrusts(output):
        raise PlatformError(
            f"the package index shows a certificate that this machine does not trust (step "
            f"'{name}', {environment / 'install.log'}). Name your network's authority in PIP_CERT, "
            f"SSL_CERT_FILE and NODE_EXTRA_CA_CERTS, and type the same again."
        )
    if output:
        tail = "\n".join("    " + line for line in output.strip().splitlines()[-12:])
        raise PlatformError(
            f"the step '{name}' failed; all of it is in {environment / 'install.log'}. "
            f"It ends with:\n{tail}"
        )


def _run(command: Sequence[str], environment: Path, log: IO[bytes], step: Step) -> int:
    child = subprocess.Popen(
        command, env=clean_environment(), stdout=log, stderr=log, cwd=environment
    )
    try:
        while True:
            try:
                return child.wait(1.0)
            except subprocess.TimeoutExpired:
                step.tick()
    except BaseException:
        # Ctrl-C: the installer has had it too; wait, so that nothing writes behind our back.
        child.terminate()
        child.wait()
        raise


def clean_environment() -> dict[str, str]:
    """The environment less the names that would mislead an interpreter or an installer."""
    return inherited_environment(without=ODD_NAMES)


def known_cause(output: str, environment: Path) -> str:
    """The sentence for a failure whose cause its output shows, or "".

    >>> known_cause("error: dns error: failed to lookup", Path("/tmp"))[:35]
    'no package index was reached, and t'
    >>> known_cause("SyntaxError", Path("/tmp"))
    ''
    """
    if _NO_SPACE.search(output) or shutil.disk_usage(environment).free < 20_000_000:
        return disk_full(environment)
    # A certificate that is not trusted is a network that was reached, and there are ways round.
    if _NO_NETWORK.search(output) and not distrusts(output):
        return (
            "no package index was reached, and the first start needs one (about 400 MB to fetch).\n"
            "Connect, or name a mirror in PIP_INDEX_URL and UV_INDEX_URL, and type the same again."
        )
    return ""


def distrusts(output: str) -> bool:
    """Whether an installer was kept back by a certificate it does not know.

    >>> distrusts("npm error code SELF_SIGNED_CERT_IN_CHAIN"), distrusts("dns error")
    (True, False)
    """
    return bool(re.search("certificate|_CERT_|CERT_HAS", output, re.IGNORECASE))


def disk_full(environment: Path) -> str:
    """The sentence for a full disk, with what is free and what is needed."""
    free_mb = shutil.disk_usage(environment).free // 1_000_000
    return (
        f"the disk of {environment} is full: {free_mb} MB are free, HAL9's environment needs "
        f"{SPACE_MB} MB. Free some, or move this folder to a larger disk, and type the same again."
    )


def sentence(error: OSError, environment: Path) -> str:
    """A failed write or read of the environment as one sentence."""
    if _NO_SPACE.search(str(error)):
        return disk_full(environment)
    return f"{error.filename or environment} cannot be used: {error.strerror or error}."
