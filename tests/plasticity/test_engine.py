"""Plasticity in the engine: the weights read out against sums over the spikes that came about."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import plasticity
from hal9lib.connectivity import all_to_all, fixed_indegree, one_to_one
from hal9lib.neurons import lif, spike_replay

from . import reference
from .interpreter import run as obey

DT_MS = 0.5
STEPS = 400
SOURCES, TARGETS = 5, 4
#: name -> the rule, and the same by the papers' sums: (weight, arrivals, spikes) -> weight.
RULES = {
    "additive": (
        plasticity.stdp(0.3, learning_rate=0.1),
        lambda w, a, s: reference.pair_stdp(
            w, a, s, DT_MS, largest=0.3, rate=0.1, asymmetry=1.05, mu_plus=0.0, mu_minus=0.0,
            tau_plus=20.0, tau_minus=20.0,
        ),
    ),
    "multiplicative, nearest": (
        plasticity.stdp(0.3, learning_rate=0.1, mu_plus=1.0, mu_minus=1.0, tau_plus_ms=17.0,
                        pairing="nearest"),
        lambda w, a, s: reference.pair_stdp(
            w, a, s, DT_MS, largest=0.3, rate=0.1, asymmetry=1.05, mu_plus=1.0, mu_minus=1.0,
            tau_plus=17.0, tau_minus=20.0, nearest=True,
        ),
    ),
    "Guetig": (
        plasticity.stdp(0.3, learning_rate=0.1, mu_plus=0.4, mu_minus=0.4),
        lambda w, a, s: reference.pair_stdp(
            w, a, s, DT_MS, largest=0.3, rate=0.1, asymmetry=1.05, mu_plus=0.4, mu_minus=0.4,
            tau_plus=20.0, tau_minus=20.0,
        ),
    ),
    "power law": (
        plasticity.stdp_power_law(0.1, asymmetry=1.0),
        lambda w, a, s: reference.power_law_stdp(
            w, a, s, DT_MS, reference=0.1, rate=0.1, asymmetry=1.0, mu=0.4, tau_plus=15.0,
            tau_minus=30.0,
        ),
    ),
    "triplet": (
        plasticity.stdp_triplet(3.0, preset="hippocampus_full"),
        lambda w, a, s: reference.triplet_stdp(
            w, a, s, DT_MS, unit=3.0, a2_plus=6.1e-3, a3_plus=6.7e-3, a2_minus=1.6e-3,
            a3_minus=1.4e-3, tau_plus=16.8, tau_minus=33.7, tau_x=946.0, tau_y=27.0,
        ),
    ),
    "triplet, nearest": (
        plasticity.stdp_triplet(1.0, preset="visual_cortex_minimal", pairing="nearest"),
        lambda w, a, s: reference.triplet_stdp(
            w, a, s, DT_MS, unit=1.0, a2_plus=0.0, a3_plus=5e-2, a2_minus=8e-3, a3_minus=0.0,
            tau_plus=16.8, tau_minus=33.7, tau_x=714.0, tau_y=40.0, nearest=True,
        ),
    ),
    "inhibitory": (
        plasticity.stdp_inhibitory(0.005, target_rate_hz=120.0, largest_weight=0.4),
        lambda w, a, s: reference.inhibitory_stdp(
            w, a, s, DT_MS, rate=0.005, rho_hz=120.0, tau=20.0, largest=0.4
        ),
    ),
}  # fmt: skip
STDP = plasticity.stdp(1.0, learning_rate=0.05, tau_plus_ms=15.0)
SHORT = plasticity.tsodyks_markram(preset="facilitating")
SCALING = plasticity.synaptic_scaling(30.0, gain_per_hz_s=1e-1, tau_rate_ms=300.0, interval_ms=25.0)
NORMAL = plasticity.weight_normalisation(0.6, interval_ms=40.0)
TOLERANCE = {"float64": 1e-11, "float32": 2e-5}


def replayed(rules, delay_ms, weight=0.15, seed=5):
    """Given spikes onto cells that are made to spike at given times; the plastic projection."""
    draws = np.random.default_rng(seed)
    network = hal9.Network(seed=seed)
    sources = network.add(train(draws, SOURCES), SOURCES, name="sources")
    teachers = network.add(train(draws, TARGETS), TARGETS, name="teachers")
    cell = lif(tau_m_ms=1.0, threshold_mv=1e3, reset_mv=0.0, refractory_ms=0.0)
    targets = network.add(cell, TARGETS, name="targets")
    network.connect(teachers, targets, one_to_one(), weight_mv=2e3, delay_ms=DT_MS)
    network.connect(sources, targets, all_to_all(), weight_mv=weight, delay_ms=delay_ms, rule=rules)
    return network


def train(draws, size):
    """A replay of some 25 spikes of each of `size` neurons, and each of them at least once."""
    steps, neurons = np.nonzero(draws.random((STEPS - 1, size)) < 0.06)
    return spike_replay((steps + 1) * DT_MS, neurons)


def played(network, *, steps=STEPS, dt_ms=DT_MS, **given):
    """The weights of the network's last projection, as dictionaries, and each neuron's spikes."""
    with hal9.Simulation(network, dt_ms=dt_ms, **given) as simulation:
        simulation.advance(steps * dt_ms)
        spike_steps, neurons = simulation.take_spikes()
        table = simulation.weights(network.projections[-1].name)
    trains = [spike_steps[neurons == n].tolist() for n in range(network.neurons)]
    return table, trains


def arrivals_of(trains, source, delay_steps, steps=STEPS):
    return [s + delay_steps for s in trains[source] if s + delay_steps < steps]


@pytest.mark.parametrize(
    ("name", "delay_steps", "precision"),
    [(name, delay, "float64") for name in RULES for delay in (1, 2, 7)]
    + [(name, 2, "float32") for name in ("additive", "Guetig", "triplet")],
)
def test_weights_are_those_of_the_papers_sums(name, delay_steps, precision):
    rule, by_sums = RULES[name]
    sign = -1.0 if name == "inhibitory" else 1.0
    network = replayed(rule, delay_steps * DT_MS, weight=sign * 0.15)
    table, trains = played(network, precision=precision)
    assert len(table.weights) == SOURCES * TARGETS
    assert min(len(train) for train in trains) > 5
    expected = [
        sign * by_sums(0.15, arrivals_of(trains, source, delay), trains[target])
        for source, target, _, delay in zip(*table, strict=True)
    ]
    assert len(set(expected)) > SOURCES, "the weights have grown apart"
    np.testing.assert_allclose(table.weights, expected, rtol=TOLERANCE[precision], atol=1e-9)


def test_with_delays_that_differ_each_spike_counts_when_it_arrives():
    rule, by_sums = RULES["additive"]
    network = replayed(rule, hal9.uniform(1.0, 20.0))
    table, trains = played(network, precision="float64")
    assert len(set(table.delay_steps.tolist())) > 5
    expected = [
        by_sums(0.15, arrivals_of(trains, source, delay), trains[target])
        for source, target, _, delay in zip(*table, strict=True)
    ]
    np.testing.assert_allclose(table.weights, expected, rtol=1e-11, atol=1e-12)


COMBINED = {
    "stdp, short": [STDP, SHORT],
    "short, stdp, scaling": [SHORT, STDP, SCALING],
    "stdp, scaling, normalisation": [STDP, SCALING, NORMAL],
    "triplet, inhibitory, short": [RULES["triplet"][0], RULES["inhibitory"][0], SHORT],
    "normalisation": [NORMAL],
}


@pytest.mark.parametrize(
    ("name", "precision"),
    [(name, "float64") for name in COMBINED] + [("stdp, scaling, normalisation", "float32")],
)
def test_rules_that_combine_obey_the_contract(name, precision):
    """Against the contract in plain Python, all inputs of a target together."""
    rules = COMBINED[name]
    table, trains = played(replayed(rules, 3 * DT_MS), precision=precision)
    first = SOURCES + TARGETS
    for target in range(first, first + TARGETS):
        mine = table.targets == target
        arrivals = [arrivals_of(trains, source, 3) for source in table.sources[mine]]
        synapses = obey(rules, [0.15] * SOURCES, arrivals, trains[target], DT_MS, STEPS)
        np.testing.assert_allclose(
            table.weights[mine], [s.weight for s in synapses], rtol=TOLERANCE[precision], atol=1e-9
        )


def test_what_arrives_is_the_factor_times_the_weight_before():
    """A leak-free cell counts it: v after the run is the sum of all that was delivered."""
    rules = [RULES["additive"][0], SHORT]
    draws = np.random.default_rng(8)
    network = hal9.Network(seed=8)
    sources = network.add(train(draws, 1), 1, name="source")
    cell = network.add(lif(tau_m_ms=1e12, threshold_mv=1e6, reset_mv=0.0), 1, name="cell")
    network.connect(sources, cell, all_to_all(), weight_mv=0.15, delay_ms=1.0, rule=rules)
    with hal9.Simulation(network, dt_ms=DT_MS, precision="float64") as simulation:
        simulation.advance(STEPS * DT_MS)
        steps, _ = simulation.take_spikes()
        v_mv = simulation.state("v_mv", "cell")[0]
    (synapse,) = obey(rules, [0.15], [[s + 2 for s in steps]], [], DT_MS, STEPS)
    assert len(synapse.delivered) > 10
    assert v_mv == pytest.approx(sum(synapse.delivered), rel=1e-9)


def recurrent(seed=2):
    """60 cells that fire on drive, with plastic synapses among them, some onto themselves."""
    network = hal9.Network(seed=seed)
    cells = network.add(lif(initial_v_mv=hal9.uniform(0.0, 20.0)), 60, name="cells")
    network.drive(cells, rate_hz=10_000.0, weight_mv=0.13)
    network.connect(
        cells, cells, fixed_indegree(12), weight_mv=hal9.uniform(0.0, 0.6), delay_ms=1.5,
        rule=plasticity.stdp(0.6, learning_rate=0.05),
    )  # fmt: skip
    return network


def test_a_recurrent_network_s_weights_follow_from_its_own_spikes():
    network = recurrent()
    with hal9.Simulation(network, dt_ms=DT_MS, precision="float64") as simulation:
        before = simulation.weights("cells->cells")
    table, trains = played(network, precision="float64")
    assert min(len(train) for train in trains) >= 1
    expected = [
        reference.pair_stdp(
            weight, arrivals_of(trains, source, 3), trains[target], DT_MS, largest=0.6, rate=0.05,
            asymmetry=1.05, mu_plus=0.0, mu_minus=0.0, tau_plus=20.0, tau_minus=20.0,
        )
        for source, target, weight, _ in zip(*before, strict=True)
    ]  # fmt: skip
    assert np.abs(table.weights - before.weights).max() > 0.05
    np.testing.assert_array_equal(table.sources, before.sources)
    np.testing.assert_allclose(table.weights, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("precision", TOLERANCE)
def test_threads_and_cuts_change_no_bit(precision):
    alone, trains = played(recurrent(), precision=precision, threads=1)
    for threads in (2, 4):
        table, same = played(recurrent(), precision=precision, threads=threads)
        assert same == trains
        np.testing.assert_array_equal(table.weights, alone.weights)
    with hal9.Simulation(recurrent(), dt_ms=DT_MS, precision=precision, threads=2) as simulation:
        for part in (0.5, 13.0, 1.5, 100.0, 85.0):
            simulation.advance(part)
            table = simulation.weights("cells->cells")
    np.testing.assert_array_equal(table.weights, alone.weights)


WITHOUT_JIT = """
import sys
sys.path.insert(0, sys.argv[1])
from plasticity.test_engine import digests
print(*digests(), sep="\\n")
"""


def digests():
    """What a small network's spikes and weights come to, in both precisions."""
    made = []
    for precision in TOLERANCE:
        table, trains = played(recurrent(), steps=120, precision=precision, threads=1)
        made.append(hashlib.sha256(repr(trains).encode() + table.weights.tobytes()).hexdigest())
    return made


@pytest.mark.jit_only
def test_without_the_jit_spikes_and_weights_are_the_same_bits():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_JIT, str(Path(__file__).parents[1])],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == digests()
