"""Phase order: the Lorentzian population, exact states, Rayleigh's test, what is refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.special import j0, j1

from hal9lib.errors import ParameterError
from hal9lib.measures import kuramoto_order
from hal9lib.nulls import shifted_series

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "kuramoto.json").read_text())
PHASES = np.random.default_rng(1).normal(0.0, 1.0, (100, 8))
CALL = {"arrays": {"phases": PHASES}, "options": {}}


def lorentzian_frequencies(units, gamma):
    """Evenly spaced quantiles: no sampling error of the population."""
    return gamma * np.tan(np.pi * ((np.arange(units) + 0.5) / units - 0.5))


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda c: f"gamma {c['gamma']}, K {c['K']}")
def test_the_stationary_lorentzian_population_has_the_published_order(case):
    # Kuramoto's solution: |w| < K r locked at sin(phase) = w / (K r); the others drift with a
    # density as 1 / |w - K r sin(phase)|, drawn here by the exact flow from one time to the next.
    pull = case["K"] * case["r"]
    w = lorentzian_frequencies(20_000, case["gamma"])
    locked = np.abs(w) <= pull
    drifting = w[~locked]
    beat = np.sqrt(drifting**2 - pull**2) * np.sign(drifting)
    turns = np.random.default_rng(2).uniform(0.0, 2.0 * np.pi, (20, len(drifting)))
    turned = turns + 0.1 * np.arange(20)[:, None] * beat
    # phase of dphi/dt = w - pull sin(phi): tan(phi / 2) = (pull + beat tan(turned / 2)) / w
    phases = np.empty((20, len(w)))
    phases[:, locked] = np.arcsin(w[locked] / pull)
    phases[:, ~locked] = 2.0 * np.arctan((pull + beat * np.tan(turned / 2.0)) / drifting)
    result = kuramoto_order(phases)
    assert result.value == pytest.approx(case["r"], rel=0.03)
    assert case["r"] == pytest.approx(math.sqrt(1.0 - 2.0 * case["gamma"] / case["K"]))


@pytest.mark.jit_only
def test_a_simulated_lorentzian_population_settles_at_the_published_order():
    case = GOLDEN["cases"][0]
    w = lorentzian_frequencies(2_000, case["gamma"])
    phases = np.random.default_rng(3).uniform(0.0, 2.0 * np.pi, 2_000)
    kept = []
    for step in range(3_000):  # dt = 0.01, 30 time units
        field = np.exp(1j * phases).mean()
        phases = phases + 0.01 * (w + case["K"] * np.imag(field * np.exp(-1j * phases)))
        if step >= 1_500 and step % 10 == 0:
            kept.append(phases)
    assert kuramoto_order(np.array(kept)).value == pytest.approx(case["r"], rel=0.03)


def test_equal_phases_have_1_and_evenly_spread_ones_0():
    time = np.linspace(0.0, 50.0, 40)[:, None]
    assert kuramoto_order(np.repeat(time, 7, axis=1)).value == pytest.approx(1.0, abs=1e-12)
    splay = time + 2.0 * np.pi * np.arange(7) / 7.0
    result = kuramoto_order(splay)
    assert result.value == pytest.approx(0.0, abs=1e-12)
    assert result.details["susceptibility"] == pytest.approx(0.0, abs=1e-12)


def test_random_phases_have_the_order_that_is_stated():
    phases = np.random.default_rng(4).uniform(0.0, 2.0 * np.pi, (4_000, 50))
    result = kuramoto_order(phases)
    assert result.details["random"] == pytest.approx(math.sqrt(math.pi / 200.0))
    assert result.value == pytest.approx(result.details["random"], rel=0.03)
    # r^2 is near exponential with mean 1 / N, so N var(r) is 1 - pi / 4.
    assert result.details["susceptibility"] == pytest.approx(1.0 - math.pi / 4.0, rel=0.1)


@settings(max_examples=50, deadline=None)
@given(
    arrays(float, (5, 4), elements=st.floats(-50.0, 50.0)),
    st.permutations(range(4)),
    st.floats(-10.0, 10.0),
)
def test_it_lies_from_0_to_1_and_neither_names_nor_turns_nor_a_mirror_matter(phases, order, turn):
    value = kuramoto_order(phases).value
    assert 0.0 <= value <= 1.0
    for same in (phases[:, order], phases + turn, -phases, phases + 2.0 * np.pi):
        assert kuramoto_order(same).value == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("units", [10, 20, 100])
@pytest.mark.parametrize("order", [0.1, 0.3, 0.5])
def test_rayleighs_p_is_that_of_the_exact_distribution(units, order):
    # An independent reference: P(R > r) = 1 - r int J1(r u) J0(u)^N du of N unit vectors.
    angle = math.acos(order)  # N phases at ±angle have exactly this order
    result = kuramoto_order([np.tile([angle, -angle], units // 2)])
    total = units * order
    inside, _ = quad(lambda u: j1(total * u) * j0(u) ** units, 0.0, 60.0, limit=2_000)
    assert result.p == pytest.approx(1.0 - total * inside, abs=1e-3)
    assert result.null == "random phases (Rayleigh)"
    assert result.interval is None


def test_rayleighs_p_is_uniform_for_random_phases():
    phases = np.random.default_rng(5).uniform(0.0, 2.0 * np.pi, (400, 1, 12))
    p = np.sort([kuramoto_order(snapshot).p for snapshot in phases])
    assert np.abs(p - np.linspace(0.0, 1.0, 400)).max() < 0.097  # Kolmogorov, p 0.001


def test_phases_that_keep_together_are_told_from_those_that_only_wander():
    generator = np.random.default_rng(6)
    wander = np.cumsum(generator.normal(0.0, 0.5, (200, 6)), axis=0)
    together = wander[:, :1] + generator.normal(0.0, 0.8, (200, 6))
    assert kuramoto_order(together, null=shifted_series(seed=1)).p == 0.001
    assert kuramoto_order(wander, null=shifted_series(seed=1)).p > 0.01


@pytest.mark.parametrize(
    ("phases", "options", "sentence"),
    [
        (np.zeros((5, 1)), {}, r"phases has shape \(5, 1\), .* at least 1 times and 2 units"),
        (np.zeros((0, 3)), {}, r"phases has shape \(0, 3\)"),
        (np.zeros(3), {}, r"phases has shape \(3,\), which is not allowed; use two dimensions"),
        (PHASES, {"batches": 1}, r"kuramoto_order\.batches = 1 is not allowed; use a whole number"),
    ],
)
def test_what_has_no_order_says_why(phases, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        kuramoto_order(phases, **options)
