"""Parts of the platform killed with -9: they come back, and sessions go on."""

import contextlib
import os
import signal
from collections.abc import Iterator

import httpx
import psutil
import pytest

from support.running_platform import RunningPlatform, xsrf_header
from support.waiting import wait_for


@pytest.fixture(scope="module")
def server(platform: RunningPlatform) -> Iterator[httpx.Client]:
    with contextlib.closing(platform.start_server("researcher")) as client:
        yield client


def kill(platform: RunningPlatform, name: str) -> int:
    """Kill a program with -9; its successor's process id, once there is one."""
    before = platform.state()["programs"][name]
    os.kill(before, signal.SIGKILL)

    def successor() -> int:
        now = int(platform.state()["programs"].get(name, before))
        return now if now != before else 0

    return wait_for(successor, f"{name} to be restarted")


def healthy(platform: RunningPlatform) -> bool:
    token = (platform.data / "secrets" / "token-api").read_text().strip()
    headers = {"Authorization": f"token {token}"}
    with contextlib.suppress(httpx.HTTPError):
        url = f"{platform.api}/health"
        return httpx.get(url, headers=headers, timeout=10, trust_env=False).status_code == 200
    return False


def hub_answers(platform: RunningPlatform) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        url = f"{platform.url}hub/login"
        return httpx.get(url, timeout=10, trust_env=False).status_code == 200
    return False


def lets_in(platform: RunningPlatform) -> bool:
    """Whether a login works, which takes the hub and its database; health may be seconds old."""
    with (
        contextlib.suppress(httpx.HTTPError),
        contextlib.closing(platform.login("researcher")) as browser,
    ):
        return browser.get("/hub/api/user", headers=xsrf_header(browser)).status_code == 200
    return False


def users_server(platform: RunningPlatform) -> psutil.Process:
    found = [p for p in platform.processes() if "jupyterhub.singleuser" in p.cmdline()]
    assert len(found) == 1
    return found[0]


def test_a_hub_killed_with_9_comes_back_and_sessions_go_on(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    with contextlib.closing(platform.login("researcher")) as browser:
        process = users_server(platform)
        kernel = server.post("/user/researcher/api/kernels", json={}).json()["id"]
        kill(platform, "hub")
        # The proxy and the user's server are still there while the hub is not.
        assert server.get("/user/researcher/api").status_code == 200
        wait_for(lambda: hub_answers(platform), "the hub to answer again", 120)
        # The login made before is still one, and the server is the very same.
        page = browser.get("/hub/api/user", headers=xsrf_header(browser))
        assert page.json()["name"] == "researcher"
        assert server.get("/hub/api/users/researcher").json()["servers"][""]["ready"]
        assert users_server(platform).pid == process.pid
        kernels = server.get("/user/researcher/api/kernels").json()
        assert kernel in [found["id"] for found in kernels]
        server.delete(f"/user/researcher/api/kernels/{kernel}")


def test_a_hub_that_came_back_can_still_stop_the_server(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    process = users_server(platform)
    assert server.delete("/hub/api/users/researcher/server").status_code in (202, 204)
    # Adopted by the supervisor when the hub died, so it is the supervisor that clears it away.
    wait_for(lambda: not psutil.pid_exists(process.pid), "the user's server to end")


@pytest.mark.parametrize("name", ["api", "dashboards", "worker", "proxy", "postgresql"])
def test_killed_with_9_it_comes_back_and_all_is_well(platform: RunningPlatform, name: str) -> None:
    kill(platform, name)
    wait_for(lambda: hub_answers(platform) and healthy(platform), "the platform to be well", 120)
    wait_for(lambda: lets_in(platform), "a login to work", 60)


def test_the_platform_tells_how_often(platform: RunningPlatform) -> None:
    restarts = platform.state()["restarts"]
    assert restarts["hub"] >= 1
    log = (platform.data / "logs" / "supervisor.log").read_text()
    assert "hub ended (signal SIGKILL); restarting it in 0.5 s." in log
