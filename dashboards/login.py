"""To the hub's login and back: the two addresses a browser passes on its way to a page."""

from typing import Any
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.httputil import url_concat
from tornado.web import RequestHandler

from dashboards.notice import NoticeMixin


class Login(NoticeMixin, HubOAuthenticated, RequestHandler):
    """Send a browser to the hub, with a state and a code challenge of its own."""

    async def get(self) -> None:
        """Redirect; the page asked for comes back with the state."""
        hub: Any = self.hub_auth
        verifier, challenge, method = hub.generate_pkce_code_challenge()
        wanted = own_page(self.get_argument("next", ""), hub.base_url)
        state = hub.set_state_cookie(self, next_url=wanted, code_verifier=verifier)
        pkce = {"code_challenge": challenge, "code_challenge_method": method}
        self.redirect(url_concat(hub.login_url, {"state": state, **pkce}))


class Callback(NoticeMixin, HubOAuthCallbackHandler):
    """Take the hub's answer; what goes wrong is said in words, with a way out."""


def own_page(wanted: str, prefix: str) -> str:
    """`wanted` if it is a path below `prefix`, else `prefix`: a login redirects nowhere else.

    >>> own_page("/services/dashboards/live?x=1", "/services/dashboards/")
    '/services/dashboards/live?x=1'
    >>> own_page("https://example.org/services/dashboards/", "/services/dashboards/")
    '/services/dashboards/'
    >>> own_page("/services/dashboards/../../hub", "/services/dashboards/")
    '/services/dashboards/'
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return prefix
    plain = not parts.scheme and not parts.netloc and wanted.isprintable()
    if plain and "\\" not in wanted and ".." not in wanted and parts.path.startswith(prefix):
        return wanted
    return prefix
