"""The simple model against the paper's script, SciPy's solver, and its own equations."""

import inspect

import numpy as np
import pytest

from hal9lib import neurons
from hal9lib.distributions import uniform
from hal9lib.errors import ParameterError

from . import references
from .references import order
from .stepping import stepped

CELL_TYPES = {  # a, b, c, d as figure 2 of Izhikevich 2003 prints them
    "regular_spiking": (0.02, 0.2, -65.0, 8.0),
    "intrinsically_bursting": (0.02, 0.2, -55.0, 4.0),
    "chattering": (0.02, 0.2, -50.0, 2.0),
    "fast_spiking": (0.1, 0.2, -65.0, 2.0),
    "low_threshold_spiking": (0.02, 0.25, -65.0, 2.0),
}


def paper_update(v, u, a, b, c, d, current):
    """One ms of the paper's script: (whether v was found at 30 or above, v, u)."""
    fired = v >= 30.0
    if fired:
        v, u = c, u + d
    for _ in range(2):
        v = v + 0.5 * (0.04 * v**2 + 5.0 * v + 140.0 - u + current)
    return fired, v, u + a * (b * v - u)


@pytest.mark.parametrize("preset", CELL_TYPES)
def test_a_step_is_one_ms_of_the_papers_script(preset):
    model = neurons.izhikevich(preset, current=4.0)
    constants = model.constants(model.parameters, 1.0)
    rng = np.random.default_rng(1)
    for v, u in zip(rng.uniform(-90.0, 60.0, 200), rng.uniform(-20.0, 10.0, 200), strict=True):
        found = model.step(v_mv=v, u=u, input_mv=6.0, **_taken(model, constants))
        assert found == pytest.approx(paper_update(v, u, *CELL_TYPES[preset], 10.0), rel=1e-12)


@pytest.mark.parametrize("preset", CELL_TYPES)
def test_a_cell_type_fires_in_the_steps_of_the_papers_script(preset):
    """The first ten spikes; then rounding, which each upstroke enlarges tenfold, has its say."""
    v, u, expected = -65.0, -65.0 * CELL_TYPES[preset][1], []
    for number in range(1_000):
        fired, v, u = paper_update(v, u, *CELL_TYPES[preset], 10.0)
        expected += [number] * fired
    found = stepped(neurons.izhikevich(preset, current=10.0), 1_000.0, 1.0).times_ms
    assert (found - 1.0).tolist()[:10] == expected[:10]
    assert len(found) == pytest.approx(len(expected), rel=0.05)


def _taken(model, constants):
    """The constants that a step takes."""
    names = inspect.signature(model.step).parameters
    return {name: value for name, value in constants.items() if name in names}


def test_below_threshold_the_error_falls_with_the_step():
    model = neurons.izhikevich(current=2.0)
    reference = references.izhikevich(model.parameters, 100.0, [(20.0, [4.0, 0.0])])
    assert len(reference.times_ms) == 0
    errors = []
    for dt_ms in (1.0, 0.5, 0.25, 0.125, 0.0625):
        # 4 mV at once are 4 / dt in mV per ms over one step, but for what v does meanwhile
        run = stepped(model, 100.0, dt_ms, {round(20.0 / dt_ms): {"input_mv": 4.0 / dt_ms}})
        times_ms = np.arange(len(run["v_mv"])) * dt_ms
        away = np.abs(times_ms - 20.0) > 1.5
        errors.append(np.abs(run["v_mv"] - reference.at(times_ms)[0])[away].max())
    assert 0.8 < order(errors) < 1.3
    assert errors[0] < 1.0


@pytest.mark.parametrize("preset", CELL_TYPES)
def test_spike_times_converge_with_the_step(preset):
    """Of the first six spikes; at 1 ms, the paper's step, they are some 40 to 70 ms late."""
    model = neurons.izhikevich(preset, current=10.0)
    expected = references.izhikevich(model.parameters, 300.0).times_ms[:6]
    errors = []
    for dt_ms in (0.25, 0.125, 0.0625, 0.03125):
        found = stepped(model, 300.0, dt_ms).times_ms[:6]
        assert len(found) == 6
        errors.append(np.abs(found - expected).max())
    assert 0.8 < order(errors) < 1.6
    assert errors[-1] < 1.0


def test_noise_is_its_standard_deviation_times_a_normal_number():
    model = neurons.izhikevich(noise=5.0)
    silent = neurons.izhikevich()
    constants = model.constants(model.parameters, 0.5)
    quiet = _taken(silent, constants)
    for number in (-2.0, 0.0, 1.5):
        noisy = model.step(v_mv=-60.0, u=-12.0, input_mv=1.0, random_normal=number, **constants)
        assert noisy == silent.step(v_mv=-60.0, u=-12.0, input_mv=1.0 + 5.0 * number, **quiet)
    fired = stepped(neurons.izhikevich(noise=5.0), 2_000.0, 1.0).times_ms
    assert 2 <= len(fired) <= 60, "noise of 5 a ms makes the paper's cells fire now and then"
    assert len(stepped(silent, 500.0, 1.0).times_ms) == 0


def test_recovery_starts_at_b_times_the_potential():
    assert neurons.izhikevich(b=0.25, initial_v_mv=-70.0).state["u"].initial == -17.5
    b = [0.2, 0.25]
    assert neurons.izhikevich(b=b).state["u"].initial.array.tolist() == [-13.0, -16.25]
    assert neurons.izhikevich(initial_v_mv=uniform(-70.0, -60.0)).state["u"].initial == -13.0
    with pytest.raises(ParameterError, match=r"izhikevich\.initial_u is missing, which b gives"):
        neurons.izhikevich(b=uniform(0.2, 0.25))
    assert neurons.izhikevich(b=uniform(0.2, 0.25), initial_u=-14.0).state["u"].initial == -14.0
