"""The real platform for tests: `up` on a free port with a data folder of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_S = 180.0  # a busy machine; what it usually takes is said by `up` itself


class RunningPlatform:
    """`hal9 up` as a child process, with what a person at it can do.

    `url` ends with a slash; `console()` is what `up` has written; `state()` is run/up.json.
    """

    def __init__(self, data: Path, port: int | None = None, **environment: str) -> None:
        """Start it; `wait_ready` waits. `environment` is added to the caller's."""
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.api = f"{self.url}services/api"
        self.dashboards = f"{self.url}services/dashboards/"
        data.parent.mkdir(parents=True, exist_ok=True)
        self._console = data.with_name(f"{data.name}.console")
        inherited = {name: v for name, v in os.environ.items() if not name.startswith("HAL9_")}
        with self._console.open("wb") as console:
            self.process = subprocess.Popen(
                up_command(self.port, data),
                env={**inherited, **environment},
                cwd=data.parent,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )

    @classmethod
    def of(cls, data: Path, process: "subprocess.Popen[bytes]") -> "RunningPlatform":
        """A platform that somebody else has started."""
        made = cls.__new__(cls)
        made.data, made.process = data, process
        return made

    def wait_ready(self) -> "RunningPlatform":
        """Wait until it has said its address; RuntimeError with its words when it ended."""
        give_up = time.monotonic() + READY_S
        while "HAL9 is ready" not in self.console():
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"up did not come up:\n{self.console()}")
            time.sleep(0.1)
        return self

    def console(self) -> str:
        """All that `up` has written so far."""
        return self._console.read_text(errors="replace")

    def state(self) -> dict[str, Any]:
        """What the platform says of itself: address, pid, programs."""
        found: dict[str, Any] = json.loads((self.data / "run" / "up.json").read_text())
        return found

    def ports(self) -> dict[str, int]:
        """The internal ports by program."""
        found: dict[str, int] = json.loads((self.data / "run" / "ports.json").read_text())
        return found

    def password(self, user: str) -> str:
        """The generated login password."""
        return (self.data / "secrets" / f"password-{user}").read_text().strip()

    def stop(self, sent: signal.Signals = signal.SIGINT, wait_s: float = 40.0) -> int:
        """Send the signal and wait; the exit status. Kills what does not end."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
        try:
            return self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(10)

    def processes(self) -> list[psutil.Process]:
        """Every process of the platform that runs now, users' servers and kernels too."""
        return [p for p in psutil.process_iter() if _belongs(p, str(self.data), self.process.pid)]

    def login(
        self,
        user: str,
        password: str | None = None,
        host: str = "127.0.0.1",
        cookies: httpx.Cookies | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Client:
        """A client that has sent the login form, with the cookies a browser would have."""
        client = httpx.Client(
            base_url=f"http://{host}:{self.port}",
            follow_redirects=True,
            timeout=60,
            trust_env=False,
            cookies=cookies,
            headers=headers,
        )
        page = client.get("/hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        form = {
            "username": user,
            "password": self.password(user) if password is None else password,
            "_xsrf": xsrf.group(1) if xsrf else "",
        }
        self.answer = client.post("/hub/login?next=%2Fhub%2Fhome", data=form)
        return client

    def token(self, user: str, scopes: Sequence[str] = ()) -> str:
        """A token the user makes for themselves; all the user may do when no scopes are named."""
        with contextlib.closing(self.login(user)) as client:
            made = client.post(
                f"/hub/api/users/{user}/tokens",
                json={"note": "test", **({"scopes": list(scopes)} if scopes else {})},
                headers=xsrf_header(client),
            )
        made.raise_for_status()
        return str(made.json()["token"])

    def start_server(self, user: str) -> httpx.Client:
        """The user's own Jupyter server, started if need be: a client for its API."""
        token = self.token(user)
        headers = {"Authorization": f"token {token}"}
        client = httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)
        client.post(f"/hub/api/users/{user}/server").raise_for_status()
        give_up = time.monotonic() + READY_S
        while True:
            server = client.get(f"/hub/api/users/{user}").json().get("servers", {}).get("", {})
            if server.get("ready"):
                return client
            if time.monotonic() > give_up:
                raise RuntimeError((self.data / "logs" / "hub.log").read_text()[-3000:])
            time.sleep(0.2)


def up_command(port: int, data: Path) -> list[str]:
    """The command, as the launcher hands it over."""
    up = [sys.executable, "-P", "-m", "hal9lib.cli", "up"]
    return [*up, "--port", str(port), "--data", str(data)]


def xsrf_header(client: httpx.Client, path: str = "/hub/") -> dict[str, str]:
    """The header that a page's own script would send."""
    tokens = [c.value for c in client.cookies.jar if c.name == "_xsrf" and c.path == path]
    return {"X-XSRFToken": tokens[0] or ""} if tokens else {}


def _belongs(process: psutil.Process, data: str, main: int) -> bool:
    """By its command line, its folder or its environment: whichever this process shows us."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            return False
        shown = [*process.cmdline(), process.cwd(), *process.environ().values()]
    except psutil.Error:
        return False
    return process.pid == main or any(data in text for text in shown)
