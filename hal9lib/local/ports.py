"""Ports on 127.0.0.1: the one people type, and the internal ones, remembered between starts."""

import errno
import json
import random
import socket
from pathlib import Path

from hal9lib.errors import PlatformError

ADDRESS = "127.0.0.1"
NAMES = ("postgres", "proxy_api", "hub", "api", "dashboards")
#: Below the range the system takes outgoing connections from (32768 on Linux, 49152 on macOS),
#: so that none of them can sit on a port of ours while a program restarts.
_LOW, _HIGH = 15_000, 31_999


def is_free(port: int) -> bool:
    """Whether 127.0.0.1:`port` can be listened on now; PermissionError for a reserved port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
            probe.listen()
        except PermissionError:
            raise
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def require_free(port: int) -> None:
    """Raise PlatformError naming the port and the way out when the public port is taken."""
    try:
        if is_free(port):
            return
    except PermissionError as error:
        raise PlatformError(
            f"port {port} is reserved by the system. Use one above 1023: --port {8000 + port}"
        ) from error
    other = next((p for p in range(port + 1, port + 200) if p < 65536 and is_free(p)), 8000)
    raise PlatformError(
        f"port {port} on {ADDRESS} is taken by another program. Use another: --port {other}"
    )


def internal_ports(file: Path, public: int) -> dict[str, int]:
    """A free port for each of NAMES: the remembered one where it is still free.

    `file` (JSON) is read and written. Raises PlatformError when nothing is free.
    """
    remembered = _read(file)
    chosen: dict[str, int] = {}
    for name in NAMES:
        port = remembered.get(name, 0)
        if not _usable(port, public, chosen):
            port = _pick(public, chosen)
        chosen[name] = port
    file.write_text(json.dumps(chosen, indent=1) + "\n")
    return chosen


def _read(file: Path) -> dict[str, int]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {str(name): port for name, port in known if isinstance(port, int)}


def _usable(port: int, public: int, chosen: dict[str, int]) -> bool:
    in_range = _LOW <= port <= _HIGH
    return in_range and port != public and port not in chosen.values() and is_free(port)


def _pick(public: int, chosen: dict[str, int]) -> int:
    for _ in range(1000):
        port = random.randint(_LOW, _HIGH)  # noqa: S311 - a port number is no secret
        if _usable(port, public, chosen):
            return port
    raise PlatformError(
        f"no port from {_LOW} to {_HIGH} is free on {ADDRESS}; stop other programs."
    )
