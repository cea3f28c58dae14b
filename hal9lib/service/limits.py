"""How much one caller may ask for: requests a second, failed logins, bytes a request."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hal9lib.service.problems import Problem


@dataclass(frozen=True)
class Rate:
    """Up to `burst` at once, `per_s` a second in the long run."""

    per_s: float
    burst: float


@dataclass(frozen=True)
class Limits:
    """What the service allows. One server answers about 2,000 requests a second, so that no one
    user's readers can take more than a quarter of it; fifty viewers may share one login."""

    reads: Rate = Rate(500.0, 1000.0)
    writes: Rate = Rate(20.0, 100.0)
    #: Tokens the hub did not know, for each address.
    failed_logins: Rate = Rate(0.5, 20.0)
    body_bytes: int = 64 * 2**20
    #: What those bytes may unpack to, 8 bytes a spike.
    spikes: int = 20_000_000


class Buckets:
    """A token bucket for each name.

    >>> buckets = Buckets(Rate(per_s=1.0, burst=1.0), clock=iter([0.0, 0.25, 1.0]).__next__)
    >>> buckets.take("ada"), buckets.take("ada"), buckets.take("ada")
    (0.0, 0.75, 0.0)
    """

    #: Names beyond this push out those not seen for longest, so that names cannot fill memory.
    MAX_NAMES = 10_000

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one; returns 0, or the seconds to wait when there is none left."""
        now, left = self._level(name)
        wait_s = max(0.0, (1.0 - left) / self.rate.per_s)
        self._keep(name, now, left if wait_s else left - 1.0)
        return wait_s

    def wait_s(self, name: str) -> float:
        """The seconds until one could be taken, without taking it."""
        _, left = self._level(name)
        return max(0.0, (1.0 - left) / self.rate.per_s)

    def _level(self, name: str) -> tuple[float, float]:
        now = self._clock()
        then, left = self._left.get(name, (now, self.rate.burst))
        return now, min(self.rate.burst, left + (now - then) * self.rate.per_s)

    def _keep(self, name: str, now: float, left: float) -> None:
        self._left[name] = (now, left)
        self._left.move_to_end(name)
        while len(self._left) > self.MAX_NAMES:
            self._left.popitem(last=False)


class BodyLimit:
    """Refuses a body that is too large: at once if it says so, else when it has come that far."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self.max_bytes:
            await Problem(413, self._sentence())(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise HTTPException(413, self._sentence())
            return message

        await self.app(scope, receive_counted, send)

    def _sentence(self) -> str:
        return f"the body is too large; use at most {self.max_bytes:,} bytes."
