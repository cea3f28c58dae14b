"""The dashboards do not start half protected: what is missing is named."""

import subprocess
import sys

import pytest

from hal9lib.settings import inherited_environment

WHOLE = {
    "HAL9_COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
    "HAL9_API_URL": "http://127.0.0.1:9/services/api",
    "JUPYTERHUB_API_TOKEN": "token",
    "JUPYTERHUB_CLIENT_ID": "service-dashboards",
    "JUPYTERHUB_SERVICE_NAME": "dashboards",
    "JUPYTERHUB_SERVICE_PREFIX": "/services/dashboards/",
}


def started_with(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboards"],
        env=inherited_environment() | WHOLE | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"HAL9_COOKIE_SECRET": ""}, "HAL9_COOKIE_SECRET is missing or shorter than 32"),
        ({"HAL9_COOKIE_SECRET": "short"}, "HAL9_COOKIE_SECRET is missing or shorter than 32"),
        ({"JUPYTERHUB_API_TOKEN": ""}, "JUPYTERHUB_API_TOKEN is not set"),
        ({"HAL9_API_URL": ""}, "HAL9_API_URL is not set"),
        ({"JUPYTERHUB_SERVICE_NAME": ""}, "anyone the hub knows could open the dashboards"),
    ],
)
def test_what_is_missing_is_named(changes, said):
    ended = started_with(**changes)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
