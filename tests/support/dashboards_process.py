"""The dashboards as they run in earnest: a process of their own, behind a hub's stand-in."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from hal9lib.settings import inherited_environment
from support.oauth_standin import CALLBACK, CLIENT, SECRET, HubStandin
from support.ports import free_port

PREFIX = "/services/dashboards/"
COOKIE_SECRET = "cookie-secret-of-the-tests-0123456789-abcdef"


class DashboardsProcess:
    """`python -m dashboards`; what it prints is kept in `log`."""

    def __init__(self, folder: Path, hub: HubStandin, api_url: str, **environment: str) -> None:
        self.hub, self.port = hub, free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}{PREFIX}"
        self.folder, self.log = folder, folder / "dashboards.log"
        self.environment = inherited_environment() | {
            "HAL9_DASHBOARDS_PORT": str(self.port),
            "HAL9_API_URL": api_url,
            "HAL9_COOKIE_SECRET": COOKIE_SECRET,
            "JUPYTERHUB_API_URL": f"{hub.url}/hub/api",
            "JUPYTERHUB_API_TOKEN": SECRET,
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_HOST": hub.url,
            "JUPYTERHUB_CLIENT_ID": CLIENT,
            "JUPYTERHUB_OAUTH_CALLBACK_URL": CALLBACK,
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services!service=dashboards"]',
            "JUPYTERHUB_SERVICE_NAME": "dashboards",
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            **environment,
        }
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboards"], env=self.environment, stdout=out, stderr=out
            )
        give_up = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}assets/favicon.svg", trust_env=False)
                return
            except httpx.TransportError:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(self.log.read_text()) from None
                time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    @contextmanager
    def browser(self, user: str | None = None) -> Iterator[httpx.Client]:
        """What a browser would be: it keeps cookies, and has logged in to the hub as `user`."""
        with httpx.Client(timeout=30, trust_env=False) as client:
            client.cookies.set("standin-base", self.origin, domain="127.0.0.1")
            if user:
                client.get(f"{self.hub.url}/hub/login", params={"user": user})
            yield client

    def open_page(self, client: httpx.Client, slug: str = "", **options: Any) -> httpx.Response:
        """A page, through all that a login takes."""
        return client.get(f"{self.url}{slug}", follow_redirects=True, **options)

    def socket(
        self, cookies: httpx.Cookies, token: str, origin: str | None = "own", slug: str = "/live"
    ) -> ClientConnection:
        """A page's websocket; raises InvalidStatus when it is refused."""
        sent = "; ".join(f"{c.name}={c.value}" for c in cookies.jar)
        return connect(
            f"ws://127.0.0.1:{self.port}{PREFIX.rstrip('/')}{slug}/ws",
            origin=self.origin if origin == "own" else origin,  # type: ignore[arg-type]
            subprotocols=["bokeh", token],  # type: ignore[list-item]
            additional_headers={"Cookie": sent} if sent else None,
            proxy=None,
        )


def page_token(page: httpx.Response) -> str:
    """The token that Bokeh put into a page."""
    found = re.search(r'"token":\s*"([^"]+)"', page.text)
    assert found, page.text[:2_000]
    return found[1]


@contextmanager
def dashboards_process(folder: Path, api_url: str, **options: str) -> Iterator[DashboardsProcess]:
    """One, with its hub, stopped afterwards."""
    hub = HubStandin().start()
    try:
        site = DashboardsProcess(folder, hub, api_url, **options)
        try:
            yield site
        finally:
            site.stop()
    finally:
        hub.stop()
