"""The dashboards' server: Panel's own, behind the hub's login."""

import hashlib
import hmac
import importlib
import logging
from collections.abc import Callable
from typing import Any

import panel as pn
from jupyterhub.services.auth import HubOAuth
from panel.io.server import Server, get_server
from tornado.web import GZipContentEncoding, StaticFileHandler

from dashboards.auth import USER_HEADER, HubAuthProvider
from dashboards.data import Api
from dashboards.login import Callback, Login
from dashboards.notice import NotFound, SecurityHeaders
from dashboards.page import ASSETS, PAGES, Site
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
MIN_SECRET = 32


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
    secret = str(settings.cookie_secret)
    pn.extension()
    return get_server(
        {f"/{slug}": _app(slug, site, sources) for slug in PAGES},
        port=settings.dashboards_port,
        address=ADDRESS,
        prefix=site.prefix,
        title={f"/{slug}": f"{title} · HAL9" for slug, title in PAGES.items()},
        auth_provider=HubAuthProvider(hub, Login),
        # Bokeh compares with a list; the provider's own check, which comes first, is stricter.
        allow_websocket_origin=[f"{ADDRESS}:{settings.dashboards_port or 1}"],
        include_cookies=[],
        include_headers=[USER_HEADER],
        sign_sessions=True,
        secret_key=derived(secret, "session").encode(),
        cookie_secret=derived(secret, "cookie"),
        cookie_path=site.prefix,
        generate_session_ids=True,
        use_index=False,
        redirect_root=False,
        check_unused_sessions_milliseconds=LOOK_MS,
        unused_session_lifetime_milliseconds=FORGET_MS,
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        http_server_kwargs={"max_body_size": MAX_BODY_BYTES},
        transforms=[SecurityHeaders, GZipContentEncoding],
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
    )


def check(settings: Settings) -> None:
    """Raise SettingsError for what the server cannot be safe or useful without."""
    if not settings.cookie_secret or len(settings.cookie_secret) < MIN_SECRET:
        raise SettingsError(
            f"HAL9_COOKIE_SECRET is missing or shorter than {MIN_SECRET} characters; "
            "set it to a random text and keep it: logins are signed with it."
        )
    if not settings.hub_token:
        raise SettingsError(
            "JUPYTERHUB_API_TOKEN is not set; the dashboards are a service of the hub, "
            "started by `./hal9 up`."
        )
    if not settings.api_url:
        raise SettingsError("HAL9_API_URL is not set; set it to the address of HAL9's API.")


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
