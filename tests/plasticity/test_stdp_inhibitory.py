"""Inhibitory plasticity: its window, its fixed point, random trains against sums."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal9lib.plasticity import stdp_inhibitory

from . import reference
from .interpreter import changed

DT_MS = 0.1
trains = st.lists(st.integers(0, 2_000), max_size=25, unique=True)


@pytest.mark.parametrize("dt", [-30.0, -0.1, 0.0, 0.1, 30.0])
def test_the_window_is_symmetric_and_an_arrival_costs_alpha(dt):
    """dw = eta (e^(-|dt| / tau) - alpha), alpha = 2 * 3 Hz * 20 ms = 0.12."""
    after = changed(stdp_inhibitory(0.5), 5.0, [1_000], [1_000 + round(dt / DT_MS)], DT_MS)
    assert after - 5.0 == pytest.approx(0.5 * (math.exp(-abs(dt) / 20.0) - 0.12), rel=1e-12)


@pytest.mark.parametrize(("rate_hz", "sign"), [(2.0, -1.0), (4.0, 0.0), (8.0, 1.0)])
def test_the_fixed_point_is_the_target_rate(rate_hz, sign):
    """Arrivals at every phase of a regular target: the mean change by one is
    eta (2 tau rate - alpha), with a sum over steps of 2.5 ms in place of the integral."""
    dt_ms, period = 2.5, round(1_000.0 / rate_hz / 2.5)
    rule = stdp_inhibitory(1e-3, target_rate_hz=4.0)
    arrivals = 6 * period + np.arange(period)
    after = changed(rule, 1e3, arrivals, period * np.arange(13), dt_ms)
    change = (after - 1e3) / period
    window = 1.0 + 2.0 / (math.exp(dt_ms / 20.0) - 1.0)  # of e^-|k dt / tau|, over all k
    alpha = 2.0 * 4.0 * 20.0e-3
    expected = 1e-3 * (window * dt_ms * 1e-3 * rate_hz - alpha)
    assert change == pytest.approx(expected, abs=1e-12)
    assert abs(change - sign * abs(rate_hz / 4.0 - 1.0) * 1e-3 * alpha) < 5e-3 * 1e-3 * alpha


def test_the_magnitude_stays_within_its_bounds():
    rule = stdp_inhibitory(1.0, largest_weight=0.5)
    assert changed(rule, 0.45, [1_000], [1_010], DT_MS) == 0.5
    assert changed(rule, 0.05, [1_000], [], DT_MS) == 0.0


@given(trains, trains, st.floats(0.0, 2.0))
def test_random_trains_agree_with_the_sums_over_pairs(arrivals, spikes, w):
    rule = stdp_inhibitory(0.3, target_rate_hz=15.0, tau_ms=25.0, largest_weight=2.0)
    expected = reference.inhibitory_stdp(
        w, arrivals, spikes, DT_MS, rate=0.3, rho_hz=15.0, tau=25.0, largest=2.0
    )
    assert changed(rule, w, arrivals, spikes, DT_MS) == pytest.approx(expected, rel=1e-9, abs=1e-12)
