"""The generated loop: an edit is seen, an unchanged one is loaded, a foreign folder is refused."""

import importlib
import os
import sys

import pytest

import hal9lib as hal9
from hal9lib.engine import assembly
from hal9lib.errors import SimulationError
from hal9lib.neurons._model import NeuronModel, State

pytestmark = pytest.mark.jit_only

MODEL = '''
def step(v_mv, input_mv, limit_mv):
    """A counter: adds {gain} a step and spikes at its limit."""
    v = v_mv + {gain} + input_mv
    fired = v >= limit_mv
    return fired, 0.0 if fired else v


def constants(p, dt_ms):
    return {{"limit_mv": p["limit_mv"]}}
'''


def spikes_of(folder, gain):
    """Spikes in 120 steps of a model whose file was just written."""
    (folder / "counter_model.py").write_text(MODEL.format(gain=gain))
    importlib.invalidate_caches()
    sys.modules.pop("counter_model", None)
    source = importlib.import_module("counter_model")
    model = NeuronModel(
        name="counter",
        parameters={"limit_mv": 10.0},
        state={"v_mv": State(0.0)},
        constants=source.constants,
        step=source.step,
        max_dt_ms=1.0,
    )
    network = hal9.Network()
    network.add(model, 1, name="cell")
    return len(hal9.simulate(network, 12.0).spike_steps)


def test_an_edit_of_a_model_is_seen(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert spikes_of(tmp_path, 1.0) == 12
    assert spikes_of(tmp_path, 2.0) == 24
    assert spikes_of(tmp_path, 1.0) == 12


def test_the_same_parts_are_the_same_module():
    part = "def twice(x):\n    return x + x"
    first = assembly.compiled((part,), ("twice",), "float32")
    assert first.twice(2) == 4
    assert assembly.compiled((part,), ("twice",), "float32") is first
    assert assembly.compiled((part,), ("twice",), "float64") is not first


def test_a_step_with_an_unknown_argument_is_named():
    def step(v_mv, wrong):
        return False, v_mv

    model = NeuronModel(
        "odd", {}, {"v_mv": State(0.0)}, constants=lambda _p, _dt: {}, step=step, max_dt_ms=1.0
    )
    network = hal9.Network()
    network.add(model, 1, name="cell")
    with pytest.raises(SimulationError, match=r"odd\.step has the argument 'wrong', which is"):
        hal9.Simulation(network)


def test_a_folder_that_others_can_write_to_is_refused(tmp_path, monkeypatch):
    (tmp_path / "kernels").mkdir()
    os.chmod(tmp_path / "kernels", 0o777)  # noqa: S103 - what is refused
    monkeypatch.setenv("HAL9_CACHE", str(tmp_path))
    assembly.kernel_folder.cache_clear()
    try:
        with pytest.raises(SimulationError, match="can be written by other users"):
            assembly.kernel_folder()
    finally:
        assembly.kernel_folder.cache_clear()
