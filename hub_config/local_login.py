"""Login on one machine: a generated password for each user, compared in constant time.

Guessing is slowed: after five failures for one user from one address each further try waits its
turn, twice as long each time, up to a minute; a success starts again from nothing.
"""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from jupyterhub.auth import Authenticator
from tornado import web
from tornado.httputil import HTTPHeaders
from traitlets import Dict, Unicode

FREE_FAILURES = 5
LONGEST_WAIT_S = 60.0
_REMEMBERED = 10_000


class LocalLogin(Authenticator):
    """Users and passwords as configured; a user without a password cannot log in.

    With nothing configured nobody is allowed.
    """

    passwords = Dict(key_trait=Unicode(), value_trait=Unicode(), help="User name -> password.").tag(
        config=True
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.failures = Failures()

    async def authenticate(self, handler: web.RequestHandler, data: dict[str, str]) -> str | None:
        """The user's name when the password fits, else None; 429 when it is not their turn."""
        name = data.get("username", "")
        key = (name, client_address(handler.request.headers, str(handler.request.remote_ip)))
        wait_s = self.failures.wait_s(key)
        if wait_s > 0:
            raise _too_many(int(wait_s) + 1)
        if password_fits(self.passwords.get(name), data.get("password", "")):
            self.failures.forget(key)
            return name
        self.failures.add(key)
        return None


def client_address(headers: HTTPHeaders, remote_ip: str) -> str:
    """The address that reached the proxy: what the proxy itself has appended, and nothing else.

    Tornado's `remote_ip` would believe an X-Real-Ip that the client sends, and guessing could
    come from a new address each time.

    >>> spoofed = {"X-Real-Ip": "10.0.0.1", "X-Forwarded-For": "10.0.0.2, 127.0.0.1"}
    >>> client_address(HTTPHeaders(spoofed), "10.0.0.1")
    '127.0.0.1'
    """
    passed_on = ",".join(headers.get_list("X-Forwarded-For"))
    return passed_on.rpartition(",")[2].strip() or remote_ip


def _too_many(wait_s: int) -> web.HTTPError:
    problem = web.HTTPError(429, f"Too many failed logins. Try again in {wait_s} s.")
    # JupyterHub sets these on its error page, which drops those that the handler has set.
    problem.headers = {"Retry-After": str(wait_s)}  # type: ignore[attr-defined]
    return problem


def password_fits(expected: str | None, given: str) -> bool:
    """Whether `given` is the password; as long for a user who does not exist (`None`).

    >>> password_fits("abc", "abc"), password_fits("abc", "abd"), password_fits(None, "")
    (True, False, False)
    """
    compared = expected or secrets.token_hex(16)
    same = hmac.compare_digest(compared.encode(), given.encode("utf-8", "replace"))
    return same and bool(expected)


class Failures:
    """Failed logins by (user, address): how long the next try must wait.

    >>> now = [0.0]
    >>> failures = Failures(clock=lambda: now[0])
    >>> for _ in range(6):
    ...     failures.add(("viewer", "127.0.0.1"))
    >>> failures.wait_s(("viewer", "127.0.0.1")), failures.wait_s(("viewer", "10.0.0.1"))
    (2.0, 0.0)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def wait_s(self, key: tuple[str, str]) -> float:
        """Seconds until this user may try again from this address; 0 when now."""
        _, until = self._seen.get(key, (0, 0.0))
        return max(0.0, until - self._clock())

    def add(self, key: tuple[str, str]) -> None:
        """Note one more failure."""
        count = self._seen.pop(key, (0, 0.0))[0] + 1
        over = count - FREE_FAILURES
        wait_s = min(LONGEST_WAIT_S, 2.0 ** min(over, 10)) if over >= 0 else 0.0
        self._seen[key] = (count, self._clock() + wait_s)
        # Names and addresses come from outside: the memory they take has an end.
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def forget(self, key: tuple[str, str]) -> None:
        """A success: the next failure is the first again."""
        self._seen.pop(key, None)
