"""Degrees and choices against closed forms, by chi-square with p above 1e-3 at fixed seeds."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from connectivity.asked import asked, pairs, population
from hal9lib import connectivity
from hal9lib.connectivity._drawing import most_of_binomial, most_of_sum

CELLS = population(400)


def fits(counts, probabilities):
    """Whether counts of independent events have these probabilities, rare ones taken together."""
    counts, expected = np.asarray(counts, float), np.asarray(probabilities) * np.sum(counts)
    rare = expected < 5.0
    counts = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    if expected[-1] < 5.0:
        counts, expected = counts[:-1], expected[:-1]
    assert len(counts) > 1
    chi_square = ((counts - expected) ** 2 / expected).sum()
    return stats.chi2.sf(chi_square, len(counts) - 1) > 1e-3


def test_degrees_are_exact():
    sources, targets = pairs(connectivity.fixed_indegree(37), CELLS, CELLS)
    assert (np.bincount(targets, minlength=400) == 37).all()
    sources, targets = pairs(connectivity.fixed_outdegree(37), CELLS, population(50))
    assert (np.bincount(sources, minlength=400) == 37).all()
    assert targets.max() < 50
    sources, targets = pairs(connectivity.one_to_one(), CELLS, population(400))
    assert np.array_equal(sources, np.arange(400))
    assert np.array_equal(targets, np.arange(400))
    sources, targets = pairs(connectivity.all_to_all(False), CELLS, CELLS)
    assert len(sources) == 400 * 399
    assert connectivity.all_to_all(False).size(CELLS, CELLS) == (400 * 399, 399)


@pytest.mark.parametrize(("degree", "choices"), [(0, 5), (5, 5), (3, 4), (399, 399), (200, 400)])
def test_all_that_can_be_chosen_is_chosen_once(degree, choices):
    rule = connectivity.fixed_indegree(degree, multiple=False)
    starts, found = asked(rule, population(choices), population(7))
    assert (np.diff(starts) == degree).all()
    for neuron in range(7):
        assert len(set(found[starts[neuron] : starts[neuron + 1]].tolist())) == degree


@pytest.mark.jit_only
@pytest.mark.parametrize("self_connections", [True, False])
@pytest.mark.parametrize("multiple", [True, False])
def test_sources_are_drawn_evenly(multiple, self_connections):
    rule = connectivity.fixed_indegree(150, self_connections, multiple)
    sources, targets = pairs(rule, CELLS, CELLS)
    assert fits(np.bincount(sources, minlength=400), np.full(400, 1.0 / 400.0))
    # Also as seen from each target: the neuron 1 further on, 2 further on, ...
    further = np.bincount((sources - targets) % 400, minlength=400)
    if self_connections:
        assert fits(further, np.full(400, 1.0 / 400.0))
    else:
        assert further[0] == 0
        assert fits(further[1:], np.full(399, 1.0 / 399.0))


@pytest.mark.jit_only
@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_each_set_of_different_sources_is_equally_likely(degree):
    rule = connectivity.fixed_indegree(degree, multiple=False)
    starts, found = asked(rule, population(5), population(20_000, "target"))
    seen = dict.fromkeys(combinations(range(5), degree), 0)
    for chosen in np.sort(found.reshape(-1, degree), axis=1).tolist():
        seen[tuple(chosen)] += 1
    assert fits(list(seen.values()), np.full(len(seen), 1.0 / len(seen)))
    assert starts[-1] == 20_000 * degree


@pytest.mark.jit_only
@pytest.mark.parametrize("p", [0.001, 0.03, 0.5, 0.97])
@pytest.mark.parametrize("self_connections", [True, False])
def test_degrees_of_pairwise_probability_are_binomial(p, self_connections):
    cells = population(3_000)
    rule = connectivity.pairwise_probability(p, self_connections)
    sources, targets = pairs(rule, cells, cells)
    choices = 3_000 - (not self_connections)
    for degrees in (np.bincount(end, minlength=3_000) for end in (sources, targets)):
        k = np.arange(degrees.max() + 1)
        assert fits(np.bincount(degrees), stats.binom.pmf(k, choices, p))
    if not self_connections:
        assert (sources != targets).all()


@pytest.mark.jit_only
def test_pairs_of_pairwise_probability_are_independent():
    """The four ways in which two neighbouring pairs can be, and the gaps between synapses."""
    p, n = 0.2, 1_000
    sources, targets = pairs(
        connectivity.pairwise_probability(p), population(n), population(n, "t")
    )
    there = np.zeros((n, n), bool)
    there[targets, sources] = True
    both = 2 * there[:, 0::2] + there[:, 1::2]
    assert fits(np.bincount(both.ravel()), [(1 - p) ** 2, p * (1 - p), p * (1 - p), p * p])
    both = 2 * there[0::2] + there[1::2]
    assert fits(np.bincount(both.ravel()), [(1 - p) ** 2, p * (1 - p), p * (1 - p), p * p])
    gaps = np.diff(sources)[np.diff(targets) == 0]
    gaps = gaps[gaps <= 30]  # longer ones are cut off by the end of the row
    k = np.arange(1, 31)
    assert fits(np.bincount(gaps, minlength=31)[1:], p * (1 - p) ** (k - 1) / (1 - (1 - p) ** 30))


def test_probabilities_of_0_and_1():
    cells = population(80)
    nothing, all_of_them = (connectivity.pairwise_probability(p, False) for p in (0.0, 1.0))
    assert len(pairs(nothing, cells, cells)[0]) == 0
    sources, targets = pairs(all_of_them, cells, cells)
    expected = pairs(connectivity.all_to_all(False), cells, cells)
    assert np.array_equal(sources, expected[0])
    assert np.array_equal(targets, expected[1])


def test_very_small_probabilities_find_their_synapses():
    """1e-7 of a million sources: every tenth target has one, not none for lack of digits."""
    rule = connectivity.pairwise_probability(1e-7)
    sources, _ = pairs(rule, population(1_000_000), population(5_000, "target"))
    assert stats.poisson.cdf(len(sources), 500.0) > 1e-3
    assert stats.poisson.sf(len(sources), 500.0) > 1e-3
    assert stats.kstest(sources / 1e6, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("n", [1, 10, 1_000, 100_000])
@pytest.mark.parametrize("p", [0.0, 1e-6, 0.01, 0.5, 0.99, 1.0])
def test_the_most_partners_are_exceeded_once_in_1e18_and_not_wildly_more(n, p):
    most = most_of_binomial(n, p)
    assert 0 <= most <= n
    assert stats.binom.sf(most, n, p) < 1e-18
    assert most <= n * p + 15.0 * math.sqrt(n * p * (1.0 - p)) + 20.0
    most = most_of_sum(n * p, n)
    assert most == n or stats.poisson.sf(most, n * p) < 1e-18
    assert most <= n * p + 15.0 * math.sqrt(n * p) + 20.0
