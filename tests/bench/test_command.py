"""`hal9 bench` as it is typed."""

import json
import shutil

import pytest

from hal9lib.bench import against as against_function
from hal9lib.bench import environments
from hal9lib.cli import main
from hal9lib.commands import bench as command

SMALL = ("--neurons", "200", "--indegree", "20", "--seconds", "0.01", "--repeats", "1")


@pytest.fixture
def hal9(capsys):
    def run(*arguments):
        status = main(["bench", *arguments])
        return status, *capsys.readouterr()

    return run


@pytest.mark.jit_only
def test_one_json_object_on_one_line(hal9):
    status, out, error = hal9("brunel", *SMALL, "--threads", "2", "--json")
    assert (status, error) == (0, "")
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["threads"] == 2
    assert found["arguments"] == {"neurons": 200, "indegree": 20}
    assert found["window_ms"] == 10.0
    assert "peers" not in found


def test_peers_stand_beside_it_and_progress_goes_to_stderr(hal9, monkeypatch):
    assert callable(against_function)
    monkeypatch.setattr(environments, "python_of", lambda peer, say: say(f"{peer.name} is there"))
    monkeypatch.setattr("hal9lib.bench.measure", lambda *a, **k: {"model": a[0]} | k)
    monkeypatch.setattr(
        "hal9lib.bench.against", lambda found, peers, _: found | {"peers": len(peers)}
    )
    status, out, error = hal9("brunel", *SMALL, "--against", "nest,brian2", "--json")
    assert status == 0
    assert json.loads(out)["peers"] == 2
    assert error.splitlines() == ["nest is there", "brian2 is there"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("brunel", "--against", "neuron"), "--against = 'neuron' is not allowed; use nest, brian"),
        (("brunel", "--against", "nest", "--set", "nu=1"), "nu is not a parameter of brunel"),
        ((), "name a model, or --page FILE.md for the results page."),
        (("brunel", "--page", "x.md"), "--page measures cases of its own; leave out the model"),
        (("--page", "x.md", "--only", "growth, too"), "--only = 'growth, too' is no case; known: "),
        (("--page", "x.txt"), "use a file ending in .md"),
        (("brunel", "--seconds", "soon"), "--seconds = 'soon' is not allowed; use a number."),
        (("brunel", "--dt", "0.7"), "use a whole multiple of dt_ms = 0.7."),
    ],
)
def test_what_is_wrong_is_one_sentence(hal9, arguments, text):
    status, out, error = hal9(*arguments)
    assert status == 2
    assert out == ""
    assert text in error
    assert error.count("\n") == 1


def test_a_peer_without_the_model_is_refused_before_anything_runs(hal9, monkeypatch):
    monkeypatch.setattr("hal9lib.bench.peers.parameters.MODELS", {})
    monkeypatch.setattr(environments, "python_of", None)
    monkeypatch.setattr("hal9lib.bench.measure", None)
    status, _, error = hal9("brunel", "--against", "nest")
    assert status == 2
    assert "brunel has no definition for the peers" in error


def test_no_compiler_is_told_before_anything_runs(hal9, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("hal9lib.bench.measure", None)
    status, _, error = hal9("brunel", "--against", "brian2")
    assert status == 2
    assert "Brian2 writes a C++ program, and a C++ compiler is not installed." in error
    assert command.__doc__
