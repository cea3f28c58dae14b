"""LIF with delta, exponential and alpha synapses against closed forms, exact at any step."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from hal9lib import neurons
from hal9lib.neurons import _exact

from .stepping import stepped

STEPS_MS = (0.05, 0.5, 2.0)


@pytest.mark.parametrize("name", ["lif", "lif_exp", "lif_alpha"])
@pytest.mark.parametrize("dt_ms", [0.01, 0.1])
@pytest.mark.parametrize("refractory_ms", [0.0, 3.0])
def test_the_rate_under_constant_input_is_the_closed_form(name, dt_ms, refractory_ms):
    """period = refractory + tau ln((steady - reset)/(steady - threshold)), up to the next step."""
    cell = {"reset_mv": -60.0, "threshold_mv": -50.0, "tau_m_ms": 15.0}
    for steady_mv in (-49.0, -40.0, -10.0):
        if name == "lif":
            drive = {"rest_mv": steady_mv, "initial_v_mv": -60.0}
        else:
            current_pa = (steady_mv + 60.0) * 250.0 / 15.0  # current tau_m / C above the rest
            drive = {"rest_mv": -60.0, "capacitance_pf": 250.0, "current_pa": current_pa}
        model = neurons.load(name)(**cell, **drive, refractory_ms=refractory_ms)
        found = stepped(model, 200.0, dt_ms).intervals_ms
        rise_ms = 15.0 * math.log((steady_mv + 60.0) / (steady_mv + 50.0))
        expected = refractory_ms + dt_ms * math.ceil(rise_ms / dt_ms)
        assert len(found) >= 3
        np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("tau_ms", [0.3, 5.0, 9.999, 10.0, 10.02, 40.0])
@pytest.mark.parametrize("dt_ms", [0.01, 1.0, 20.0])
def test_the_propagators_are_the_integrals_they_stand_for(tau_ms, dt_ms):
    """Also where the time constants are equal, or so close that a difference loses its digits."""
    for found, shape in (
        (_exact.from_exponential(tau_ms, 10.0, dt_ms), lambda s: math.exp(-s / tau_ms)),
        (_exact.from_alpha(tau_ms, 10.0, dt_ms), lambda s: s * math.exp(-s / tau_ms)),
    ):
        expected, _ = quad(
            lambda s, shape=shape: math.exp(-(dt_ms - s) / 10.0) * shape(s), 0.0, dt_ms,
            epsabs=0.0, epsrel=1e-12, limit=200,
        )  # fmt: skip
        assert found == pytest.approx(expected, rel=1e-9)
    mean, _ = quad(lambda s: math.exp(-s / tau_ms) / dt_ms, 0.0, dt_ms, epsrel=1e-12)
    assert _exact.mean_decay(tau_ms, dt_ms) == pytest.approx(mean, rel=1e-9)


def test_the_propagators_take_arrays_as_they_take_numbers():
    taus = np.array([0.3, 10.0, 40.0])
    for propagator in (_exact.from_exponential, _exact.from_alpha):
        found = propagator(taus, np.full(3, 10.0), 0.5)
        one_by_one = [float(propagator(tau, 10.0, 0.5)) for tau in taus]
        np.testing.assert_array_equal(found, one_by_one)


def psp_of_exponential(t_ms, weight_pa, c_pf, tau_m, tau_s):
    """mV above the rest: the current's double exponential, Rotter & Diesmann 1999."""
    if tau_m == tau_s:
        return weight_pa / c_pf * t_ms * np.exp(-t_ms / tau_m)
    scale = weight_pa / c_pf * tau_m * tau_s / (tau_m - tau_s)
    return scale * (np.exp(-t_ms / tau_m) - np.exp(-t_ms / tau_s))


def psp_of_alpha(t_ms, weight_pa, c_pf, tau_m, tau_s):
    """mV above the rest, by the variation of constants."""
    k = 1.0 / tau_s - 1.0 / tau_m
    apart = 1.0 - np.exp(-k * t_ms) * (1.0 + k * t_ms)
    inner = t_ms**2 / 2.0 if k == 0.0 else apart / k**2
    return weight_pa * math.e / tau_s / c_pf * np.exp(-t_ms / tau_m) * inner


