"""The dashboards' server: Panel's own, behind the hub's login."""

import hashlib
import hmac
import importlib
import logging
from collections.abc import Callable
from typing import Any

import panel as pn
from bokeh.core.validation import silence
from bokeh.core.validation.warnings import MISSING_RENDERERS
from jupyterhub.services.auth import HubOAuth
from panel.io.server import Server, get_server
from tornado.web import GZipContentEncoding, StaticFileHandler

from dashboards.auth import USER_HEADER, HubAuthProvider
from dashboards.data import Api
from dashboards.login import Callback, Login
from dashboards.notice import NotFound, SecurityHeaders
from dashboards.page import ASSETS, PAGES, Site
from dashboards.required import check
from dashboards.sources import Sources
from dashboards.visit import Visit
from hal9lib.errors import SettingsError
from hal9lib.settings import Settings

ADDRESS = "127.0.0.1"
#: The hub is asked again about a login after this time: so fast does a revocation take effect.
HUB_CACHE_S = 30
#: A page whose browser has gone is forgotten after this time, looked for every few seconds.
FORGET_MS, LOOK_MS = 15_000, 5_000
MAX_BODY_BYTES = 100_000
MAX_MESSAGE_BYTES = 1_000_000


def make_server(settings: Settings) -> Server:
    """The server, ready to start on the current event loop.

    Raises SettingsError naming what is missing: it does not start half protected.
    """
    check(settings)
    hub = HubOAuth.instance(cache_max_age=HUB_CACHE_S)
    if not hub.access_scopes:
        raise SettingsError(
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES is not set, nor is JUPYTERHUB_SERVICE_NAME; "
            "without one of them anyone the hub knows could open the dashboards."
        )
    site = Site(prefix=hub.base_url, hub=hub.hub_host + hub.hub_prefix)
    sources = Sources(Api(str(settings.api_url)))
    pn.extension()
    silence(MISSING_RENDERERS)  # figures are laid out when the first frame has come
    return get_server(
        {f"/{slug}": _app(slug, site, sources) for slug in PAGES},
        port=settings.dashboards_port,
        address=ADDRESS,
        prefix=site.prefix,
        title={f"/{slug}": f"{title} · HAL9" for slug, title in PAGES.items()},
        auth_provider=HubAuthProvider(hub, Login),
        extra_patterns=[
            (r"/oauth_callback", Callback),
            (r"/assets/(.*)", StaticFileHandler, {"path": str(ASSETS)}),
            # Panel's route of this name imports any module it is told to, for anyone.
            (r"/components/.*", NotFound),
        ],
        default_handler_class=NotFound,
        hal9_prefix=site.prefix,
        log_function=log_request,
        show=False,
        start=False,
        **_limits(),
        **_sessions(str(settings.cookie_secret), site, settings.dashboards_port),
    )


def _sessions(secret: str, site: Site, port: int) -> dict[str, Any]:
    """What a page is told about its request, and who makes its session: this server alone."""
    return {
        # Bokeh compares with a list; the provider's own check, which comes first, is stricter.
        "allow_websocket_origin": [f"{ADDRESS}:{port or 1}"],
        # A page's JavaScript can read what is named here.
        "include_cookies": [],
        "include_headers": [USER_HEADER],
        "sign_sessions": True,
        "secret_key": derived(secret, "session").encode(),
        "cookie_secret": derived(secret, "cookie"),
        "cookie_path": site.prefix,
        "generate_session_ids": True,
        "use_index": False,
        "redirect_root": False,
    }


def _limits() -> dict[str, Any]:
    """How long a page is remembered, how much it may send, what every answer carries."""
    return {
        "check_unused_sessions_milliseconds": LOOK_MS,
        "unused_session_lifetime_milliseconds": FORGET_MS,
        "websocket_max_message_size": MAX_MESSAGE_BYTES,
        "http_server_kwargs": {"max_body_size": MAX_BODY_BYTES},
        "transforms": [SecurityHeaders, GZipContentEncoding],
    }


def derived(secret: str, purpose: str) -> str:
    """A key for one purpose from the one secret that is kept.

    >>> derived("x", "cookie") == derived("x", "session")
    False
    """
    return hmac.new(secret.encode(), f"hal9 {purpose}".encode(), hashlib.sha256).hexdigest()


def log_request(handler: Any) -> None:
    """One JSON line for each request; never its query, where a login's code may stand."""
    request = handler.request
    status = handler.get_status()
    level = logging.INFO if status < 400 else logging.WARNING if status < 500 else logging.ERROR
    viewer = getattr(request, "hal9_viewer", None)
    fields = {
        "method": request.method,
        "path": request.path,
        "status": status,
        "ms": round(1e3 * request.request_time(), 1),
        "user": viewer.name if viewer else None,
    }
    logging.getLogger("hal9.dashboards").log(level, "request", extra=fields)


def _app(slug: str, site: Site, sources: Sources) -> Callable[[], pn.Template]:
    """What Panel calls for each new page of one dashboard."""

    def app() -> pn.Template:
        context: Any = getattr(pn.state.curdoc, "session_context", None)
        module = importlib.import_module(f"dashboards.{slug or 'home'}")
        return module.page(Visit(site, context.request.hal9_viewer, sources))

    return app
