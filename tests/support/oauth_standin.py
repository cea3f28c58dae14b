"""A small hub for tests of the dashboards: it logs in, gives tokens, and takes them back.

It keeps the rules a service depends on: a code is good once, for the client, the address and
the code challenge it was asked with; a token ends when the login it came from ends.
"""

import asyncio
import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tornado.httpserver import HTTPServer
from tornado.httputil import url_concat
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

CLIENT, SECRET = "service-dashboards", "dashboards-secret-of-the-tests"
CALLBACK = "/services/dashboards/oauth_callback"
READ = ["access:services!service=api", "access:services!service=dashboards", "custom:hal9:read"]
WRITE = [*READ, "custom:hal9:write"]


@dataclass
class HubStandin:
    """The hub's state, and where it listens once started."""

    users: dict[str, list[str]] = field(
        default_factory=lambda: {
            "researcher": WRITE,
            "viewer": READ,
            "stranger": ["access:services!service=api"],
        }
    )
    url: str = ""
    away: bool = False
    logins: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def token_of(self, user: str, session: str = "") -> str:
        """A new token of a user."""
        token = secrets.token_urlsafe(24)
        self.tokens[token] = {"name": user, "session": session}
        return token

    def model(self, token: str) -> dict[str, Any] | None:
        """What ``/hub/api/user`` says of a token."""
        known = self.tokens.get(token)
        if known is None:
            return None
        scopes = self.users[known["name"]]
        return {"name": known["name"], "kind": "user", "scopes": scopes, "admin": False}

    def log_out(self, session: str) -> None:
        """End a login and every token that came from it."""
        self.logins = {k: v for k, v in self.logins.items() if v[1] != session}
        self.tokens = {k: v for k, v in self.tokens.items() if v["session"] != session}

    def start(self) -> "HubStandin":
        """Serve on a free port of 127.0.0.1, in a thread."""
        ready = threading.Event()
        thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        thread.start()
        assert ready.wait(10.0)
        self._thread = thread
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10.0)

    def _serve(self, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
            sockets = bind_sockets(0, "127.0.0.1")
            self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
            server = HTTPServer(Application(_routes(), hub=self))
            server.add_sockets(sockets)
            ready.set()
            await self._stopped.wait()
            server.stop()
            await server.close_all_connections()

        asyncio.run(serve())


class _Handler(RequestHandler):
    @property
    def hub(self) -> HubStandin:
        return self.settings["hub"]

    def prepare(self) -> None:
        self.hub.asked.append(self.request.path)
        if self.hub.away:
            self.send_error(503)

    def login(self) -> tuple[str, str] | None:
        return self.hub.logins.get(self.get_cookie("standin-login", "") or "")


class _Login(_Handler):
    def get(self) -> None:
        key, session = secrets.token_hex(8), secrets.token_hex(8)
        self.hub.logins[key] = (self.get_argument("user"), session)
        self.set_cookie("standin-login", key, path="/hub/", httponly=True)
        self.set_cookie("jupyterhub-session-id", session, path="/")
        self.redirect(self.get_argument("next", "/hub/home"))


class _Logout(_Handler):
    def get(self) -> None:
        login = self.login()
        if login:
            self.hub.log_out(login[1])
        self.clear_cookie("standin-login", path="/hub/")
        self.clear_cookie("jupyterhub-session-id", path="/")
        self.write("logged out")


class _Authorize(_Handler):
    def get(self) -> None:
        login = self.login()
        if login is None:
            self.set_status(401)
            self.finish("log in first")
            return
        good = (
            self.get_argument("client_id") == CLIENT
            and self.get_argument("redirect_uri") == CALLBACK
            and self.get_argument("response_type") == "code"
            and self.get_argument("code_challenge_method") == "S256"
        )
        if not good:
            self.send_error(400)
            return
        code = secrets.token_urlsafe(12)
        challenge = self.get_argument("code_challenge")
        self.hub.codes[code] = {"user": login[0], "session": login[1], "challenge": challenge}
        # Behind the hub's proxy both share an address; here the caller says where it is.
        base = self.get_argument("base", self.get_cookie("standin-base", "") or "")
        query = {"code": code, "state": self.get_argument("state")}
        self.redirect(f"{base}{CALLBACK}?{urlencode(query)}")


class _Token(_Handler):
    def post(self) -> None:
        code = self.hub.codes.pop(self.get_argument("code"), None)
        digest = hashlib.sha256(self.get_argument("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        good = (
            code is not None
            and self.get_argument("client_id") == CLIENT
            and self.get_argument("client_secret") == SECRET
            and self.get_argument("redirect_uri") == CALLBACK
            and code["challenge"] == challenge
        )
        if not good or code is None:
            self.set_status(400)
            self.finish({"error": "invalid_grant"})
            return
        token = self.hub.token_of(code["user"], code["session"])
        self.finish({"access_token": token, "token_type": "Bearer"})


class _User(_Handler):
    def get(self) -> None:
        token = self.request.headers.get("Authorization", "").partition(" ")[2]
        model = self.hub.model(token)
        if model is None:
            self.set_status(403)
            self.finish({"status": 403})
            return
        self.finish(model)


class _Root(_Handler):
    def get(self) -> None:
        self.finish({"version": "stand-in"})


def _routes() -> list[tuple[str, type[RequestHandler]]]:
    return [
        (r"/hub/login", _Login),
        (r"/hub/logout", _Logout),
        (r"/hub/api/oauth2/authorize", _Authorize),
        (r"/hub/api/oauth2/token", _Token),
        (r"/hub/api/user", _User),
        (r"/hub/api/", _Root),
    ]


def login_address(hub: HubStandin, user: str, next_address: str) -> str:
    """Where a browser logs in as `user` and is sent on to `next_address`."""
    return url_concat(f"{hub.url}/hub/login", {"user": user, "next": next_address})
