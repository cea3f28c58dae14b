"""A second platform beside the first: apart in everything, and gone without a trace."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from hal9lib.local.ports import is_free
from support.running_platform import RunningPlatform
from support.waiting import wait_for


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("second") / "data"


@pytest.fixture
def second(
    platform: RunningPlatform, data: Path, runtime_folder: Path
) -> Iterator[RunningPlatform]:
    made = RunningPlatform(data, XDG_RUNTIME_DIR=str(runtime_folder))
    try:
        yield made.wait_ready()
    finally:
        made.stop()


def who(client: httpx.Client, host: str, port: int) -> str:
    """The name on the hub's own page; empty when the browser is sent to the login."""
    page = client.get(f"http://{host}:{port}/hub/home")
    if page.url.path == "/hub/login":
        return ""
    assert page.status_code == 200, page.text
    return page.text.split('user: "')[1].split('"')[0]


def test_two_side_by_side_and_then_ctrl_c(
    platform: RunningPlatform, second: RunningPlatform
) -> None:
    hosts = [urlsplit(p.state()["address"]).hostname or "" for p in (platform, second)]
    # Cookies know no ports: only by their host names do a browser's two logins stay apart.
    assert hosts == ["127.0.0.1", "localhost"]
    assert second.password("researcher") != platform.password("researcher")
    shared = httpx.Cookies()
    for one, host in zip((platform, second), hosts, strict=True):
        with contextlib.closing(one.login("researcher", host=host, cookies=shared)) as client:
            shared = client.cookies
            assert who(client, host, one.port) == "researcher"
    with httpx.Client(cookies=shared, follow_redirects=True, trust_env=False) as browser:
        assert who(browser, hosts[0], platform.port) == "researcher"
        assert who(browser, hosts[1], second.port) == "researcher"
        browser.get(f"http://{hosts[1]}:{second.port}/hub/logout")
        assert who(browser, hosts[1], second.port) == ""
        assert who(browser, hosts[0], platform.port) == "researcher"
    ends_without_a_trace(second, signal.SIGINT)
    assert platform.process.poll() is None


def ends_without_a_trace(second: RunningPlatform, sent: signal.Signals) -> None:
    """With a user's server and a kernel in it: after the signal nothing is left."""
    with contextlib.closing(second.start_server("viewer")) as client:
        client.post("/user/viewer/api/kernels", json={}).raise_for_status()
    before = second.processes()
    assert len([p for p in before if "jupyterhub.singleuser" in p.cmdline()]) == 1
    assert len([p for p in before if "ipykernel_launcher" in " ".join(p.cmdline())]) == 1
    ports = [second.port, *second.ports().values()]
    assert second.stop(sent) == 0
    assert second.processes() == []
    assert all(is_free(port) for port in ports)
    assert not (second.data / "run" / "up.json").exists()
    assert not (second.data / "run" / "postgres-copy").exists()
    assert "nothing of HAL9 runs any more" in second.console()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties processes together")
def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(
    second: RunningPlatform,
) -> None:
    with contextlib.closing(second.start_server("viewer")) as client:
        client.post("/user/viewer/api/kernels", json={}).raise_for_status()
    os.kill(second.state()["supervisor"], signal.SIGKILL)
    assert second.process.wait(30) == 1
    assert second.processes() == []
    assert "the supervisor ended (signal SIGKILL)" in second.console()
    assert sorted(p.name for p in (second.data / "run").iterdir()) == ["home", "lock", "ports.json"]


def test_after_that_it_starts_again_with_the_same_state(second: RunningPlatform) -> None:
    # What the killed one left behind (its notes, PostgreSQL's lock file) is no obstacle, and
    # the hub does not take another process for the server it once had.
    with contextlib.closing(second.login("viewer")) as client:
        assert second.answer.status_code == 200
        assert client.get("/hub/home").status_code == 200
    guard = second.state()["pid"]
    os.kill(guard, signal.SIGKILL)
    wait_for(lambda: not second.processes(), "everything to end after its guard")
    assert not psutil.pid_exists(guard) or psutil.Process(guard).status() == "zombie"
