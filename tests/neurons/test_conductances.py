"""Conductance LIF and AdEx against SciPy's solver, and how the error falls with the step."""

import numpy as np
import pytest

from hal9lib import neurons

from . import references
from .references import order
from .stepping import stepped

STEPS_MS = (1.0, 0.5, 0.25, 0.125, 0.0625)
#: (time in ms, excitatory, inhibitory) what arrives; whole steps of all the above.
ARRIVALS = ((10.0, 20.0, 0.0), (20.0, 0.0, -15.0), (30.0, 10.0, -5.0))


def arriving(arrivals, dt_ms, unit="ns"):
    return {
        round(t / dt_ms) - 1: {f"excitatory_{unit}": e, f"inhibitory_{unit}": i}
        for t, e, i in arrivals
    }


def errors_mv(model, reference, v_of, scale=1.0):
    """The largest error of the potential over 60 ms, for each of STEPS_MS."""
    unit = "ns" if "excitatory_ns" in model.receptors else "pa"
    found = []
    arrivals = [(t, scale * e, scale * i) for t, e, i in ARRIVALS]
    for dt_ms in STEPS_MS:
        run = stepped(model, 60.0, dt_ms, arriving(arrivals, dt_ms, unit))
        assert len(run.times_ms) == 0
        times_ms = np.arange(len(run["v_mv"])) * dt_ms
        found.append(np.abs(run["v_mv"] - v_of(reference.at(times_ms)[0])).max())
    return found


def test_the_conductance_lif_converges_with_the_square_of_the_step():
    model = neurons.lif_cond_exp(threshold_mv=1e3, current_pa=50.0)
    jumps = [(t, [0.0, e, -i]) for t, e, i in ARRIVALS]
    found = errors_mv(model, references.lif_cond_exp(model.parameters, 60.0, jumps), lambda v: v)
    assert order(found) == pytest.approx(2.0, abs=0.02)
    assert found[0] < 0.05


def test_a_psp_of_the_conductance_lif_is_right_at_the_largest_step():
    """The tenth of a percent that its description promises, at 1 ms."""
    model = neurons.lif_cond_exp()
    reference = references.lif_cond_exp(model.parameters, 40.0, [(2.0, [0.0, 6.0, 0.0])])
    height_mv = reference.at(np.linspace(2.0, 40.0, 2_001))[0].max() + 60.0
    run = stepped(model, 40.0, model.max_dt_ms, arriving([(2.0, 6.0, 0.0)], 1.0))
    error_mv = np.abs(run["v_mv"] - reference.at(np.arange(41.0))[0]).max()
    assert height_mv == pytest.approx(5.35, abs=0.01)
    assert error_mv < 1e-3 * height_mv


def test_the_conductance_lif_fires_when_the_reference_does():
    """The first spike lies in the reference's step; the others come late by order 1 in the step."""
    model = neurons.lif_cond_exp(refractory_ms=0.0, current_pa=150.0)
    jumps = [(t, [0.0, e, -i]) for t, e, i in ARRIVALS]
    expected = references.lif_cond_exp(model.parameters, 150.0, jumps).times_ms
    assert len(expected) >= 5
    late_ms = []
    for dt_ms in (0.125, 0.0625, 0.03125, 0.015625):
        run = stepped(model, 150.0, dt_ms, arriving(ARRIVALS, dt_ms))
        assert len(run.times_ms) == len(expected)
        assert run.times_ms[0] == pytest.approx(dt_ms * np.ceil(expected[0] / dt_ms))
        assert (run.times_ms > expected - 0.02 * dt_ms).all(), "no spike is early"
        late_ms.append((run.times_ms - expected).max())
    assert 0.5 < order(late_ms) < 1.7
    assert late_ms[-1] < 0.2


def test_huge_conductances_do_not_leave_the_reversal_potentials():
    model = neurons.lif_cond_exp(threshold_mv=1e3)
    run = stepped(model, 50.0, 1.0, lambda _t: {"excitatory_ns": 1e6, "inhibitory_ns": -2e6})
    assert (run["v_mv"] <= 0.0).all()
    assert (run["v_mv"] >= -80.0).all()


@pytest.mark.parametrize("name", ["adex", "adex_exp"])
def test_adex_converges_with_the_square_of_the_step_between_spikes(name):
    """In the exponential's foot, with adaptation that is not at rest."""
    model = neurons.load(name)(current_pa=300.0, initial_w_pa=50.0)
    scale = 1.0 if name == "adex" else 10.0
    sign = -1.0 if name == "adex" else 1.0  # an inhibitory conductance is positive
    jumps = [(t, [0.0, 0.0, scale * e, sign * scale * i]) for t, e, i in ARRIVALS]
    p = model.parameters
    reference = references.adex(p, 60.0, jumps)
    found = errors_mv(model, reference, lambda y: references.adex_v(p, y), scale)
    assert order(found) == pytest.approx(2.0, abs=0.05)
    assert found[1] < 0.01, "at 0.5 ms, the largest step allowed"


@pytest.mark.parametrize("preset", ["brette_gerstner", "tonic_spiking", "adaptation"])
def test_adex_fires_when_the_reference_does(preset):
    """The first spike lies in the step that the reference's lies in; the error is of order 1."""
    current_pa = {"brette_gerstner": 1_000.0}.get(preset, 500.0)
    model = neurons.adex(preset, current_pa=current_pa)
    expected = references.adex(model.parameters, 300.0).times_ms
    assert len(expected) >= 5
    late_ms = []
    for dt_ms in (0.5, 0.25, 0.125, 0.0625):
        found = stepped(model, 300.0, dt_ms).times_ms
        assert found[0] == pytest.approx(dt_ms * np.ceil(expected[0] / dt_ms))
        fifth = found[4] - expected[4]
        assert -0.02 * dt_ms < fifth < 5.0 * dt_ms
        late_ms.append(fifth)
    assert 0.5 < order(late_ms) < 1.5


def test_an_upstroke_beyond_any_number_is_a_spike():
    """At a width of 0.01 mV the exponential overflows within a step; the reset still holds."""
    for name in ("adex", "adex_exp"):
        model = neurons.load(name)(slope_mv=0.01, current_pa=2_000.0, b_pa=0.0)
        run = stepped(model, 50.0, 0.5)
        assert len(run.times_ms) > 3
        assert np.isfinite(run["v_mv"]).all()
        assert run["v_mv"].max() <= model.parameters["peak_mv"]


def test_refractory_adex_stays_at_the_reset_while_the_rest_goes_on():
    model = neurons.adex(refractory_ms=2.0, initial_v_mv=30.0, initial_w_pa=100.0)
    run = stepped(model, 3.0, 0.1, {5: {"excitatory_ns": 40.0}})
    assert run.times_ms.tolist() == [0.1]
    assert (run["v_mv"][1:22] == model.parameters["reset_mv"]).all()
    assert run["v_mv"][22] > model.parameters["reset_mv"]
    assert run["w_pa"][1] == pytest.approx(180.5, abs=0.4)
    assert (np.diff(run["w_pa"][1:22]) < 0.0).all()
    assert run["g_excitatory_ns"][6] == 40.0
