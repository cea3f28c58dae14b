"""Several rules at one projection: each acts on the weight that the last one left."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal9lib import plasticity

from . import reference
from .interpreter import run

DT_MS = 0.5
STDP = plasticity.stdp(2.0, learning_rate=0.05, tau_plus_ms=15.0)
SHORT = plasticity.tsodyks_markram(preset="facilitating")
SCALING = plasticity.synaptic_scaling(30.0, gain_per_hz_s=1e-2, tau_rate_ms=300.0, interval_ms=50.0)
NORMAL = plasticity.weight_normalisation(1.5, interval_ms=100.0)
trains = st.lists(st.integers(0, 1_999), max_size=25, unique=True)


@given(trains, trains)
def test_short_term_plasticity_leaves_the_weight_to_the_other_rule(arrivals, spikes):
    (alone,) = run([STDP], [1.0], [arrivals], spikes, DT_MS, 2_000)
    for rules in ([STDP, SHORT], [SHORT, STDP]):
        (both,) = run(rules, [1.0], [arrivals], spikes, DT_MS, 2_000)
        assert both.weight == alone.weight
        factors = reference.short_term(
            arrivals, DT_MS, use=0.04, tau_recovery=100.0, tau_facilitation=1_000.0
        )
        expected = [w * f for w, f in zip(alone.delivered, factors, strict=True)]
        assert both.delivered == pytest.approx(expected, rel=1e-9)


def test_factors_of_two_rules_are_multiplied():
    two = [SHORT, plasticity.tsodyks_markram(preset="depressing")]
    (synapse,) = run(two, [3.0], [[10, 60]], [], DT_MS, 100)
    assert synapse.delivered[0] == pytest.approx(3.0 * 0.04 * 0.5, rel=1e-12)


@given(trains, trains)
def test_stdp_and_scaling_take_turns(arrivals, spikes):
    """Between two scalings STDP alone; at each the factor of the target's rate."""
    (found,) = run([STDP, SHORT, SCALING], [1.0], [arrivals], spikes, DT_MS, 2_000)
    weight, pre, post = 1.0, [], []
    for step in range(2_001):
        if step and step % 100 == 0:
            rate_hz = sum(math.exp(-(step - s) * DT_MS / 300.0) for s in post) / 0.3
            weight *= math.exp(1e-2 * 0.05 * (30.0 - rate_hz))
        # One more event at a time, with all that came before it, from the papers' sums.
        if step in arrivals:
            ages = [(step - s) * DT_MS for s in post]
            weight = max(weight - 1.05 * 0.1 * sum(math.exp(-a / 20.0) for a in ages), 0.0)
            pre.append(step)
        if step in spikes:
            ages = [(step - s) * DT_MS for s in pre]
            weight = min(weight + 0.1 * sum(math.exp(-a / 15.0) for a in ages), 2.0)
            post.append(step)
    assert found.weight == pytest.approx(weight, rel=1e-9, abs=1e-12)


@given(st.lists(trains, min_size=2, max_size=5), trains)
def test_normalisation_after_stdp_holds_the_sum(arrivals, spikes):
    weights = [0.3 + 0.1 * i for i in range(len(arrivals))]
    synapses = run([STDP, NORMAL], weights, arrivals, spikes, DT_MS, 2_000)
    total = math.fsum(s.weight for s in synapses)
    assert total == pytest.approx(1.5, rel=1e-12) or total == 0.0


def test_the_order_of_rules_matters_where_they_meet():
    """At one interval's end: normalise what scaling left, or scale what normalisation left."""
    both = plasticity.synaptic_scaling(30.0, gain_per_hz_s=1.0, interval_ms=100.0)
    (last,) = run([both, NORMAL], [1.0], [[]], [], DT_MS, 200)
    (first,) = run([NORMAL, both], [1.0], [[]], [], DT_MS, 200)
    assert last.weight == pytest.approx(1.5, rel=1e-12)
    assert first.weight == pytest.approx(1.5 * math.exp(3.0), rel=1e-12)
