"""A user's kernel: what it holds, what it can reach, what it starts with."""

import contextlib
import json
import socket
from collections.abc import Iterator

import httpx
import psutil
import pytest

from support.kernel import run_in_kernel
from support.running_platform import RunningPlatform
from support.waiting import wait_for


@pytest.fixture(scope="module")
def server(platform: RunningPlatform) -> Iterator[httpx.Client]:
    with contextlib.closing(platform.start_server("researcher")) as client:
        yield client


def test_its_environment_holds_no_secret_of_the_platform(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    environment = json.loads(run_in_kernel(server, "researcher", code))
    assert environment["HAL9_API_URL"] == platform.api
    assert environment["JUPYTERHUB_API_TOKEN"]
    assert not [name for name in environment if "STORE" in name or "DATABASE" in name]
    kept = {file.name: file.read_text().strip() for file in (platform.data / "secrets").iterdir()}
    assert len(kept) >= 10
    shown = "\n".join(environment.values())
    assert [name for name, value in kept.items() if value in shown] == []
    assert "postgresql" not in shown


def test_open_store_is_the_service_in_the_users_name(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    code = (
        "import hal9lib as hal9\n"
        "run = hal9.simulate(hal9.models.brunel(neurons=500, indegree=50, seed=3), "
        "duration_ms=50)\n"
        "print(hal9.open_store().save(run))\n"
    )
    key = run_in_kernel(server, "researcher", code).split()[-1]
    found = server.get(f"/services/api/runs/{key}").json()
    assert found["owner"] == "researcher"


def test_its_home_is_the_users_own_folder_with_the_notebooks(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    printed = run_in_kernel(
        server, "researcher", "import os; print(os.getcwd(), os.environ['HOME'])"
    )
    assert printed.split() == [str(platform.data / "users" / "researcher")] * 2
    assert (platform.data / "users" / "researcher" / "notebooks").is_dir()


def test_one_users_server_is_closed_to_another(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    headers = {"Authorization": f"token {platform.token('viewer')}"}
    assert server.get("/user/researcher/api/contents").status_code == 200
    for path in ("api/contents", "api/kernels", "lab", "api/terminals"):
        url = f"{platform.url}user/researcher/{path}"
        answer = httpx.get(url, headers=headers, timeout=30, trust_env=False)
        assert answer.status_code in (302, 403)


def test_the_hub_opens_the_first_notebook(platform: RunningPlatform, server: httpx.Client) -> None:
    answer = server.get("/user/researcher/")
    assert answer.status_code == 302
    path = answer.headers["location"].rstrip("?")
    assert path == "/user/researcher/lab/tree/notebooks/01-first-run.ipynb"


def test_lab_asks_nothing_of_the_world(platform: RunningPlatform, server: httpx.Client) -> None:
    page = server.get("/user/researcher/lab").text
    assert '"news": {"disabled": true}' in page.replace("'", '"')
    path = "/user/researcher/lab/api/settings/@jupyterlab/apputils-extension:notification"
    overridden = server.get(path).json()["schema"]["properties"]
    assert overridden["fetchNews"]["default"] == "false"
    assert overridden["checkForUpdates"]["default"] is False


def listening(platform: RunningPlatform) -> set[tuple[str, int]]:
    """Every address that a process of the platform takes connections or datagrams on."""
    found = set()
    for process in platform.processes():
        with contextlib.suppress(psutil.Error):  # it ended since it was listed
            for held in process.net_connections("inet"):
                if held.status == psutil.CONN_LISTEN or held.type == socket.SOCK_DGRAM:
                    found.add((held.laddr.ip, held.laddr.port))
    return found


def test_everything_listens_on_this_machine_alone(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    kernel = server.post("/user/researcher/api/kernels", json={}).json()["id"]
    # PostgreSQL, the proxy's two, hub, API, dashboards, the user's server, the kernel's five.
    wait_for(lambda: len(listening(platform)) >= 12, "all of them to listen")
    assert {ip for ip, _ in listening(platform)} == {"127.0.0.1"}
    server.delete(f"/user/researcher/api/kernels/{kernel}")


def test_no_secret_is_in_a_log_or_a_command_line(
    platform: RunningPlatform, server: httpx.Client
) -> None:
    secrets = [file.read_text().strip() for file in (platform.data / "secrets").iterdir()]
    logs = [file.read_text(errors="replace") for file in (platform.data / "logs").glob("*.log*")]
    commands = [" ".join(process.cmdline()) for process in platform.processes()]
    assert len(secrets) >= 10
    assert len(logs) >= 6
    assert len(commands) >= 10
    token = server.headers["Authorization"].split()[1]
    shown = "\n".join([*logs, *commands])
    assert [secret for secret in (*secrets, token) if secret in shown] == []
