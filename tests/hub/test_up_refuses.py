"""`up` where it cannot come up: one message, exit status 1 or 2, nothing left running."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.bare import on_full_disk, read_only
from support.ports import free_port
from support.running_platform import RunningPlatform, up_command


def up(
    data: Path, port: int | None = None, before: Sequence[str] = (), **environ: str
) -> subprocess.CompletedProcess[str]:
    inherited = {name: v for name, v in os.environ.items() if not name.startswith("HAL9_")}
    return subprocess.run(
        [*before, *up_command(port or free_port(), data)],
        env={**inherited, **environ},
        cwd=data.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )


def one_message(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("hal9: ")]
    assert len(said) == 1, done.stderr
    return done.stderr[done.stderr.index("hal9: ") :]


def test_twice_on_one_data_folder_names_the_running_one(platform: RunningPlatform) -> None:
    said = one_message(up(platform.data))
    state = platform.state()
    assert f"HAL9 already runs on {platform.data}: {state['address']}" in said
    assert f"kill {state['pid']}" in said
    assert "--port N --data DIR" in said


def test_a_taken_port_is_named_with_another(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = one_message(up(tmp_path / "data", port))
    assert f"port {port} on 127.0.0.1 is taken by another program. Use another: --port " in said


def test_a_read_only_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "fixed"
    (folder / "data").mkdir(parents=True)
    said = one_message(up(folder / "data", before=read_only(folder)))
    assert f"the data folder {folder / 'data'} cannot be written: Read-only file system" in said
    assert "--data DIR" in said


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    said = one_message(up(disk / "data", before=on_full_disk(disk, 2_000)))
    assert f"the disk of {disk / 'data'} is full: " in said
    assert "HAL9 needs 300 MB" in said


def test_a_disk_with_no_byte_left(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    fill = f'dd if=/dev/zero of="{disk}/fill" bs=4k 2>/dev/null; exec "$@"'
    before = [*on_full_disk(disk, 2_000), "sh", "-c", fill, "sh"]
    said = one_message(up(disk / "data", before=before))
    assert f"the disk of {disk / 'data'} is full" in said


def test_a_file_where_the_data_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    said = one_message(up(tmp_path / "data"))
    assert f"{tmp_path / 'data'} is in the way: it is not a folder" in said


def test_a_secret_others_can_read_stops_the_start(tmp_path: Path) -> None:
    secrets = tmp_path / "data" / "secrets"
    secrets.mkdir(parents=True, mode=0o700)
    (secrets / "token-api").write_text("0" * 64)
    (secrets / "token-api").chmod(0o644)
    said = one_message(up(tmp_path / "data"))
    assert f"{secrets / 'token-api'} has mode 644, so others on this machine can read it" in said
    assert f"chmod 600 {secrets / 'token-api'}" in said


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgre://u:hidden@h/d", "HAL9_STORE_URL has value 'postgre://…', not a store URL"),
        ("duckdb:///tmp/x", "HAL9_STORE_URL has scheme 'duckdb', but the platform shares"),
        ("postgresql://u:hidden@127.0.0.1:9/d", "PostgreSQL on 127.0.0.1 cannot be used"),
    ],
)
def test_a_store_that_cannot_be_used(tmp_path: Path, url: str, message: str) -> None:
    done = up(tmp_path / "data", HAL9_STORE_URL=url)
    assert message in one_message(done)
    assert "hidden" not in done.stdout + done.stderr


def test_postgresql_of_another_version_is_named(tmp_path: Path) -> None:
    cluster = tmp_path / "data" / "postgres"
    cluster.mkdir(parents=True, mode=0o700)
    (cluster / "PG_VERSION").write_text("14\n")
    said = one_message(up(tmp_path / "data"))
    assert f"{cluster} was written by PostgreSQL 14, this is 18" in said


def test_a_broken_proxy_stops_the_start_and_shows_why(tmp_path: Path) -> None:
    # A copy of the package in which the proxy's program is not there.
    broken = (
        "import sys; from hal9lib.local import programs, up; from pathlib import Path;"
        "programs.proxy_script = lambda: Path('/nonexistent/proxy.js');"
        f"sys.exit(up.main({free_port()}, Path({str(tmp_path / 'data')!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken], capture_output=True, text=True, timeout=120
    )
    said = one_message(done)
    assert "proxy crashes at its start. The end of" in said
    assert "Cannot find module '/nonexistent/proxy.js'" in said
    assert "nothing of HAL9 runs any more" in done.stderr
    shutil.rmtree(tmp_path / "data")
