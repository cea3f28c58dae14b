"""One real platform for the whole session; tests that break it start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.running_platform import RunningPlatform


@pytest.fixture(scope="session")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """XDG_RUNTIME_DIR for every platform of the session, so that no other HAL9 is in the way."""
    return tmp_path_factory.mktemp("runtime")


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory, runtime_folder: Path
) -> Iterator[RunningPlatform]:
    """`hal9 up` on a free port with a fresh data folder, ready; stopped at the end."""
    data = tmp_path_factory.mktemp("platform") / "data"
    made = RunningPlatform(data, XDG_RUNTIME_DIR=str(runtime_folder))
    try:
        yield made.wait_ready()
    finally:
        made.stop()
