"""The definitions all simulators share, and the peers' scripts."""

import ast
import json
import subprocess

import pytest

import hal9lib as hal9
from hal9lib import models
from hal9lib.bench import environments
from hal9lib.bench.environments import PEERS
from hal9lib.bench.peers import parameters
from hal9lib.bench.peers.parameters import MODELS, definition

SIZES = {"brunel": {"neurons": 1_000, "indegree": 100}, "izhikevich_2003": {"neurons": 100}}


def tree(peer):
    return ast.parse(peer.script.read_text())


def named(subscript):
    """Whether a subscript is a text as it stands."""
    return isinstance(subscript.slice, ast.Constant)


def numbers_of(model):
    return definition(model, SIZES.get(model, {"neurons": 1_000}))


def magnitudes(parts):
    """The constant weights of projections or drives, unsigned.

    A definition in mV moves the membrane by the current's weight over the leak: pA through tau / C.
    """
    return {
        round(abs(p.weight) * _mv_a_unit(p), 9) for p in parts if isinstance(p.weight, int | float)
    }


def _mv_a_unit(part):
    cell = part.target.neuron.parameters
    return cell["tau_m_ms"] / cell["capacitance_pf"] if part.unit == "pa" else 1.0


@pytest.mark.parametrize("model", [name for name in MODELS if name in models.names()])
def test_a_definition_is_that_of_the_model(model):
    numbers = numbers_of(model)
    network = models.load(model)(**SIZES.get(model, {"neurons": 1_000}))
    assert network.neurons == numbers["neurons"]
    assert network.synapses == numbers["synapses"]
    excitatory = network.populations[0]
    assert excitatory.size == numbers["excitatory"]
    delays = {p.delay_ms for p in network.projections}
    if not isinstance(numbers["delay_ms"], list):
        assert delays == {numbers["delay_ms"]}
    stated = {
        round(abs(value), 9)
        for name, value in numbers.items()
        if name.startswith(("weight_e", "weight_i")) and isinstance(value, float)
    }
    assert magnitudes(network.projections) <= stated
    if "drive_hz" in numbers:
        assert {d.rate_hz for d in network.drives} == {numbers["drive_hz"]}
    assert network.check_step(numbers["dt_ms"]) == numbers["dt_ms"]


def test_brunels_definition_is_the_papers():
    numbers = definition("brunel", {"indegree": 1_250})
    assert (numbers["from_e"], numbers["from_i"]) == (1_000, 250)
    assert numbers["weight_e_mv"] == 0.1
    assert numbers["weight_i_mv"] == -0.5
    assert numbers["drive_hz"] == pytest.approx(20_000.0)


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_a_script_has_every_model_and_nothing_of_ours(peer):
    functions = {node.name for node in tree(peer).body if isinstance(node, ast.FunctionDef)}
    assert set(MODELS) <= functions
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree(peer))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert peer.module in imported
    assert not imported & {"hal9lib", "numba", "parameters"}


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_a_script_asks_for_numbers_that_are_defined(peer):
    """Each ``numbers["…"]`` of a model's function, and of what all share, is in a definition."""
    defined = {name: set(numbers_of(name)) for name in MODELS}
    everything = set.union(*defined.values())
    found = 0
    for function in (n for n in tree(peer).body if isinstance(n, ast.FunctionDef)):
        known = defined.get(function.name, everything)
        for node in ast.walk(function):
            of_numbers = getattr(getattr(node, "value", None), "id", "") == "numbers"
            if isinstance(node, ast.Subscript) and of_numbers and named(node):
                assert node.slice.value in known, f"{function.name}: {node.slice.value}"
                found += 1
    assert found > 20


@pytest.mark.peers
@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_a_peer_that_is_installed_agrees_with_hal9(peer, tmp_path):
    if not environments.is_complete(peer):
        pytest.skip(f"not installed; type: ./hal9 bench brunel --against {peer.name}")
    arguments = {"neurons": 2_500, "indegree": 250}
    numbers = definition("brunel", arguments)
    task = {
        "model": "brunel", "parameters": numbers, "threads": 1, "homogeneous": False,
        "warm_ms": 100.0, "window_ms": 500.0, "repeats": 2, "seed": 1,
    }  # fmt: skip
    (tmp_path / "task.json").write_text(json.dumps(task))
    done = subprocess.run(
        [environments.python_of(peer, str), peer.script, "task.json", "result.json"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=200,
        env=environments.child_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["synapses"] == numbers["synapses"]
    assert len(found["walls_s"]) == len(found["spikes"]) == 2
    run = hal9.simulate(hal9.models.brunel(**arguments), 1_100.0)
    rate_hz = sum(found["spikes"]) / 2_500 / 1.0
    assert rate_hz > 20.0
    # A second of so small a network varies by some 4 % from seed to seed.
    assert rate_hz == pytest.approx(run.rate_hz(start_ms=100.0), rel=0.15)


def test_settings_come_from_the_definition():
    assert parameters.settings_of("adex_stdp") == {
        "dt_ms": 0.1, "precision": "float64", "weights_every_ms": 500.0,
    }  # fmt: skip
    assert parameters.settings_of("not a benchmark")["dt_ms"] == 0.1
