"""`pip install .` alone: a library that simulates and keeps runs, with no hub and no extra."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = (sys.executable, "-m", "uv")

#: What a researcher with the plain library does; two processes, since a file must outlive one.
SAVE = """
import hal9lib as hal9
network = hal9.models.brunel(neurons=1_000, indegree=100, seed=9)
run = hal9.simulate(network, duration_ms=200, progress=True)
assert len(run.spike_steps) > 1_000, len(run.spike_steps)
print(hal9.open_store().save(run), run.spike_hash)
"""
LOAD = """
import sys
import hal9lib as hal9
run = hal9.open_store().load(sys.argv[1])
print(run.key, run.spike_hash)
"""
#: Of the extras; their absence shows that the library does not need them.
ABSENT = """
import importlib.util
names = ("jupyterhub", "panel", "fastapi", "psycopg", "matplotlib", "ipywidgets", "scipy")
print([name for name in names if importlib.util.find_spec(name)])
"""


def must(command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=280, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that `pip install .` would make, from a copy: building writes beside the source."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    shutil.copytree(
        ROOT / "hal9lib", source / "hal9lib", ignore=shutil.ignore_patterns("__pycache__")
    )
    must([*UV, "build", "--wheel", "--quiet", "--out-dir", str(folder / "dist"), str(source)])
    (path,) = (folder / "dist").glob("hal9lib-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An interpreter that has the wheel and what the wheel asks for, at the lock's versions."""
    folder = tmp_path_factory.mktemp("installed")
    must([*UV, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")])
    python = folder / "venv" / "bin" / "python"
    lock = ["--constraint", str(ROOT / "requirements.lock")]
    must([*UV, "pip", "install", "--quiet", "--python", str(python), *lock, str(wheel)])
    return python


def use(python, folder, *arguments):
    """Run the installed interpreter as a newcomer would: own folder, own empty home."""
    environ = {"HOME": str(folder), "PATH": os.defpath, "HAL9_DATA": str(folder / "data")}
    return must([str(python), "-W", "error", *arguments], cwd=folder, env=environ)


@pytest.mark.package
def test_the_wheel_holds_the_library_and_only_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"hal9lib"}
    assert "hal9lib/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    source = {
        str(path.relative_to(ROOT))
        for pattern in ("*.py", "*.sql")
        for path in (ROOT / "hal9lib").rglob(pattern)
    }
    assert source <= set(names), f"not in the wheel: {sorted(source - set(names))}"


@pytest.mark.package
def test_the_library_alone_simulates_and_keeps_a_run_in_a_file(installed, tmp_path):
    key, spike_hash = use(installed, tmp_path, "-c", SAVE).split()
    assert (tmp_path / "data" / "hal9.duckdb").is_file()
    assert use(installed, tmp_path, "-c", LOAD, key).split() == [key, spike_hash]


@pytest.mark.package
def test_no_extra_was_installed(installed, tmp_path):
    assert use(installed, tmp_path, "-c", ABSENT).strip() == "[]"


@pytest.mark.package
def test_the_command_comes_with_the_library(installed, tmp_path):
    command = installed.with_name("hal9")
    assert "up" in use(installed, tmp_path, str(command), "--help")
