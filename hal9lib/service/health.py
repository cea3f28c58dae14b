"""The platform's health, looked at every few seconds; the last hour of it is kept."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread
import structlog
from anyio import CapacityLimiter

from hal9lib.errors import StoreError
from hal9lib.service.health_checks import STATES, Component
from hal9lib.stores.postgres_health import HealthLog

__all__ = ["INTERVAL_S", "STATES", "HealthMonitor", "sentence"]

INTERVAL_S = 5.0
KEPT_S = 3600.0
_KEPT = int(KEPT_S / INTERVAL_S)


class HealthMonitor:
    """Takes a sample every few seconds; /health, /metrics and the dashboard show the same one.

    A sample is ``{"time": s since 1970, "state": …, "components": [{name, state, latency_ms,
    detail}]}``; its state is the worst of its components'.

    Parameters
    ----------
    look : gives all components; what a look may take is bounded by its checks.
    log : where samples outlive this process. While it does not answer they wait in memory.
    """

    def __init__(self, look: Callable[[float], Awaitable[list[Component]]], log: HealthLog) -> None:
        self._look = look
        self._log = log
        self._samples: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._unsaved: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._loaded = False
        self._threads = CapacityLimiter(1)
        self._looking = asyncio.Lock()
        #: What the live board showed at the newest sample.
        self.live: dict[str, Any] | None = None

    @property
    def latest(self) -> dict[str, Any] | None:
        """The newest sample, None before the first."""
        return self._samples[-1] if self._samples else None

    async def fresh(self) -> dict[str, Any]:
        """The newest sample; taken now if the last one is overdue."""
        latest = self.latest
        if latest is None or time.time() - latest["time"] > 2 * INTERVAL_S:
            return await self.sample()
        return latest

    async def sample(self, late_s: float = 0.0) -> dict[str, Any]:
        """Look at everything now."""
        async with self._looking:
            components = await self._look(late_s * 1e3)
            worst = max((STATES.index(part["state"]) for part in components), default=0)
            sample = {"time": time.time(), "state": STATES[worst], "components": components}
            before = self.latest
            self._samples.append(sample)
            self._unsaved.append(sample)
        if before is None or before["state"] != sample["state"]:
            structlog.get_logger().info("health", state=sample["state"], detail=sentence(sample))
        return sample

    def history(self, after: float) -> list[dict[str, Any]]:
        """The samples of the last hour taken later than a time, oldest first."""
        start = max(after, time.time() - KEPT_S)
        return [sample for sample in self._samples if sample["time"] > start]

    async def run(self) -> None:
        """Sample until cancelled."""
        due = time.monotonic()
        while True:
            await self.sample(late_s=time.monotonic() - due)
            await self._save()
            # Not a fixed pause: a slow look shortens the next one.
            due = max(due + INTERVAL_S, time.monotonic())
            await asyncio.sleep(due - time.monotonic())

    async def _save(self) -> None:
        """Keep what is not kept yet; a database that is away gets it at a later turn."""
        waiting = list(self._unsaved)
        with contextlib.suppress(StoreError):
            if not self._loaded:
                earlier = await self._in_thread(self._log.since, time.time() - KEPT_S)
                self._put_before(earlier)
                self._loaded = True
            await self._in_thread(self._log.add, waiting)
            while self._unsaved and self._unsaved[0]["time"] <= waiting[-1]["time"]:
                self._unsaved.popleft()

    def _put_before(self, earlier: list[dict[str, Any]]) -> None:
        """What an earlier service saw, as far as there is room and none of it is ours."""
        first = self._samples[0]["time"]
        found = [sample for sample in earlier if sample["time"] < first]
        room = _KEPT - len(self._samples)
        self._samples.extendleft(reversed(found[-room:] if room else []))

    async def _in_thread(self, work: Callable[[Any], Any], argument: Any) -> Any:
        return await anyio.to_thread.run_sync(work, argument, limiter=self._threads)


def sentence(sample: dict[str, Any]) -> str:
    """What is not well, in words.

    >>> sentence({"state": "failed", "components": [
    ...     {"name": "hub", "state": "failed", "detail": "no answer"},
    ...     {"name": "disk", "state": "ok", "detail": "9 GB free"}]})
    'hub failed: no answer.'
    """
    ill = [part for part in sample["components"] if part["state"] != "ok"]
    return " ".join(f"{p['name']} {p['state']}: {p['detail']}." for p in ill) or "all is well."
