"""phi_s of IIT 4.0: the reference values, the definition by brute force, what is refused."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import integrated_information

FOLDER = Path(__file__).parents[1] / "golden"
#: The mechanisms of four of these are in the file of IIT 3.0. Those of grid3, fig5a, fig5b,
#: residue and of the two figures of the 2023 paper are in neither.
GOLDEN = {
    case["name"]: case for case in json.loads((FOLDER / "iit4_pyphi.json").read_text())["cases"]
}
MECHANISMS = {
    case["name"].split("_network")[0].split(" ")[0]: case["tpm_state_by_node_loli"]
    for case in json.loads((FOLDER / "iit3_pyphi.json").read_text())["cases"]
}

CALL = {"arrays": {"tpm": MECHANISMS["basic"], "state": [1, 0, 0]}, "options": {}}
NO_INTERVAL = "an exact quantity of a known mechanism; nothing is estimated"

seeds = st.integers(0, 2**32 - 1)


def states_of(nodes):
    """(2^n, n) all states, node 0 changing fastest."""
    return np.arange(2**nodes)[:, None] >> np.arange(nodes) & 1


def random_mechanism(seed, nodes):
    """Chances that are 0, 1 or between, and a state that can be reached."""
    generator = np.random.default_rng(seed)
    chances = np.clip(generator.normal(0.5, 0.6, (2**nodes, nodes)), 0.0, 1.0)
    return chances, (chances[generator.integers(2**nodes)] > 0.5).astype(int)


def labelled_partitions(nodes):
    """Every way to number the nodes' parts 0, 1, … in the order they appear, two parts or more."""
    for labels in product(range(nodes), repeat=nodes):
        if len(set(labels)) > 1 and all(
            label <= max(labels[:k], default=-1) + 1 for k, label in enumerate(labels)
        ):
            yield labels


def silenced_chance(chances, node, heard, before):
    """The chance that a node is on when it hears some nodes, and coins in place of the others."""
    nodes, total, count = len(chances[0]), 0.0, 0
    for coins in product([0, 1], repeat=nodes):
        state = [before[j] if heard[j] else coins[j] for j in range(nodes)]
        total += chances[sum(bit << j for j, bit in enumerate(state))][node]
        count += 1
    return total / count


def by_definition(chances, now):
    """phi_s with loops over states, partitions, directions and coins."""
    nodes, states = len(now), [tuple(state) for state in states_of(len(now)).tolist()]
    every = [True] * nodes

    def chance(before, after, hears):
        each = [silenced_chance(chances, i, hears(i), before) for i in range(nodes)]
        return float(np.prod([p if on else 1.0 - p for p, on in zip(each, after, strict=True)]))

    step = {(a, b): chance(a, b, lambda _: every) for a in states for b in states}
    mean = {b: np.mean([step[a, b] for a in states]) for b in states}
    back = {a: step[a, now] / sum(step[other, now] for other in states) for a in states}
    effect = {
        b: step[now, b] * np.log2(step[now, b] / mean[b]) if step[now, b] else 0.0 for b in states
    }
    cause = {a: back[a] * np.log2(step[a, now] / mean[now]) if back[a] else 0.0 for a in states}
    found = []
    for a, b in product(states, states):
        if cause[a] < max(cause.values()) - 1e-9 or effect[b] < max(effect.values()) - 1e-9:
            continue
        phis = []
        for labels in labelled_partitions(nodes):
            for ways in product(["in", "out", "both"], repeat=max(labels) + 1):

                def hears(i, labels=labels, ways=ways):
                    return [
                        labels[i] == labels[j]
                        or (ways[labels[i]] == "out" and ways[labels[j]] == "in")
                        for j in range(nodes)
                    ]  # fmt: skip

                size = sum(hears(i).count(False) for i in range(nodes))
                if size:
                    of_a = back[a] * max(0.0, np.log2(step[a, now] / chance(a, now, hears)))
                    of_b = step[now, b] * max(0.0, np.log2(step[now, b] / chance(now, b, hears)))
                    phis.append((min(of_a, of_b) / size, min(of_a, of_b)))
        least = min(phis)[0]
        found.append(max(phi for normalised, phi in phis if normalised <= least + 1e-9))
    return max(found)


@pytest.mark.parametrize("name", ["basic", "xor", "rule110", "fig4"])
def test_the_reference_values(name):
    result = integrated_information(MECHANISMS[name], GOLDEN[name]["state"])
    assert result.value == pytest.approx(GOLDEN[name]["phi_s"], abs=1e-12)


