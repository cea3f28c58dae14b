"""The service as it runs in earnest: a process of its own with uvicorn, behind a path prefix."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from hal9lib.settings import inherited_environment
from support.ports import free_port

PREFIX = "/services/api"
SECRET_TOKEN = "service-token-that-must-stay-secret"


class ServiceProcess:
    """`python -m hal9lib.service`; what it prints is kept in `log`."""

    def __init__(self, folder: Path, store_url: str, hub_api_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{PREFIX}"
        self.store_url = store_url
        self.data = folder / "data"
        self.log = folder / "service.log"
        environment = inherited_environment() | {
            "HAL9_STORE_URL": store_url,
            "HAL9_DATA": str(self.data),
            "HAL9_API_PORT": str(self.port),
            "JUPYTERHUB_API_URL": hub_api_url,
            "JUPYTERHUB_API_TOKEN": SECRET_TOKEN,
            "JUPYTERHUB_SERVICE_NAME": "api",
            "JUPYTERHUB_SERVICE_PREFIX": f"{PREFIX}/",
        }
        self._environment = environment
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers at all."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hal9lib.service"],
                env=self._environment,
                stdout=out,
                stderr=out,
            )
        give_up = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}/me", trust_env=False)
                return
            except httpx.TransportError:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(self.log.read_text()) from None
                time.sleep(0.05)

    def client(self, token: str | None, **options: Any) -> httpx.Client:
        """A client that speaks with this token."""
        headers = {"Authorization": f"token {token}"} if token else {}
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=30, trust_env=False, **options
        )

    def lines(self) -> list[dict[str, Any]]:
        """The log so far; every line must be JSON."""
        # The last may be half written at this moment.
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def kill(self) -> None:
        """End it at once, as -9 does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def service_process(folder: Path, store_url: str, hub_api_url: str) -> Iterator[ServiceProcess]:
    """One that is stopped afterwards."""
    service = ServiceProcess(folder, store_url, hub_api_url)
    try:
        yield service
    finally:
        service.stop()
