"""How each part of the platform is: one function a part, each answers within a few seconds."""

import shutil
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx
import psutil
from anyio import CapacityLimiter

from hal9lib.errors import StoreError
from hal9lib.stores.postgres_live import ALIVE_S, LiveBoard
from hal9lib.stores.postgres_pool import PostgresPool

STATES = ("ok", "degraded", "failed")
CHECK_S = 2.0
#: Below the first a part counts as failed, below the second as degraded.
DISK_FREE_MB = (200, 2_000)
MEMORY_FREE_MB = (100, 500)

Component = dict[str, Any]


def component(name: str, state: str, detail: str, latency_ms: float | None = None) -> Component:
    """One part's state, as /health shows it."""
    rounded = None if latency_ms is None else round(latency_ms, 3)
    return {"name": name, "state": state, "latency_ms": rounded, "detail": detail}


async def timed(ask: Callable[[], Awaitable[Any]]) -> tuple[Any, float]:
    """What `ask` gives, and how many ms it took."""
    started = time.perf_counter()
    answer = await ask()
    return answer, (time.perf_counter() - started) * 1e3


class DatabaseChecks:
    """PostgreSQL and, through it, the worker of the live simulation."""

    def __init__(self, pool: PostgresPool, board: LiveBoard) -> None:
        self._pool = pool
        self._board = board
        # Threads of their own: while the database is away, requests fill the common ones.
        self._threads = CapacityLimiter(2)
        #: What the board last showed, None while the database is away.
        self.live: dict[str, Any] | None = None

    async def run(self) -> list[Component]:
        """Both components."""
        try:
            _, latency_ms = await timed(partial(self._in_thread, self._ping))
            self.live = await self._in_thread(self._board.newest)
        except StoreError as problem:
            self.live = None
            unknown = "not known while PostgreSQL does not answer"
            return [
                component("postgres", "failed", str(problem)),
                component("worker", "degraded", unknown),
            ]
        state = "ok" if latency_ms < 500 else "degraded"
        return [component("postgres", state, self._pool.name, latency_ms), worker(self.live)]

    def _ping(self) -> None:
        with self._pool.connection(wait_s=CHECK_S) as connection:
            connection.execute("SELECT 1")

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def worker(live: dict[str, Any]) -> Component:
    """The live simulation's worker, by its last sign of life."""
    age_s = live["worker"]["heartbeat_age_s"]
    if age_s is None:
        return component("worker", "failed", "no worker has given a sign of life yet")
    who = f"process {live['worker']['pid']} on {live['worker']['host']}"
    if live["worker"]["alive"]:
        return component("worker", "ok", f"{who}, {live['desired']['status']}", age_s * 1e3)
    state = "degraded" if age_s < 5 * ALIVE_S else "failed"
    return component("worker", state, f"{who} was last heard of {age_s:.0f} s ago", age_s * 1e3)


async def hub(client: httpx.AsyncClient, api_url: str) -> Component:
    """JupyterHub, by its public version."""
    try:
        answer, latency_ms = await timed(
            partial(client.get, f"{api_url.rstrip('/')}/", timeout=CHECK_S)
        )
        answer.raise_for_status()
        version = answer.json()["version"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        return component("hub", "failed", f"the hub does not answer ({type(problem).__name__})")
    state = "ok" if latency_ms < 1000 else "degraded"
    return component("hub", state, f"JupyterHub {version}", latency_ms)


def service(late_ms: float) -> Component:
    """This service, by how late its own clockwork is."""
    state = "ok" if late_ms < 500 else "degraded"
    return component("service", state, "time between a task being due and run", late_ms)


def disk(folder: Path) -> Component:
    """Room where recordings are kept."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as problem:
        return component("disk", "failed", f"{problem.strerror}")
    detail = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB free"
    return component("disk", _room(usage.free, DISK_FREE_MB), detail)


def memory() -> Component:
    """Memory that programs can still get on this machine."""
    found = psutil.virtual_memory()
    detail = f"{found.available / 1e9:.1f} GB of {found.total / 1e9:.0f} GB available"
    return component("memory", _room(found.available, MEMORY_FREE_MB), detail)


def _room(free_bytes: float, limits_mb: tuple[int, int]) -> str:
    failed, degraded = limits_mb
    if free_bytes < failed * 1e6:
        return "failed"
    return "degraded" if free_bytes < degraded * 1e6 else "ok"
