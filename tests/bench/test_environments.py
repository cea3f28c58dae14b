"""The peers' environments: made once, mended, refused in a sentence. Nothing is installed here."""

import shutil
import subprocess
from pathlib import Path

import pytest

from hal9lib.bench import environments
from hal9lib.bench.environments import COMPLETE, PEERS, environment_folder, is_complete, python_of
from hal9lib.errors import ParameterError, PlatformError

NEST, BRIAN2 = PEERS["nest"], PEERS["brian2"]


class Commands:
    """Stands for `venv` and `pip`; answers as told and remembers what was asked."""

    def __init__(self):
        self.asked = []
        self.answers = {"venv": 0, "pip": 0, "-c": 0}
        self.said = ""

    def __call__(self, command):
        kind = "-c" if command[1] == "-c" else command[2]
        self.asked.append(kind)
        answer = self.answers[kind]
        if isinstance(answer, BaseException):
            raise answer
        if kind == "venv" and answer == 0:
            python = Path(command[3], "bin", "python")
            python.parent.mkdir(parents=True)
            python.write_text("#!/bin/sh\n")
            python.chmod(0o755)
        return subprocess.CompletedProcess(command, answer, self.said, "")


@pytest.fixture
def commands(tmp_path, monkeypatch):
    monkeypatch.setenv("HAL9_CACHE", str(tmp_path / "cache"))
    stand_in = Commands()
    monkeypatch.setattr(environments, "_run", stand_in)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return stand_in


@pytest.fixture
def said():
    return []


def test_an_environment_is_made_once(commands, said, tmp_path):
    python = python_of(NEST, said.append)
    assert python == environment_folder(NEST) / "bin" / "python"
    assert str(python).startswith(str(tmp_path / "cache" / "peers" / "nest-py3"))
    assert commands.asked == ["venv", "pip", "-c"]
    assert "NEST: making an environment for nest-simulator==3.10.*" in said[0]
    assert said[1].startswith("NEST: ready after")
    assert python_of(NEST, said.append) == python
    assert len(commands.asked) == 3, "the second call finds it made"
    assert len(said) == 2


@pytest.mark.parametrize("wrong", ["no stamp", "another stamp", "no interpreter"])
def test_a_half_made_environment_is_made_again(commands, said, wrong):
    folder = environment_folder(NEST)
    python_of(NEST, said.append)
    (folder / "left over").write_text("x")
    if wrong == "no stamp":
        (folder / COMPLETE).unlink()
    elif wrong == "another stamp":
        (folder / COMPLETE).write_text("nest-simulator==2.0\n")
    else:
        (folder / "bin" / "python").unlink()
    assert not is_complete(NEST)
    python_of(NEST, said.append)
    assert is_complete(NEST)
    assert not (folder / "left over").exists()


def test_without_a_network_the_sentence_says_so_and_nothing_stays(commands, said):
    commands.answers["pip"] = 1
    commands.said = "Collecting x\nERROR: No matching distribution found for nest-simulator==3.10.*"
    with pytest.raises(PlatformError) as refused:
        python_of(NEST, said.append)
    assert str(refused.value) == (
        "NEST could not be installed; is there a network, and does pip's index have "
        "nest-simulator==3.10.*? pip said: ERROR: No matching distribution found for "
        "nest-simulator==3.10.*"
    )
    assert not environment_folder(NEST).exists()


def test_an_interrupt_leaves_nothing_half_made(commands, said):
    commands.answers["pip"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        python_of(NEST, said.append)
    assert not environment_folder(NEST).exists()


def test_what_does_not_start_is_not_kept(commands, said):
    commands.answers["-c"] = 1
    commands.said = "ImportError: libgomp.so.1"
    with pytest.raises(PlatformError, match=r"does not start: ImportError: libgomp\.so\.1"):
        python_of(NEST, said.append)
    assert not environment_folder(NEST).exists()


def test_without_venv_the_sentence_says_what_to_install(commands, said):
    commands.answers["venv"] = 1
    commands.said = "ensurepip is not available"
    with pytest.raises(PlatformError, match=r"ensurepip is not available Debian and Ubuntu: apt"):
        python_of(NEST, said.append)


@pytest.mark.parametrize(
    ("missing", "what"), [(("g++", "c++", "clang++"), r"a C\+\+ compiler"), (("make",), "make")]
)
def test_brian2_needs_a_compiler(commands, said, monkeypatch, missing, what):
    monkeypatch.setattr(shutil, "which", lambda name: None if name in missing else f"/bin/{name}")
    with pytest.raises(PlatformError, match=rf"C\+\+ program, and {what} is not installed\. Debia"):
        python_of(BRIAN2, said.append)
    assert commands.asked == [], "said before anything is made"
    python_of(NEST, said.append)


def test_a_cache_that_cannot_be_written_is_told(commands, said, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(PlatformError, match=r"peers cannot be written to \(.*\); set HAL9_CACHE"):
        python_of(NEST, said.append)


@pytest.mark.parametrize("text", ["neuron", "nest,neuron", "", ","])
def test_a_peer_that_is_not_known(text):
    with pytest.raises(ParameterError, match="is not allowed; use nest, brian2 or both"):
        environments.peers_named(text)


def test_a_peers_process_has_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    inherited = environments.child_environment(threads=2)
    assert not {"PYTHONPATH", "PYTHONWARNINGS"} & inherited.keys()
    assert inherited["OMP_NUM_THREADS"] == "2"
    assert "PATH" in inherited