def test_it_is_what_the_definition_says():
    """No library under a free licence has it: the reference is the paper's definition in loops."""
    expected, found = [], []
    for seed in range(16):
        chances, now = random_mechanism(seed, nodes=2 + seed % 2)
        expected.append(by_definition(chances.tolist(), tuple(now.tolist())))
        found.append(integrated_information(chances, now).value)
    assert found == pytest.approx(expected, abs=1e-9)
    assert sum(value > 1e-3 for value in found) >= 4, "some hold information"


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 5))
def test_it_lies_between_0_and_the_intrinsic_information(seed, nodes):
    result = integrated_information(*random_mechanism(seed, nodes))
    assert result.value >= 0.0
    assert 0.0 <= result.details["normalised"] <= 1.0 + 1e-12
    assert 0.0 <= result.details["cause_bits"] <= nodes + 1e-12
    assert 0.0 <= result.details["effect_bits"] <= nodes + 1e-12


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(4)))
def test_the_order_of_the_nodes_does_not_matter(seed, order):
    chances, now = random_mechanism(seed, 4)
    states = states_of(4)
    moved = chances[states[:, np.argsort(order)] @ (1 << np.arange(4))][:, order]
    here, there = integrated_information(chances, now), integrated_information(moved, now[order])
    assert there.value == pytest.approx(here.value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_what_only_feeds_forward_or_falls_apart_has_none(seed):
    generator = np.random.default_rng(seed)
    own, fed = generator.random(2), generator.random(4)
    states = states_of(2)
    forward = np.column_stack([own[states[:, 0]], fed[states @ [1, 2]]])
    apart = np.column_stack([own[states[:, 0]], fed[states[:, 1]]])
    for mechanism in (forward, apart):
        for now in ([0, 0], [1, 0], [1, 1]):
            assert integrated_information(mechanism, now).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("nodes", [2, 3, 4, 5, 6])
def test_a_ring_of_copies_holds_two_bits_whatever_its_length(nodes):
    """The normalised value is 2 / ((n - 1) (n + 2) / 2): all links but those of one order."""
    ring = np.roll(states_of(nodes), 1, axis=1)
    result = integrated_information(ring, [1] + [0] * (nodes - 1))
    assert result.value == pytest.approx(2.0)
    assert result.details["normalised"] == pytest.approx(4.0 / ((nodes - 1) * (nodes + 2)))
    assert result.details["cause_bits"] == result.details["effect_bits"] == nodes
    assert result.arrays["effect_state"].tolist() == [0, 1] + [0] * (nodes - 2)
    assert result.arrays["cause_state"].tolist() == [0] * (nodes - 1) + [1]


def test_noise_takes_it_away():
    values = []
    for noise in (0.0, 0.1, 0.3, 0.5):
        chances = np.roll(states_of(3), 1, axis=1) * (1.0 - 2.0 * noise) + noise
        values.append(integrated_information(chances, [1, 0, 0]).value)
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0.0


def test_the_cut_is_the_one_that_is_named():
    result = integrated_information(MECHANISMS["basic"], [1, 0, 0])
    assert result.arrays["cut"].sum() * result.details["normalised"] == pytest.approx(result.value)
    assert result.arrays["cut"].tolist() == [
        [False] * 3,
        [True, False, False],
        [True] + [False] * 2,
    ]


@pytest.mark.parametrize(
    ("tpm", "state", "sentence"),
    [
        (np.full((4, 2), 1.5), [0, 0], r"tpm\[0, 0\] = 1\.5 is not allowed; use chances from"),
        (np.full((2, 1), 0.5), [0], r"tpm has shape \(2, 1\), .* at least 4 states and 2 nodes"),
        (
            np.full((5, 2), 0.5),
            [0, 0],
            r"tpm has shape \(5, 2\) and state has 2 nodes, .* use 4",
        ),
        (np.full((4, 2), 0.5), [0], r"tpm has shape \(4, 2\) and state has 1 nodes, .* 2 nodes"),
        (np.full((4, 7), 0.5), [0] * 7, r"tpm has 7 nodes, which is not allowed; use at most 6"),
        (
            np.full((4, 2), 0.5),
            [0, 2],
            r"state\[1\] = 2 is not allowed; use whole number",
        ),
        (np.zeros((4, 2)), [0, 1], r"state = \[0, 1\] is not allowed; no state leads to it,"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_reason(tpm, state, sentence):
    with pytest.raises(ParameterError, match=r"^integrated_information\." + sentence):
        integrated_information(tpm, state)
