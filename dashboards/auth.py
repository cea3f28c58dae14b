"""Who may open a page: the hub's login, held at every door of Panel's server.

Panel copies what a page is told about its request into a token that the page's own JavaScript
can read. So the only thing let in there is a user name that this module has set itself, under
`USER_HEADER`; cookies and access tokens stay on the server. A websocket must come from a page
of the same address, and its cookie must belong to the user named in its page's token: another
user's cookie together with a stolen page token opens nothing.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bokeh.server.auth_provider import AuthProvider
from bokeh.server.views.autoload_js_handler import AutoloadJsHandler
from bokeh.server.views.metadata_handler import MetadataHandler
from bokeh.util.token import check_token_signature, get_token_payload
from jupyterhub.services.auth import HubOAuth
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from dashboards.notice import notice_page

USER_HEADER = "X-Hal9-User"
STEER_SCOPE = "custom:hal9:write"

#: Ways Bokeh offers to name one's own session or login; here the server alone gives them out.
_REFUSED_ARGUMENTS = ("bokeh-session-id", "bokeh-token", "token")
_REFUSED_HEADERS = ("Authorization", "Bokeh-Session-Id", USER_HEADER)


@dataclass(frozen=True)
class Viewer:
    """Who looks at a page. The token is theirs: what it may do, the API decides."""

    name: str
    scopes: frozenset[str]
    token: str = field(repr=False)

    @property
    def may_steer(self) -> bool:
        """Whether to offer controls; the API decides again on every command."""
        return STEER_SCOPE in self.scopes


class HubAuthProvider(AuthProvider):
    """Asks the hub who a request's cookie belongs to, before anything else looks at it."""

    def __init__(self, hub: HubOAuth, login_handler: type[RequestHandler]) -> None:
        self.hub = hub
        self._login_handler = login_handler
        super().__init__()

    @property
    def get_user_async(self) -> Any:
        """What Bokeh awaits before every page and websocket."""
        return self.identify

    @property
    def login_url(self) -> str:
        """Relative, because Panel puts a dot before it."""
        return "/login"

    @property
    def login_handler(self) -> type[RequestHandler]:
        """Where a browser without a login is sent."""
        return self._login_handler

    async def identify(self, handler: RequestHandler) -> Viewer | None:
        """The viewer behind a request, or None, which sends a browser to the login.

        A browser that is refused gets a page of words; a websocket is refused before it opens.
        """
        try:
            return await self._identify(handler)
        except HTTPError as problem:
            if isinstance(handler, WebSocketHandler):
                raise
            handler.set_status(problem.status_code)
            handler.finish(notice_page(problem.status_code, self.hub.base_url))
            return None

    async def _identify(self, handler: RequestHandler) -> Viewer | None:
        """The viewer; raises HTTPError for what must not be redirected to the login.

        403: a websocket without a login, from elsewhere or with another user's page token; a
        user the hub keeps out; a caller that brings a session of their own. 404: Bokeh's
        embedding routes, which HAL9 does not use. 503: the hub does not answer.
        """
        if isinstance(handler, AutoloadJsHandler | MetadataHandler):
            raise HTTPError(404, "HAL9's pages are not embedded in others")
        _strip(handler.request)
        if handler.request.path == self.hub.base_url.rstrip("/"):
            # Without its last slash, what the pages name relative to themselves would be missed.
            handler.redirect(self.hub.base_url)
            return None
        websocket = isinstance(handler, WebSocketHandler)
        if websocket:
            check_origin(handler.request)
            # What a browser would say itself over https; the hub's helper asks for it.
            handler.request.headers["Sec-Fetch-Mode"] = "websocket"
        viewer = await self._viewer(handler)
        if viewer is None and websocket:
            raise HTTPError(403, "a websocket needs a login")
        if viewer is not None:
            handler.request.headers[USER_HEADER] = viewer.name
            handler.request.hal9_viewer = viewer  # type: ignore[attr-defined]
        if websocket and viewer is not None:
            check_page_token(handler, viewer)
            # Bokeh's own list of hosts cannot say "the page's own address"; ours was checked.
            handler.check_origin = lambda _origin: True  # type: ignore[attr-defined]
        return viewer

    async def _viewer(self, handler: RequestHandler) -> Viewer | None:
        try:
            model = await self.hub.get_user(handler, sync=False)
        except HTTPError as problem:
            raise HTTPError(503, "the hub does not answer; try again shortly") from problem
        if not model:
            return None
        if model.get("kind") != "user" or not self.hub.check_scopes(self.hub.access_scopes, model):
            raise HTTPError(403, f"{model.get('name')} may not open the dashboards")
        token = self.hub.get_token(handler)
        return Viewer(model["name"], frozenset(model["scopes"]), token)


def check_origin(request: HTTPServerRequest) -> None:
    """Raise HTTPError 403 unless the request comes from a page of its own address."""
    origins = request.headers.get_list("Origin")
    parts = urlsplit(origins[0]) if len(origins) == 1 else None
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.netloc.lower() != request.headers.get("Host", "").lower()
    ):
        raise HTTPError(403, "a websocket must come from a page of this address")


def check_page_token(handler: RequestHandler, viewer: Viewer) -> None:
    """Raise HTTPError 403 unless the websocket's page token was made for this viewer."""
    application: Any = handler.application
    offered = handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    token = offered[1].strip() if len(offered) == 2 else ""
    try:
        genuine = check_token_signature(token, application.secret_key, application.sign_sessions)
        owner = get_token_payload(token)["headers"][USER_HEADER] if genuine else None
    except Exception:  # whatever a forged token breaks on, it opens nothing
        owner = None
    if owner != viewer.name:
        raise HTTPError(403, "this page's token was not made for the user of this login")


def _strip(request: HTTPServerRequest) -> None:
    """Take out what would let a caller say who they are, or which session they want."""
    named = [name for name in _REFUSED_ARGUMENTS if name in request.arguments]
    if named or "Bokeh-Session-Id" in request.headers:
        raise HTTPError(403, "sessions are given out by the server alone")
    for name in _REFUSED_HEADERS:
        request.headers.pop(name, None)