@pytest.mark.parametrize("tau_s", [0.5, 4.0, 10.0, 25.0])
@pytest.mark.parametrize("dt_ms", STEPS_MS)
@pytest.mark.parametrize("name", ["lif_exp", "lif_alpha"])
def test_a_psp_is_the_closed_form_at_any_step(name, dt_ms, tau_s):
    """Excitatory and inhibitory ones; the spike arrives at 2 ms."""
    psp = psp_of_exponential if name == "lif_exp" else psp_of_alpha
    model = neurons.load(name)(
        capacitance_pf=200.0, tau_m_ms=10.0, rest_mv=-65.0, threshold_mv=0.0,
        tau_excitatory_ms=tau_s, tau_inhibitory_ms=2.0 * tau_s,
    )  # fmt: skip
    for receptor, weight_pa, tau_ms in (
        ("excitatory_pa", 80.0, tau_s),
        ("inhibitory_pa", -50.0, 2.0 * tau_s),
    ):
        run = stepped(model, 60.0, dt_ms, {round(2.0 / dt_ms) - 1: {receptor: weight_pa}})
        t_ms = np.maximum(np.arange(len(run["v_mv"])) * dt_ms - 2.0, 0.0)
        expected = -65.0 + psp(t_ms, weight_pa, 200.0, 10.0, tau_ms)
        np.testing.assert_allclose(run["v_mv"], expected, atol=2e-12)
        assert abs(expected - -65.0).max() > 0.1


def test_a_psp_peaks_where_and_as_high_as_the_closed_form():
    """Exponential: t = ln(tau_m/tau_s) tau_m tau_s/(tau_m - tau_s). Alpha: found numerically."""
    tau_m, tau_s, dt_ms = 10.0, 2.0, 0.001
    shape = {"capacitance_pf": 250.0, "tau_m_ms": tau_m, "tau_excitatory_ms": tau_s}
    at = math.log(tau_m / tau_s) * tau_m * tau_s / (tau_m - tau_s)
    exponential = (at, psp_of_exponential(at, 100.0, 250.0, tau_m, tau_s))
    best = minimize_scalar(
        lambda t: -psp_of_alpha(t, 100.0, 250.0, tau_m, tau_s), bounds=(0.0, 30.0),
        options={"xatol": 1e-9},
    )  # fmt: skip
    for name, (time_ms, height_mv) in {
        "lif_exp": exponential,
        "lif_alpha": (best.x, -best.fun),
    }.items():
        model = neurons.load(name)(**shape, rest_mv=0.0, reset_mv=-1.0, threshold_mv=1e3)
        v_mv = stepped(model, 12.0, dt_ms, {0: {"excitatory_pa": 100.0}})["v_mv"]
        assert (np.argmax(v_mv) - 1) * dt_ms == pytest.approx(time_ms, abs=dt_ms)
        assert v_mv.max() == pytest.approx(height_mv, rel=1e-6)


def test_an_alpha_current_peaks_at_its_weight_after_its_time_constant():
    model = neurons.lif_alpha(tau_excitatory_ms=3.0)
    current = stepped(model, 10.0, 0.1, {0: {"excitatory_pa": 70.0}})["i_excitatory_pa"]
    assert np.argmax(current) == 31  # 30 steps after the end of step 0
    assert current.max() == pytest.approx(70.0, rel=1e-12)


def test_input_in_the_refractory_period_is_lost_by_a_delta_synapse_only():
    """A large input makes a spike at the end of step 0; a second one arrives 1 ms later."""
    arriving = {0: 30.0, 10: 5.0}
    delta = neurons.lif(refractory_ms=2.0)
    lost = stepped(delta, 2.2, 0.1, {s: {"input_mv": w} for s, w in arriving.items()})
    assert lost.times_ms.tolist() == [0.1]
    assert (lost["v_mv"][1:22] == 10.0).all(), "20 steps at the reset"
    assert lost["v_mv"][22] == pytest.approx(10.0 * math.exp(-0.1 / 20.0))
    for name in ("lif_exp", "lif_alpha"):
        model = neurons.load(name)(refractory_ms=2.0, initial_v_mv=-20.0)
        run = stepped(model, 3.0, 0.1, {10: {"excitatory_pa": 500.0}})
        assert run.times_ms.tolist() == [0.1]
        reset_mv = model.parameters["reset_mv"]
        assert (run["v_mv"][1:22] == reset_mv).all()
        assert run["v_mv"][23] > reset_mv + 0.01, "the current that went on moves the potential"


@pytest.mark.parametrize(("refractory_ms", "steps"), [(0.0, 0), (0.24, 2), (0.26, 3), (1.0, 10)])
def test_a_refractory_period_lasts_the_nearest_whole_number_of_steps(refractory_ms, steps):
    for name in ("lif", "lif_exp", "lif_alpha", "lif_cond_exp", "adex", "adex_exp"):
        model = neurons.load(name)(refractory_ms=refractory_ms)
        assert model.constants(model.parameters, 0.1)["refractory_steps"] == steps
    cell = neurons.lif(refractory_ms=refractory_ms, rest_mv=1e6, initial_v_mv=0.0)
    run = stepped(cell, 5.0, 0.1)  # fires whenever it may
    np.testing.assert_allclose(run.intervals_ms, 0.1 * (steps + 1))
