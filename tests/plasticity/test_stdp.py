"""Pair-based STDP: curves in closed form, pairings at frequencies, random trains against sums."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal9lib.plasticity import stdp, stdp_power_law

from . import reference
from .interpreter import changed, run

DT_MS = 0.1
#: Of the benchmark: largest weight, learning rate, asymmetry.
WMAX, LAM, ALPHA = 0.3, 0.01, 1.05
VARIANTS = {
    "additive": (0.0, 0.0),
    "van Rossum": (0.0, 1.0),
    "multiplicative": (1.0, 1.0),
    "Guetig": (0.3, 0.02),
}
trains = st.lists(st.integers(0, 2_000), max_size=25, unique=True)
pairings = st.sampled_from(["all_to_all", "nearest"])


def share_after(w: float, dt_ms: float, mu_plus: float, mu_minus: float) -> float:
    """The published curve of one pair, dt = spike - arrival; the weight as a share."""
    if dt_ms >= 0.0:
        return w + LAM * (1.0 - w) ** mu_plus * math.exp(-dt_ms / 20.0)
    return w - ALPHA * LAM * w**mu_minus * math.exp(dt_ms / 20.0)


@pytest.mark.parametrize("pairing", ["all_to_all", "nearest"])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("dt", [-50.0, -10.0, -0.1, 0.0, 0.1, 10.0, 50.0])
def test_a_pair_changes_the_weight_as_the_curve_says(variant, dt, pairing):
    mu_plus, mu_minus = VARIANTS[variant]
    rule = stdp(WMAX, mu_plus=mu_plus, mu_minus=mu_minus, pairing=pairing)
    arrival, spike = 1_000, 1_000 + round(dt / DT_MS)
    after = changed(rule, 0.4 * WMAX, [arrival], [spike], DT_MS)
    expected = share_after(0.4, dt, mu_plus, mu_minus) * WMAX
    assert after == pytest.approx(expected, rel=1e-12)
    assert (after > 0.4 * WMAX) == (dt >= 0.0)


def test_the_benchmark_rule_is_the_default():
    """dw+ = lam wmax x_pre, dw- = alpha lam wmax x_post, kept within 0 and wmax."""
    rule = stdp(largest_weight=WMAX)
    p = rule.parameters
    assert (p["learning_rate"], p["asymmetry"], p["tau_plus_ms"], p["tau_minus_ms"]) == (
        0.01, 1.05, 20.0, 20.0)  # fmt: skip
    constants = rule.constants(p, DT_MS)
    assert rule.on_post(0.1, 2.5, constants["potentiation"], WMAX)[0] == 0.1 + LAM * WMAX * 2.5
    assert rule.on_pre(0.1, 2.5, constants["depression"])[0] == 0.1 - ALPHA * LAM * WMAX * 2.5
    assert rule.on_post(0.2999, 2.5, constants["potentiation"], WMAX) == (WMAX,)
    assert rule.on_pre(1e-4, 2.5, constants["depression"]) == (0.0,)


@pytest.mark.parametrize("frequency_hz", [1.0, 10.0, 20.0, 40.0])
@pytest.mark.parametrize("dt", [10.0, -10.0])
def test_sixty_pairings_add_up_as_geometric_sums(frequency_hz, dt):
    """Additive and all to all, far from the bounds: every pair counts, n - |k| of each lag."""
    n, period = 60, round(1_000.0 / frequency_hz / DT_MS)
    arrivals = 1_000 + period * np.arange(n)
    after = changed(stdp(1.0, learning_rate=1e-4), 0.5, arrivals, arrivals + round(dt / DT_MS),
                    DT_MS)  # fmt: skip
    assert after - 0.5 == pytest.approx(pairings_closed(n, period * DT_MS, dt), rel=1e-9)


def pairings_closed(n: int, period_ms: float, dt: float) -> float:
    """1e-4 times (potentiating pairs - 1.05 depressing ones), each a weighted geometric sum."""
    q = math.exp(-period_ms / 20.0)
    # Lags dt + k period: n - |k| pairs of each; the first is k = 0 on its own side of 0.
    from_0 = n / (1.0 - q) - q * (1.0 - q**n) / (1.0 - q) ** 2
    same = math.exp(-abs(dt) / 20.0) * from_0
    other = math.exp(abs(dt) / 20.0) * (from_0 - n)
    plus, minus = (same, other) if dt > 0 else (other, same)
    return 1e-4 * (plus - 1.05 * minus)


def test_multiplicative_pairings_far_apart_approach_the_bounds_geometrically():
    """w' = 1 - (1 - w) (1 - lam e^-1/2) and w' = w (1 - alpha lam e^-1/2): powers of it."""
    rule = stdp(2.0, mu_plus=1.0, mu_minus=1.0)
    arrivals = 1_000 + 20_000 * np.arange(60)  # 2 s apart: 100 time constants
    potentiated = changed(rule, 0.5, arrivals, arrivals + 100, DT_MS)
    depressed = changed(rule, 0.5, arrivals, arrivals - 100, DT_MS)
    once = math.exp(-0.5)
    assert potentiated == pytest.approx(2.0 * (1.0 - 0.75 * (1.0 - LAM * once) ** 60), rel=1e-12)
    assert depressed == pytest.approx(0.5 * (1.0 - ALPHA * LAM * once) ** 60, rel=1e-12)


def test_nearest_pairing_sees_the_latest_spike_alone():
    arrivals = [800, 900, 1_000]
    nearest = changed(stdp(1.0, pairing="nearest"), 0.5, arrivals, [1_100], DT_MS)
    every = changed(stdp(1.0), 0.5, arrivals, [1_100], DT_MS)
    assert nearest - 0.5 == pytest.approx(0.01 * math.exp(-0.5), rel=1e-12)
    assert every - 0.5 == pytest.approx(
        0.01 * (math.exp(-0.5) + math.exp(-1.0) + math.exp(-1.5)), rel=1e-12
    )


@pytest.mark.parametrize("dt", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("w", [0.25, 1.0, 45.0])
def test_the_power_law_of_one_pair(w, dt):
    """dw+ = lam w0^(1 - mu) w^mu e^(-dt / 15), dw- = -alpha lam w e^(dt / 30)."""
    after = changed(stdp_power_law(2.0), w, [1_000], [1_000 + round(dt / DT_MS)], DT_MS)
    plus = 0.1 * 2.0**0.6 * w**0.4 * math.exp(-dt / 15.0)
    minus = -0.0513 * 0.1 * w * math.exp(dt / 30.0)
    assert after - w == pytest.approx(plus if dt >= 0.0 else minus, rel=1e-9)


def test_under_the_power_law_a_weight_of_zero_stays_zero():
    assert changed(stdp_power_law(1.0), 0.0, [10, 40], [20, 60], DT_MS) == 0.0


@given(trains, trains, pairings, st.sampled_from(list(VARIANTS.values())), st.floats(0.0, 1.0))
def test_random_trains_agree_with_the_sums_over_pairs(arrivals, spikes, pairing, mu, share):
    rate = 0.15  # large, so that the bounds are met
    rule = stdp(
        WMAX, learning_rate=rate, mu_plus=mu[0], mu_minus=mu[1], tau_plus_ms=17.0,
        tau_minus_ms=34.0, pairing=pairing,
    )  # fmt: skip
    expected = reference.pair_stdp(
        share * WMAX, arrivals, spikes, DT_MS, largest=WMAX, rate=rate, asymmetry=1.05,
        mu_plus=mu[0], mu_minus=mu[1], tau_plus=17.0, tau_minus=34.0,
        nearest=pairing == "nearest",
    )  # fmt: skip
    after = changed(rule, share * WMAX, arrivals, spikes, DT_MS)
    assert after == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(trains, trains, pairings, st.floats(0.01, 50.0))
def test_random_trains_agree_with_the_sums_under_the_power_law(arrivals, spikes, pairing, w):
    rule = stdp_power_law(3.0, asymmetry=1.0, mu=0.4, pairing=pairing)
    expected = reference.power_law_stdp(
        w, arrivals, spikes, DT_MS, reference=3.0, rate=0.1, asymmetry=1.0, mu=0.4, tau_plus=15.0,
        tau_minus=30.0, nearest=pairing == "nearest",
    )  # fmt: skip
    assert changed(rule, w, arrivals, spikes, DT_MS) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_what_is_delivered_is_the_weight_before_the_arrival():
    (synapse,) = run([stdp(1.0)], [0.5], [[20, 40]], [10, 30], DT_MS, 50)
    first = 0.5 - 0.0105 * math.exp(-1.0 / 20.0)
    second = first + 0.01 * math.exp(-1.0 / 20.0)
    assert synapse.delivered == pytest.approx([0.5, second], rel=1e-12)
