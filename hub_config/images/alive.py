"""An image's health check: `alive.py NAME[,NAME] PATH` exits with 0 when the server answers.

NAME is the environment variable that holds the server's port or its whole address. An answer below
500 is life, a refusal too: nothing here is told to who is not logged in. What is wrong inside is
told by /health to who may read it; a container is restarted only when nobody answers at all.
"""

import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

from hal9lib.settings import inherited_environment

TIMEOUT_S = 4.0


def address(names: str, path: str, environ: Mapping[str, str]) -> str:
    """Where to ask: the first of the variables that is set, and the path on it.

    >>> address("HAL9_API_PORT,HAL9_PORT", "/x", {"HAL9_PORT": "8000"})
    'http://127.0.0.1:8000/x'
    >>> address("JUPYTERHUB_SERVICE_URL", "api", {"JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:1/u/"})
    'http://127.0.0.1:1/u/api'
    """
    for name in names.split(","):
        value = environ.get(name, "")
        if value.isdecimal():
            return f"http://127.0.0.1:{value}{path}"
        if value:
            return value.replace("//0.0.0.0", "//127.0.0.1") + path
    raise SystemExit(f"none of {names} is set, so there is no server to ask.")


def answers(url: str) -> bool:
    """Whether the server says anything but that it is broken; redirects are an answer.

    >>> answers("http://127.0.0.1:1/")
    False
    """
    try:
        urllib.request.build_opener(_Stay).open(url, timeout=TIMEOUT_S)  # url is this container's
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: where it leads may be another container."""


if __name__ == "__main__":
    sys.exit(0 if answers(address(sys.argv[1], sys.argv[2], inherited_environment())) else 1)
