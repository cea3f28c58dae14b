"""Short-term plasticity: the published recurrences, their steady state and limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal9lib.plasticity import tsodyks_markram
from hal9lib.plasticity.tsodyks_markram import PRESETS

from . import reference
from .interpreter import run

DT_MS = 0.1


def delivered(rule, arrivals, weight=2.0) -> np.ndarray:
    """The factors of the weight that these arrivals deliver; the weight itself stays."""
    (synapse,) = run([rule], [weight], [arrivals], [], DT_MS, max(arrivals) + 1)
    assert synapse.weight == weight
    return np.array(synapse.delivered) / weight


@pytest.mark.parametrize("preset", PRESETS)
def test_a_first_spike_uses_the_utilisation(preset):
    assert delivered(tsodyks_markram(preset=preset), [50])[0] == PRESETS[preset][0]


def test_the_presets_are_the_published_values():
    assert PRESETS["depressing"] == (0.5, 800.0, 0.0)
    assert PRESETS["facilitating"] == (0.04, 100.0, 1_000.0)
    assert PRESETS["facilitating_1998"] == (0.03, 130.0, 530.0)
    p = tsodyks_markram(preset="facilitating", utilisation=0.1).parameters
    assert dict(p) == {
        "utilisation": 0.1, "tau_recovery_ms": 100.0, "tau_facilitation_ms": 1_000.0
    }  # fmt: skip


@pytest.mark.parametrize("frequency_hz", [1.0, 10.0, 23.0, 100.0])
@pytest.mark.parametrize("preset", PRESETS)
def test_a_regular_train_settles_at_the_closed_form(preset, frequency_hz):
    """u = U / (1 - (1 - U) q_f), x = (1 - q_r) / (1 - (1 - u) q_r), q = e^(-T / tau)."""
    use, tau_r, tau_f = PRESETS[preset]
    steps = round(1_000.0 / frequency_hz / DT_MS)
    period = steps * DT_MS
    found = delivered(tsodyks_markram(preset=preset), steps * np.arange(3_000))
    faded = math.exp(-period / tau_f) if tau_f else 0.0
    left = math.exp(-period / tau_r)
    u = use / (1.0 - (1.0 - use) * faded)
    x = (1.0 - left) / (1.0 - (1.0 - u) * left)
    assert found[-1] == pytest.approx(u * x, rel=1e-9)


def test_at_high_rates_what_is_delivered_in_a_second_no_longer_depends_on_the_rate():
    """u x rate -> 1 / tau_recovery: the limiting frequency of a depressing synapse
    (Tsodyks & Markram 1997, doi:10.1073/pnas.94.2.719)."""
    found = [
        delivered(tsodyks_markram(), steps * np.arange(4_000))[-1] / (steps * DT_MS)
        for steps in (40, 20)  # 250 and 500 Hz
    ]
    assert found == pytest.approx([1.0 / 800.0] * 2, rel=0.01)
    assert abs(found[1] - 1.0 / 800.0) < abs(found[0] - 1.0 / 800.0)


def test_facilitation_is_strongest_at_the_published_peak_frequency():
    """The peak lies at 1 / sqrt(U tau_f tau_r), up to terms that are small where U is
    (Markram, Wang & Tsodyks 1998, doi:10.1073/pnas.95.9.5323)."""
    use, tau_r, tau_f = PRESETS["facilitating"]
    rates = np.arange(2.0, 60.0, 1.0)
    settled = []
    for rate in rates:
        steps = round(1_000.0 / rate / DT_MS)
        settled.append(
            delivered(tsodyks_markram(preset="facilitating"), steps * np.arange(600))[-1]
        )
    peak_hz = rates[int(np.argmax(settled))]
    assert peak_hz == pytest.approx(1_000.0 / math.sqrt(use * tau_f * tau_r), rel=0.1)
    assert max(settled) > 3.0 * use, "it facilitates"


def test_a_depressing_synapse_recovers_with_its_time_constant():
    gaps_ms = np.array([50.0, 200.0, 800.0, 3_200.0])
    found = [delivered(tsodyks_markram(), [0, round(gap / DT_MS)])[1] for gap in gaps_ms]
    np.testing.assert_allclose(found, 0.5 * (1.0 - 0.5 * np.exp(-gaps_ms / 800.0)), rtol=1e-12)


@given(
    st.lists(st.integers(0, 20_000), min_size=1, max_size=60, unique=True),
    st.floats(0.01, 1.0),
    st.floats(1.0, 2_000.0),
    st.one_of(st.just(0.0), st.floats(0.5, 2_000.0)),
)
def test_random_trains_agree_with_the_published_recurrence(arrivals, use, tau_r, tau_f):
    rule = tsodyks_markram(utilisation=use, tau_recovery_ms=tau_r, tau_facilitation_ms=tau_f)
    expected = reference.short_term(
        arrivals, DT_MS, use=use, tau_recovery=tau_r, tau_facilitation=tau_f
    )
    np.testing.assert_allclose(delivered(rule, arrivals), expected, rtol=1e-9, atol=1e-12)
