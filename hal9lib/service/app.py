"""The application: parts put together, and taken apart again when it stops."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx
from fastapi import FastAPI

from hal9lib import __version__, service
from hal9lib.errors import SettingsError, StoreError
from hal9lib.service import health_checks
from hal9lib.service.auth import Gate, HubAuthority
from hal9lib.service.front import Front
from hal9lib.service.health import HealthMonitor
from hal9lib.service.limits import BodyLimit, Limits
from hal9lib.service.logs import RequestLog
from hal9lib.service.metrics import Metrics
from hal9lib.service.problems import install_handlers
from hal9lib.service.routes import health, live, me, metrics, runs
from hal9lib.settings import Settings
from hal9lib.stores.postgres import PostgresStore
from hal9lib.stores.postgres_health import HealthLog
from hal9lib.stores.postgres_live import LiveBoard
from hal9lib.stores.postgres_pool import PostgresPool
from hal9lib.stores.recording_files import RecordingFiles

UPLOADS_AT_ONCE = 2


def create_app(settings: Settings, limits: Limits | None = None) -> FastAPI:
    """The API over the PostgreSQL and the hub that `settings` name.

    It starts, and says so in /health, while either of them is away. Raises SettingsError when
    one is not named.
    """
    limits = limits or Limits()
    store_url, hub_api_url = _required(settings)
    app = FastAPI(
        title="HAL9",
        version=__version__,
        description=service.__doc__ or "",
        lifespan=_lifespan(settings, store_url, hub_api_url, limits),
        # A page that draws the documentation would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        # A redirect would be built from the request's own Host header.
        redirect_slashes=False,
    )
    for group in (me, runs, live, health, metrics):
        app.include_router(group.router)
    install_handlers(app)
    # The last one added is the first one a request meets.
    app.add_middleware(BodyLimit, max_bytes=limits.body_bytes)
    app.add_middleware(Gate, service=settings.service_name or "api", limits=limits)
    app.add_middleware(RequestLog)
    app.add_middleware(Front, prefix=settings.service_prefix)
    return app


def _required(settings: Settings) -> tuple[str, str]:
    url = settings.store_url or ""
    if urlsplit(url).scheme != "postgresql":
        raise SettingsError(
            "the service keeps what is shared in PostgreSQL; set HAL9_STORE_URL to "
            "postgresql://user:password@host/database."
        )
    if not settings.hub_api_url:
        raise SettingsError(
            "the service asks the hub who its callers are; set JUPYTERHUB_API_URL to the hub's "
            "API, such as http://127.0.0.1:8081/hub/api."
        )
    return url, settings.hub_api_url


def _lifespan(
    settings: Settings, store_url: str, hub_api_url: str, limits: Limits
) -> Callable[[FastAPI], Any]:
    files = RecordingFiles(settings.recordings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = app.state
        state.limits = limits
        # Unpacked spikes are large; only a few uploads at a time may hold them.
        state.uploads = anyio.CapacityLimiter(UPLOADS_AT_ONCE)
        with contextlib.closing(PostgresPool(store_url)) as pool:
            state.store = PostgresStore(pool, files, owner="")
            state.board = LiveBoard(pool)
            # The hub is next door; a proxy meant for the world would only see the tokens.
            async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
                state.authority = HubAuthority(hub_api_url, client, limits)
                state.monitor = _monitor(settings, pool, state.board, client, hub_api_url)
                state.metrics = Metrics(state.monitor)
                tasks = [
                    asyncio.create_task(state.monitor.run()),
                    asyncio.create_task(_sweep(state)),
                ]
                try:
                    yield
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


def _monitor(
    settings: Settings,
    pool: PostgresPool,
    board: LiveBoard,
    client: httpx.AsyncClient,
    hub_api_url: str,
) -> HealthMonitor:
    database = health_checks.DatabaseChecks(pool, board)

    async def look(late_ms: float) -> list[health_checks.Component]:
        parts, hub = await asyncio.gather(database.run(), health_checks.hub(client, hub_api_url))
        monitor.live = database.live
        postgres, worker = parts
        return [
            health_checks.service(late_ms),
            postgres,
            hub,
            worker,
            health_checks.disk(settings.data),
            health_checks.memory(),
        ]

    monitor = HealthMonitor(look, HealthLog(pool))
    return monitor


async def _sweep(state: Any) -> None:
    """Now and then take away recordings that a killed process left without a run."""
    while True:
        with contextlib.suppress(StoreError, OSError):
            await anyio.to_thread.run_sync(state.store.sweep)
        await asyncio.sleep(600)
