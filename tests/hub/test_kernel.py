"""A user's kernel: what it holds, what it can reach, what it starts with."""

import contextlib
import json
from collections.abc import Iterator

import httpx
import pytest

from support.kernel import run_in_kernel
from support.running_platform import RunningPlatform


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
