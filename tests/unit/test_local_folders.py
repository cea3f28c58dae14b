"""The data folder, the host name in the address, and who holds what."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hal9lib.errors import PlatformError
from hal9lib.local.browser_host import claim_browser_host
from hal9lib.local.folders import prepare_folders
from hal9lib.local.instance import alone, forget_state, is_running, read_state, write_state
from hal9lib.local.logs import KEEP_BYTES, last_lines, open_log

HOLD = """
import sys
from pathlib import Path
from hal9lib.local.folders import prepare_folders
from hal9lib.local.instance import alone
with alone(prepare_folders(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_what_holds_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    folders = prepare_folders(tmp_path / "deep" / "data")
    private = (folders.secrets, folders.run, folders.logs, folders.users, folders.cache)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in private} == {0o700}
    assert prepare_folders(folders.data) == folders


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "logs").write_text("")
    with pytest.raises(PlatformError, match=r"data/logs is in the way: it is not a folder"):
        prepare_folders(tmp_path / "data")


def test_one_holder_at_a_time_even_when_it_is_killed(tmp_path: Path) -> None:
    folders = prepare_folders(tmp_path / "data")
    command = [sys.executable, "-c", HOLD, str(folders.data)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_running(folders)
        with pytest.raises(PlatformError, match=r"already starting or stopping"), alone(folders):
            pass
        write_state(folders, {"address": "http://127.0.0.1:1/", "pid": 7})
        said = r"already runs on .*: http://127.0.0.1:1/ \(process 7\)"
        with pytest.raises(PlatformError, match=said), alone(folders):
            pass
        holder.kill()
    assert not is_running(folders)
    with alone(folders):
        assert is_running(folders)


def test_state_is_read_back_and_forgotten(tmp_path: Path) -> None:
    folders = prepare_folders(tmp_path / "data")
    assert read_state(folders) == {}
    write_state(folders, {"pid": 1})
    assert read_state(folders) == {"pid": 1}
    (folders.run / "up.json").write_text("{")
    assert read_state(folders) == {}
    forget_state(folders)
    forget_state(folders)


def test_each_platform_prints_another_host_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    first, held_first = claim_browser_host(8000)
    second, held_second = claim_browser_host(8001)
    third, held_third = claim_browser_host(8002)
    assert (first, second, third) == ("127.0.0.1", "localhost", "hal9-8002.localhost")
    assert held_first
    assert held_second
    assert held_third is None
    held_first.close()
    again, held_again = claim_browser_host(8003)
    assert again == "127.0.0.1"
    assert held_again
    held_again.close()
    held_second.close()


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_a_shared_folder_that_others_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    prepared = tmp_path / f"hal9-{os.getuid()}"
    prepared.mkdir()
    prepared.chmod(mode)
    assert claim_browser_host(8000) == ("127.0.0.1", None)
    assert list(prepared.iterdir()) == []


def test_a_long_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    log = open_log(tmp_path, "api")
    log.write_bytes(b"x" * (KEEP_BYTES + 1))
    assert open_log(tmp_path, "api").stat().st_size == 0
    assert (tmp_path / "api.log.1").stat().st_size == KEEP_BYTES + 1
    log.write_text("kept\n")
    assert open_log(tmp_path, "api").read_text() == "kept\n"


def test_the_end_of_a_log_is_what_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("".join(f"line {number}\n" for number in range(5000)))
    assert last_lines(log, 2) == "    line 4998\n    line 4999"
