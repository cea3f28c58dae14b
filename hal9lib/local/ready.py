"""Whether a program answers: one look, at most two seconds, never an exception."""

import json
import socket
import urllib.error
import urllib.request
from typing import Any

from hal9lib.local.ports import ADDRESS

LOOK_S = 2.0
# No proxy of the environment: these addresses are on this machine.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def listens(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1:`port`."""
    try:
        socket.create_connection((ADDRESS, port), timeout=LOOK_S).close()
    except OSError:
        return False
    return True


def status(url: str, token: str = "") -> int:
    """The HTTP status of a GET, redirects followed; 0 when nothing answers."""
    try:
        with _open(_request(url, token), timeout=LOOK_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0


def answer(url: str, token: str = "") -> dict[str, Any]:
    """The JSON object of a GET; empty when there is none."""
    try:
        with _open(_request(url, token), timeout=LOOK_S) as found:
            value = json.load(found)
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _request(url: str, token: str) -> urllib.request.Request:
    headers = {"Authorization": f"token {token}"} if token else {}
    return urllib.request.Request(url, headers=headers)  # noqa: S310 - built from our own ports
