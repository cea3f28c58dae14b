"""A small real HTTP server that answers, like the hub, whose a token is.

The real hub is exercised in tests/hub; here it is its answers that must be at hand, with any
scopes a test wants, and its absence.
"""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

READ, WRITE = "custom:hal9:read", "custom:hal9:write"
ACCESS = "access:services!service=api"


class HubStandIn:
    """Tokens are made with `token`; `status` other than 200 makes every question fail with it."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.status = 200
        #: How often the hub was asked whose a token is.
        self.asked = 0
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = hub.answer(self.path, self.headers.get("Authorization", ""))
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def api_url(self) -> str:
        """What JUPYTERHUB_API_URL is set to."""
        return f"http://127.0.0.1:{self._server.server_port}/hub/api"

    def token(
        self, name: str, scopes: tuple[str, ...] = (ACCESS, WRITE, READ), kind: str = "user"
    ) -> str:
        """A new token of this user or service."""
        token = secrets.token_hex(16)
        self.models[token] = {"kind": kind, "name": name, "admin": False, "scopes": list(scopes)}
        return token

    def revoke(self, token: str) -> None:
        """Know it no more."""
        del self.models[token]

    def answer(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        """Status and body, as JupyterHub gives them."""
        if self.status != 200:
            return self.status, {"status": self.status, "message": "Internal Server Error"}
        if path.rstrip("/") == "/hub/api":
            return 200, {"version": "6.1.1"}
        if path != "/hub/api/user":
            return 404, {"status": 404, "message": "Not Found"}
        self.asked += 1
        model = self.models.get(authorization.removeprefix("token "))
        if model is None:
            return 403, {"status": 403, "message": "Missing or invalid credentials."}
        return 200, model

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def hub_standin() -> Iterator[HubStandIn]:
    """One that is stopped afterwards."""
    hub = HubStandIn()
    try:
        yield hub
    finally:
        hub.close()
