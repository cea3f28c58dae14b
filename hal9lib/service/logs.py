"""One JSON line for each request and event, all lines of a request under one id."""

import logging
import re
import sys
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hal9lib.service.problems import Problem
from hal9lib.settings import Settings
from hal9lib.stores import tracing

HEADER = "X-Request-Id"
# Short enough to be part of PostgreSQL's application_name, which has 63 characters.
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,56}")


class RequestLog:
    """Gives each request its id, writes its line, and answers what nobody else caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = accepted_id(Headers(scope=scope).get(HEADER))
        tracing.request_id.set(request_id)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as problem:
            structlog.get_logger().error("crash", exc_info=problem)
            if status:
                # Half an answer is out; only a broken connection tells the caller.
                raise
            sentence = "the service failed; the log tells the operator why under this request_id."
            await Problem(500, sentence)(scope, receive, send_with_id)
        finally:
            self._write(scope, status, time.perf_counter() - started)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        scope["app"].state.metrics.observe(scope["method"], route, status, seconds)
        identity = scope.get("state", {}).get("identity")
        structlog.get_logger().info(
            "request",
            method=scope["method"],
            # Without the query: people paste tokens into it.
            path=scope["path"],
            route=route,
            status=status,
            duration_ms=round(seconds * 1e3, 3),
            user=identity.owner if identity else None,
        )


def accepted_id(given: str | None) -> str:
    """The caller's id if it is well-formed, else one of our own.

    >>> accepted_id("notebook-42"), len(accepted_id("x y")), len(accepted_id(None))
    ('notebook-42', 32, 32)
    """
    return given if given and _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def route_of(scope: Scope) -> str:
    """The route's template, such as ``/runs/{key}``: few values, whatever is asked."""
    return getattr(scope.get("route"), "path", None) or "unmatched"


def configure_logging(settings: Settings) -> None:
    """Send every log line of this process to standard output as JSON, without its secrets."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Redactor(secrets_of(settings)),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared[:-2], structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *shared[-2:],
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # It would write a line for each question to the hub.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def secrets_of(settings: Settings) -> list[str]:
    """What must never be in a log: tokens, keys, the database's password in either spelling."""
    password = urlsplit(settings.store_url or "").password
    found = [settings.hub_token, settings.cookie_secret, password, unquote(password or "")]
    # Something very short would tear ordinary words apart.
    return sorted({text for text in found if text and len(text) >= 6}, key=len, reverse=True)


class _Redactor:
    """The last look at a line: exceptions of libraries may repeat what they were given."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = list(secrets)

    def __call__(self, _logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
        return {name: self._clean(value) for name, value in line.items()}

    def _clean(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        for secret in self._secrets:
            value = value.replace(secret, "[secret]")
        return re.sub(r"(?i)\b(token|bearer)\s+[A-Za-z0-9._~+/=-]{16,}", r"\1 [secret]", value)
