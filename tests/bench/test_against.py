"""HAL9 beside a peer: which variants run, which counts, and what a script is told."""

import json
import sys

import pytest

from hal9lib.bench import against, environments
from hal9lib.bench.environments import PEERS, Peer
from hal9lib.errors import ParameterError, SimulationError

FOUND = {
    "model": "brunel", "arguments": {"neurons": 1_000, "indegree": 100, "seed": 3},
    "threads": 2, "warm_ms": 100.0, "window_ms": 200.0, "wall_per_model_s": 0.1, "rate_hz": 30.0,
    "build_s": 0.5, "first_spike_s": 0.0, "peak_rss_mb": 100.0,
}  # fmt: skip
#: Slower on one thread, faster with one weight a kind; 6,200 spikes are 31 Hz.
SCRIPT = """
import json, os, sys
task = json.load(open(sys.argv[1]))
wall = 4.0 / task["threads"] - task["homogeneous"]
json.dump(task, open("TASKS/%d%d.json" % (task["threads"], task["homogeneous"]), "w"))
answer = {"walls_s": [wall] * task["repeats"], "spikes": [6200] * task["repeats"], "build_s": 2.0,
          "first_spike_s": 2.5, "peak_rss_bytes": 3e8, "synapses": 100_000, "versions": {"x": "1"}}
assert os.environ["OMP_NUM_THREADS"] == str(task["threads"])
json.dump(answer, open(sys.argv[2], "w"))
"""


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """NEST with a script of our own, in this Python; `peer(text)` changes what it does."""
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    script = tmp_path / "script.py"
    monkeypatch.setattr(environments, "python_of", lambda *_: sys.executable)
    monkeypatch.setattr(Peer, "script", property(lambda _: script))

    def write(text=SCRIPT):
        script.write_text(text.replace("TASKS", str(tasks)))
        return PEERS["nest"]

    write.tasks = tasks
    return write


def test_every_variant_runs_and_the_fastest_counts(peer):
    said = []
    found = against(FOUND, [peer()], said.append, repeats=2)
    answer = found["peers"]["nest"]
    assert len(answer["variants"]) == len(said) == 4
    assert answer["wall_per_model_s"] == pytest.approx((4.0 / 2 - 1) / 0.2)
    assert (answer["threads"], answer["homogeneous"]) == (2, True)
    assert answer["rate_hz"] == 31.0
    assert answer["synaptic_events_per_s"] == 6200 * 100
    assert answer["peak_rss_mb"] == 300.0
    assert found["ratios"]["nest"] == {
        "wall_per_model_s": 50.0, "build_s": 4.0, "peak_rss_mb": 3.0,
    }  # fmt: skip
    assert "1 thread, one weight a kind" in said[1]
    assert {name: found[name] for name in FOUND} == FOUND


def test_a_script_is_told_the_definition_the_warm_up_and_the_window(peer):
    against(FOUND, [peer()], str, threads=(1,))
    task = json.loads((peer.tasks / "10.json").read_text())
    assert (task["warm_ms"], task["window_ms"], task["repeats"]) == (100.0, 200.0, 1)
    assert task["parameters"]["weight_e_mv"] == 1.25
    assert task["parameters"]["synapses"] == 100_000
    assert len(list(peer.tasks.iterdir())) == 2


@pytest.mark.parametrize(("rate_hz", "agrees"), [(30.0, True), (29.4, False), (33.0, False)])
def test_rates_that_do_not_agree_are_told(peer, rate_hz, agrees):
    found = against(FOUND | {"rate_hz": rate_hz}, [peer()], str, threads=(1,))
    assert found["rates_agree"] == {"nest": agrees}
    assert found["rate_tolerance"] == 0.05


def test_weights_that_are_drawn_have_no_variant_of_one_weight(peer):
    found = FOUND | {"model": "izhikevich_2003", "arguments": {"neurons": 100}}
    answer = against(found, [peer()], str, threads=(1,))["peers"]["nest"]
    assert len(answer["variants"]) == 1


def test_a_variant_that_does_not_end_is_stopped_and_does_not_count(peer):
    slow = "import time; time.sleep(90 if task['threads'] == 2 else 0)\n"
    nest = peer(SCRIPT.replace("answer =", slow + "answer ="))
    said = []
    answer = against(FOUND, [nest], said.append, limit_s=2.0)["peers"]["nest"]
    assert answer["threads"] == 1
    assert [one["threads"] for one in answer["stopped"]] == [2, 2]
    assert said.count("NEST: stopped after 2 s.") == 2


def test_a_peer_that_never_ends_is_told(peer):
    with pytest.raises(SimulationError, match=r"NEST did not finish brunel in 0\.2 s; give"):
        against(FOUND, [peer("import time; time.sleep(60)")], str, limit_s=0.2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise SystemExit('out of memory')", "status 1 on brunel and said: out of memory"),
        ("import sys; sys.exit(3)", "status 3 on brunel and said: nothing"),
        ("pass", "status 0 on brunel and said: nothing"),
    ],
)
def test_a_script_that_fails_is_told(peer, text, said):
    with pytest.raises(SimulationError, match=f"NEST's script ended with {said}"):
        against(FOUND, [peer(text)], str)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"model": "custom"}, "custom has no definition for the peers; those that have: brunel, "),
        ({"arguments": {"tau": 1}}, "tau cannot be given to a peer's brunel; it has neurons, "),
    ],
)
def test_a_model_that_no_peer_has_is_refused(peer, changed, text):
    with pytest.raises(ParameterError, match=text):
        against(FOUND | changed, [peer()], str)
