"""The launcher on a bare machine: each thing that can be missing is one message."""

import importlib.machinery
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from hal9lib.errors import PlatformError
from hal9lib.local import environment, installing
from support.bare import on_full_disk, read_only
from support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
PYTHON = getattr(sys, "_base_executable", sys.executable)
NEEDED = ("hal9", "requirements.lock", "hal9lib", "hub_config")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the launcher reads of a clone, with no environment yet."""
    folder = tmp_path / "clone"
    folder.mkdir()
    skipped = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=skipped)
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture
def silent_index() -> Iterator[str]:
    """A package index that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/simple"


def bare(index: str = "http://127.0.0.1:9/simple") -> dict[str, str]:
    """An environment with nothing set but where packages would come from."""
    no_files = {"PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1"}
    named = {"PIP_INDEX_URL": index, "UV_INDEX_URL": index, "npm_config_registry": index}
    return {"PATH": os.defpath, "HOME": "/nonexistent", **no_files, **named}


def launch(
    clone: Path, *arguments: str, before: Sequence[str] = (), **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, PYTHON, str(clone / "hal9"), *arguments],
        env={**bare(), **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )


def launcher_module() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("hal9_launcher", str(ROOT / "hal9"))
    spec = importlib.util.spec_from_loader("hal9_launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = launcher_module()
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    said = launcher.wrong_python(["up"])
    assert "this is Python 3.9" in said
    assert "it needs 3.11 or newer" in said


def test_this_python_is_fine() -> None:
    assert launcher_module().wrong_python(["up"]) == ""


def test_no_network_at_the_first_install_is_one_message(clone: Path) -> None:
    # Beside it: what an earlier call began and did not end is made again from nothing.
    half = clone / ".venv" / "lib" / "half-unpacked"
    half.mkdir(parents=True)
    (clone / ".venv" / environment.BEGUN).touch()
    done = launch(clone, "up")
    assert done.returncode == 1
    assert "hal9: no package index was reached, and the first start needs one" in done.stderr
    assert "type the same again" in done.stderr
    assert "Traceback" not in done.stderr
    assert (clone / ".venv" / "bin" / "python").exists()
    assert not half.exists()
    assert not environment.is_complete(clone, clone / ".venv")


def test_no_venv_module_names_the_line_to_type(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Debian's python3 without python3-venv: everything is there but ensurepip.
    stub = tmp_path / "python-of-debian"
    stub.write_text(f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {PYTHON} "$@"\n')
    stub.chmod(0o755)
    monkeypatch.setattr(sys, "_base_executable", str(stub), raising=False)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(PlatformError, match=rf"apt install python{version}-venv"):
        environment.ensure(clone, ["up"])
    assert not environment.is_complete(clone, clone / ".venv")


def test_a_read_only_clone_says_what_to_type(clone: Path) -> None:
    done = launch(clone, "up", "--port", "8123", before=read_only(clone))
    assert done.returncode == 1
    assert f"hal9: the folder {clone} cannot be written" in done.stderr
    assert f"HAL9_DATA=$HOME/hal9-data {clone}/hal9 up --port 8123" in done.stderr


def test_a_read_only_clone_with_a_data_folder_builds_there(clone: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = subprocess.Popen(
        [*read_only(clone), PYTHON, str(clone / "hal9"), "up"],
        env={**bare(), "HAL9_DATA": str(data)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    made = data / "environment"
    try:
        wait_for((made / "bin" / "python").exists, "the environment's interpreter")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate(timeout=60)
    assert f"Making HAL9's environment in {made}" in said
    assert not (clone / ".venv").exists()


def test_a_full_disk_is_said_before_anything_is_fetched(clone: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    shutil.copytree(clone, tmp_path / "copy")
    copy = f'cp -r "{tmp_path}/copy/." "{small}" && exec "$@"'
    before = [*on_full_disk(small, 40_000), "sh", "-c", copy, "sh"]
    done = launch(small, "up", before=before)
    assert done.returncode == 1
    assert f"hal9: the disk of {small}/.venv is full:" in done.stderr
    assert f"HAL9's environment needs {installing.SPACE_MB} MB" in done.stderr


def test_ctrl_c_leaves_what_the_next_call_makes_again(clone: Path, silent_index: str) -> None:
    process = subprocess.Popen(
        [PYTHON, str(clone / "hal9"), "up"],
        env=bare(silent_index),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log = clone / ".venv" / "install.log"
    wait_for(lambda: log.exists() and "Looking in indexes" in log.read_text(), "pip at work")
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "hal9: interrupted; nothing is broken" in said
    assert (clone / ".venv" / environment.BEGUN).exists()
    assert not environment.is_complete(clone, clone / ".venv")


def test_two_first_calls_do_not_build_into_each_other(clone: Path, silent_index: str) -> None:
    command = [PYTHON, str(clone / "hal9"), "up"]
    calls = [
        subprocess.Popen(
            command, env=bare(silent_index), stderr=subprocess.PIPE, start_new_session=True
        )
        for _ in range(2)
    ]
    said = b""
    for call in calls:
        assert call.stderr is not None
        os.set_blocking(call.stderr.fileno(), False)

    def waits() -> bool:
        nonlocal said
        for call in calls:
            assert call.stderr is not None
            said += call.stderr.read() or b""
        return b"Another hal9 is making the environment; waiting for it." in said

    try:
        wait_for(waits, "the second call to wait")
        assert said.count(b"Making HAL9's environment") == 1
    finally:
        for call in calls:
            os.killpg(call.pid, signal.SIGKILL)
            call.communicate()


def test_the_stamp_changes_with_every_lock_and_place(clone: Path) -> None:
    stamps = {environment.stamp(clone)}
    for name in ("requirements.lock", "hub_config/proxy/package-lock.json"):
        with (clone / name).open("a") as file:
            file.write("\n")
        stamps.add(environment.stamp(clone))
    moved = clone.with_name("moved")
    clone.rename(moved)
    assert len(stamps | {environment.stamp(moved)}) == 4


def test_it_works_through_a_link_and_from_anywhere(tmp_path: Path) -> None:
    if not environment.is_complete(ROOT, ROOT / ".venv"):
        pytest.skip("the environment of this clone was not made by ./hal9")
    link = tmp_path / "hal9"
    link.symlink_to(ROOT / "hal9")
    # A file that would replace a module of the standard library, if it were looked for here.
    (tmp_path / "argparse.py").write_text("raise SystemExit('the wrong argparse')")
    odd = {
        "PYTHONHOME": "/nonexistent",
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    started = f"import os; os.execv({PYTHON!r}, [{PYTHON!r}, '-I', {str(link)!r}, '--version'])"
    plain = subprocess.run(
        [PYTHON, "-c", started], cwd=tmp_path.parent, capture_output=True, text=True,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert plain.stdout.startswith("HAL9 "), plain.stderr
    strange = subprocess.run(
        [PYTHON, "-E", str(link), "doctor"], cwd=tmp_path, capture_output=True, text=True,
        env={"PATH": os.defpath, **odd},
    )  # fmt: skip
    assert f"{ROOT / 'data' / 'local'}" in strange.stdout, strange.stderr
    assert sorted(tmp_path.iterdir()) == [tmp_path / "argparse.py", link]
