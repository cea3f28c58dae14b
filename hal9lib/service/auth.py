"""Who asks, and whether they may: the hub knows, and is asked with the caller's own token."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from hal9lib.errors import Hal9Error
from hal9lib.service.limits import Buckets, Limits
from hal9lib.service.problems import Problem

READ, WRITE = "custom:hal9:read", "custom:hal9:write"
#: A token taken back at the hub is refused here after this long at the latest.
KNOWN_S = 30.0
#: A token the hub did not know is refused without asking again for this long.
UNKNOWN_S = 5.0
#: While the hub is away, those it knew until lately may still ask how the platform does.
STALE_S = 900.0
STALE_PATHS = {"/health", "/health/history", "/metrics"}
_TOKEN = re.compile(r"(?i:token|bearer) +([A-Za-z0-9._~+/=-]{1,4096})")
_SAFE_METHODS = {"GET", "HEAD"}


@dataclass(frozen=True)
class Identity:
    """A caller as the hub knows them: ``kind`` is "user" or "service"."""

    name: str
    kind: str
    scopes: frozenset[str]

    @property
    def owner(self) -> str:
        """Whose runs theirs are. A hub's user name has no slash, so no user can be a service."""
        return self.name if self.kind == "user" else f"{self.kind}/{self.name}"

    def may(self, scope: str) -> bool:
        """Whether they have a scope; writing includes reading."""
        return scope in self.scopes or (scope == READ and WRITE in self.scopes)

    def may_use(self, service: str) -> bool:
        """Whether the hub lets them in at this service at all."""
        return bool(self.scopes & {"access:services", f"access:services!service={service}"})


class RefusedError(Hal9Error):
    """A request that is not answered, with the status, sentence and headers it gets instead."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}


class HubAuthority:
    """Asks the hub whose a token is, and remembers the answer for a short while.

    Parameters
    ----------
    api_url : the hub's API, such as ``http://127.0.0.1:8081/hub/api``.
    client : shared connections to it.
    """

    MAX_REMEMBERED = 10_000

    def __init__(
        self,
        api_url: str,
        client: httpx.AsyncClient,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.client = client
        self.failures = Buckets(limits.failed_logins)
        self._clock = clock
        # By the token's hash: what is not in memory cannot leak from it.
        self._known: OrderedDict[bytes, tuple[float, Identity | None]] = OrderedDict()

    async def identify(self, token: str | None, address: str, stale_ok: bool) -> Identity:
        """Whose token it is; raises RefusedError."""
        if token is None:
            raise _unknown("a login token is needed: send 'Authorization: token …'.")
        digest = hashlib.sha256(token.encode()).digest()
        asked_at, identity = self._known.get(digest, (-1e9, None))
        age_s = self._clock() - asked_at
        if age_s < (KNOWN_S if identity else UNKNOWN_S):
            return identity or _refuse_unknown()
        wait_s = self.failures.wait_s(address)
        if wait_s and not identity:
            raise _too_many("too many tokens from your address were not known to the hub", wait_s)
        try:
            found = await self._ask(token)
        except (httpx.HTTPError, ValueError) as problem:
            if identity and stale_ok and age_s < STALE_S:
                return identity
            raise RefusedError(
                503,
                "the hub does not answer, so it cannot be told who you are; try again in a moment.",
                {"Retry-After": "5"},
            ) from problem
        self._remember(digest, found)
        if found is None:
            self.failures.take(address)
            _refuse_unknown()
        return found  # type: ignore[return-value]

    async def _ask(self, token: str) -> Identity | None:
        answer = await self.client.get(
            f"{self.api_url}/user", headers={"Authorization": f"token {token}"}
        )
        if answer.status_code in (401, 403, 404):
            return None
        answer.raise_for_status()
        return identity_from(answer.json())

    def _remember(self, digest: bytes, identity: Identity | None) -> None:
        self._known[digest] = (self._clock(), identity)
        self._known.move_to_end(digest)
        while len(self._known) > self.MAX_REMEMBERED:
            self._known.popitem(last=False)


class Gate:
    """Lets nobody past who may not; stands before every address, there or not."""

    def __init__(self, app: ASGIApp, service: str, limits: Limits) -> None:
        self.app = app
        self.service = service
        self.reads = Buckets(limits.reads)
        self.writes = Buckets(limits.writes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            identity = await self._admit(scope)
        except RefusedError as refusal:
            scope["app"].state.metrics.refused.labels(str(refusal.status)).inc()
            problem = Problem(refusal.status, str(refusal), refusal.headers)
            await problem(scope, receive, send)
            return
        scope.setdefault("state", {})["identity"] = identity
        await self.app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Identity:
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        authority: HubAuthority = scope["app"].state.authority
        identity = await authority.identify(
            token_in(headers), address_of(scope, headers), path in STALE_PATHS
        )
        if not identity.may_use(self.service):
            raise RefusedError(403, f"your token does not reach the service '{self.service}'.")
        reading = scope["method"] in _SAFE_METHODS
        wanted = READ if reading else WRITE
        if not identity.may(wanted):
            raise RefusedError(403, f"your token lacks the scope {wanted}.")
        wait_s = (self.reads if reading else self.writes).take(identity.owner)
        if wait_s:
            raise _too_many("you ask more often than is allowed", wait_s)
        return identity


def token_in(headers: Headers) -> str | None:
    """The token of the header ``Authorization``; tokens anywhere else do not count."""
    found = _TOKEN.fullmatch(headers.get("authorization", "").strip())
    return found[1] if found else None


def address_of(scope: Scope, headers: Headers) -> str:
    """Where a request comes from; our own proxy says so at the end of X-Forwarded-For."""
    peer = scope["client"][0] if scope.get("client") else "unknown"
    forwarded = headers.get("x-forwarded-for", "").split(",")[-1].strip()
    return forwarded[:64] if forwarded and peer in ("127.0.0.1", "::1") else peer


def identity_from(model: Any) -> Identity:
    """The identity in the hub's answer; raises ValueError where it is none."""
    name, kind = model.get("name"), model.get("kind")
    scopes: Iterable[Any] = model.get("scopes") or ()
    if not isinstance(name, str) or not name or kind not in ("user", "service"):
        raise ValueError("the hub's answer names neither a user nor a service")
    return Identity(name, kind, frozenset(str(scope) for scope in scopes))


async def caller(request: Request) -> Identity:
    """Who asks; for routes."""
    return request.state.identity


def _unknown(sentence: str) -> RefusedError:
    return RefusedError(401, sentence, {"WWW-Authenticate": 'Bearer realm="hal9"'})


def _refuse_unknown() -> Any:
    raise _unknown("the hub does not know this token; it may be over, or not yours.")


def _too_many(what: str, wait_s: float) -> RefusedError:
    seconds = max(1, round(wait_s + 0.5))
    return RefusedError(429, f"{what}; wait {seconds} s.", {"Retry-After": str(seconds)})
