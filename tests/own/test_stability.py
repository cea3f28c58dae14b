"""The largest time step that is found, against what is known of each method."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import neurons
from hal9lib.errors import ParameterError

EULER = """
def step(v_mv, input_mv, tau_ms, dt_ms):
    v_mv = v_mv - dt_ms / tau_ms * v_mv + input_mv
    return v_mv > 20.0, 10.0 if v_mv > 20.0 else v_mv
"""
EXACT = EULER.replace("v_mv - dt_ms / tau_ms * v_mv", "v_mv * exp(-dt_ms / tau_ms)")
IMPLICIT = EULER.replace("v_mv - dt_ms / tau_ms * v_mv", "v_mv / (1.0 + dt_ms / tau_ms)")


def cell(step, tau_ms=10.0, **more):
    return neurons.own(
        step, {"v_mv": 0.0}, {"tau_ms": tau_ms}, {"input_mv": "mv"}, name="cell", **more
    )


@pytest.mark.parametrize("tau_ms", [0.02, 0.05, 0.1, 0.25, 0.5, 1.0])
def test_eulers_method_is_stable_up_to_twice_the_time_constant(tau_ms):
    """A difference is multiplied by 1 - dt / tau, which lies below -1 beyond dt = 2 tau."""
    found = cell(EULER, tau_ms).max_dt_ms
    grid = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01]
    # At twice tau the factor is -1, which neither grows nor shrinks: it passes.
    assert found == max(dt for dt in grid if dt <= 2.0 * tau_ms)


@pytest.mark.parametrize("step", [EXACT, IMPLICIT])
@pytest.mark.parametrize("tau_ms", [0.02, 1.0, 20.0])
def test_an_exact_and_an_implicit_method_are_stable_at_any_step(step, tau_ms):
    assert cell(step, tau_ms).max_dt_ms == 1.0, "no step above 1 ms is tried unasked"
    assert cell(step, tau_ms, max_dt_ms=100.0).max_dt_ms == 100.0


def test_a_step_that_is_asked_for_must_be_stable():
    assert cell(EULER, 10.0, max_dt_ms=20.0).max_dt_ms == 20.0
    message = (
        r"^cell\.max_dt_ms = 25 is not allowed; there a small difference grows 1\.5-fold in a step "
        r"with no input, more than the equations let it: use 10 or less, or leave it out\.$"
    )
    with pytest.raises(ParameterError, match=message):
        cell(EULER, 10.0, max_dt_ms=25.0)


@pytest.mark.parametrize(
    "tau_ms", [hal9.uniform(0.1, 20.0), np.array([20.0, 0.1, 3.0]), {"values": [0.1, 5.0]}]
)
def test_the_ends_of_a_distribution_and_the_least_value_count(tau_ms):
    assert cell(EULER, tau_ms).max_dt_ms == 0.2


def test_izhikevichs_cells_may_take_the_papers_step():
    from .models import own_izhikevich

    assert own_izhikevich().max_dt_ms == 1.0


def test_hodgkin_and_huxleys_cell_needs_a_fine_step():
    """Euler's method fails where dt exceeds twice the fastest time constant.

    Within a spike, that of the sodium current's conductance: 1 uF / 30 mS = 0.03 ms.
    """
    step = """
def step(v_mv, m, h, n, input_mv, current, dt_ms):
    am = 0.1 * (v_mv + 40.001) / (1.0 - exp(-(v_mv + 40.001) / 10.0))
    an = 0.01 * (v_mv + 55.001) / (1.0 - exp(-(v_mv + 55.001) / 10.0))
    ah = 0.07 * exp(-(v_mv + 65.0) / 20.0)
    bm = 4.0 * exp(-(v_mv + 65.0) / 18.0)
    bh = 1.0 / (1.0 + exp(-(v_mv + 35.0) / 10.0))
    bn = 0.125 * exp(-(v_mv + 65.0) / 80.0)
    ionic = 120.0 * m**3 * h * (v_mv - 50.0) + 36.0 * n**4 * (v_mv + 77.0) + 0.3 * (v_mv + 54.4)
    v = v_mv + dt_ms * (current - ionic) + input_mv
    m = m + dt_ms * (am * (1.0 - m) - bm * m)
    h = h + dt_ms * (ah * (1.0 - h) - bh * h)
    n = n + dt_ms * (an * (1.0 - n) - bn * n)
    return v_mv < 0.0 and v >= 0.0, v, m, h, n
"""
    state = {"v_mv": -65.0, "m": 0.05, "h": 0.6, "n": 0.32}
    found = neurons.own(step, state, {"current": 10.0}, {"input_mv": "mv"})
    assert found.max_dt_ms in (0.02, 0.05)


def test_what_is_no_method_in_time_is_not_asked_to_shrink():
    """The logistic map is chaotic, and means to be."""
    step = "def step(x):\n    return x > 0.99, 4.0 * x * (1.0 - x)"
    assert neurons.own(step, {"x": 0.3}).max_dt_ms == 1.0


def test_an_adaptation_that_sees_the_overshoot_needs_a_finer_step():
    """The exponential overshoots within a step; an adaptation reckoned after it explodes."""
    step = """
def step(v_mv, w_pa, input_pa, dt_ms, current_pa):
    rise = 60.0 * exp((v_mv + 50.4) / 2.0)
    v = v_mv + dt_ms * (rise - 30.0 * (v_mv + 70.6) - w_pa + current_pa + input_pa) / 281.0
    w = w_pa + dt_ms * (4.0 * ({seen} + 70.6) - w_pa) / 144.0
    spiked = v > 20.0
    return spiked, -70.6 if spiked else v, w + 80.5 if spiked else w
"""
    before, after = (
        neurons.own(
            step.format(seen=seen), {"v_mv": -70.6, "w_pa": 0.0}, {"current_pa": 800.0},
            {"input_pa": "pa"}, check_units=False,
        ).max_dt_ms
        for seen in ("v_mv", "v")
    )  # fmt: skip
    assert before >= 0.5
    assert after <= 0.1


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("log(v_mv)", "at dt_ms = 0.01 v_mv is nan or beyond 1e30 after step 1 with no input; see"),
        ("1.0 / v_mv", "v_mv is nan or beyond 1e30 after step 1 with no input"),
        ("v_mv * 2.0 + 1.0", "v_mv is nan or beyond 1e30 after step 100 with no input"),
        ("exp(v_mv + 1.0)", "v_mv is nan or beyond 1e30 after step 4 with no input"),
        ("sqrt(-v_mv - input_mv)", "v_mv is nan or beyond 1e30 after step 1 under strong input"),
    ],
)
def test_a_state_that_is_nan_or_grows_without_end_is_refused(result, message):
    text = f"def step(v_mv, input_mv, tau_ms):\n    return v_mv > 1e9 * tau_ms, {result}"
    with pytest.raises(ParameterError, match=rf"cell\.step is not allowed; .*{message}"):
        cell(text, check_units=False)


def test_a_time_step_is_a_number_of_ordinary_size():
    for wrong in (0.0, -1.0, 1e3, float("nan"), "1"):
        with pytest.raises(ParameterError, match=r"cell\.max_dt_ms = .* is not allowed; use a"):
            cell(EULER, max_dt_ms=wrong)
