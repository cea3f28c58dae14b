"""Connections by distance: each pair's probability, distances against closed forms, the cost."""

import numpy as np
import pytest
from scipy import stats

from connectivity.asked import asked, pairs, population
from hal9lib import positions
from hal9lib.connectivity import _distance, by_distance
from hal9lib.connectivity._distance_kernels import near_partners
from hal9lib.rng import key_of

KERNELS = ("gaussian", "exponential", "radius")
PERIODS = {"open": None, "periodic": 1.0, "mixed": [1.0, None, 0.9]}


def distances(sources, targets, period=None):
    """(targets, sources), by the definition."""
    apart = np.abs(targets[:, None, :] - sources[None, :, :])
    given = period if isinstance(period, list) else [period] * apart.shape[2]
    for axis, length in enumerate(given):
        if length is not None:
            apart[:, :, axis] %= length
            apart[:, :, axis] = np.minimum(apart[:, :, axis], length - apart[:, :, axis])
    return np.sqrt((apart**2).sum(axis=2))


def probability(kernel, scale, peak, d):
    """By the definition; all distances here lie within the cutoff."""
    if kernel == "gaussian":
        return peak * np.exp(-(d**2) / (2.0 * scale**2))
    return peak * np.exp(-d / scale) if kernel == "exponential" else peak * (d <= scale)


@pytest.mark.jit_only
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("space", PERIODS)
@pytest.mark.parametrize("scale", [0.06, 0.25])
def test_each_pair_has_the_probability_of_its_distance(kernel, dimensions, space, scale):
    """Asked under many seeds, each pair's number is binomial: their z-scores are standard."""
    rng = np.random.default_rng(dimensions)
    # Clusters and empty places; beyond the box where it is periodic.
    sources = rng.random((2_000, dimensions)) ** 2
    targets = rng.random((40, dimensions)) * (1.3 if space == "periodic" else 1.0)
    period = PERIODS[space]
    period = period[:dimensions] if isinstance(period, list) else period
    rule = by_distance(kernel, scale, 0.8, period)
    source, target = population(2_000, "s", sources), population(40, "t", targets)
    trials = 300
    counts = np.zeros((40, 2_000))
    for seed in range(trials):
        found, onto = pairs(rule, source, target, seed=seed)
        np.add.at(counts, (onto, found), 1.0)
    p = probability(kernel, scale, 0.8, distances(sources, targets, period))
    assert (counts[p == 0.0] == 0.0).all()
    often = p * trials >= 5.0
    assert often.sum() > 20
    z = (counts - trials * p)[often] / np.sqrt(trials * p * (1.0 - p))[often]
    assert stats.chi2.sf((z**2).sum(), often.sum()) > 1e-3
    assert abs(z.sum()) / np.sqrt(often.sum()) < 3.3  # p above 1e-3
    rare = (p < 5.0 / trials) & (p > 0.0)
    total = trials * p[rare].sum()
    assert abs(counts[rare].sum() - total) < 3.3 * np.sqrt(total) + 1.0
    expected, most = rule.size(source, target)
    assert abs(expected - p.sum()) <= 0.5
    assert np.sum(counts) / trials == pytest.approx(expected, abs=4.0 * np.sqrt(expected / trials))
    assert p.sum(axis=1).max() < most <= 2_000


@pytest.mark.jit_only
@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("kernel", KERNELS)
def test_distances_have_their_density(kernel, dimensions):
    """In even, periodic space the density is p(d) d^(D - 1), which has a name in each case."""
    scale = {"gaussian": 0.04, "exponential": 0.02, "radius": 0.08}[kernel]
    where = positions.scattered(30_000, [1.0] * dimensions, seed=3)
    cells = population(30_000, "cells", where)
    peak = {1: 0.02, 2: 0.2, 3: 1.0}[dimensions]
    sources, targets = pairs(by_distance(kernel, scale, peak, 1.0, False), cells, cells)
    # One synapse a target, drawn at random: those of one target share its surroundings.
    mixed = np.random.default_rng(1).permutation(len(targets))
    _, first = np.unique(targets[mixed], return_index=True)
    one = mixed[first]
    assert len(one) > 15_000
    apart = np.abs(where[sources[one]] - where[targets[one]])
    d = np.sqrt((np.minimum(apart, 1.0 - apart) ** 2).sum(axis=1))
    law = {
        "gaussian": stats.chi(dimensions, scale=scale),
        "exponential": stats.gamma(dimensions, scale=scale),
        "radius": stats.powerlaw(dimensions, scale=scale),
    }[kernel]
    assert stats.kstest(d, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("space", ["open", "periodic"])
def test_certain_pairs_are_exactly_those_within_the_radius(dimensions, space):
    where = np.random.default_rng(7).random((120, dimensions))
    cells = population(120, "cells", where)
    rule = by_distance("radius", 0.21, 1.0, PERIODS[space])
    sources, targets = pairs(rule, cells, cells)
    there = np.zeros((120, 120), bool)
    there[targets, sources] = True
    assert len(sources) == there.sum()
    assert np.array_equal(there, distances(where, where, PERIODS[space]) <= 0.21)


def test_a_neuron_in_an_empty_place_and_one_alone():
    source = population(3, "s", [[0.0, 0.0], [0.1, 0.0], [100.0, 50.0]])
    target = population(2, "t", [[-500.0, 3.0], [100.0, 50.1]])
    sources, targets = pairs(by_distance("radius", 1.0), source, target)
    assert (sources.tolist(), targets.tolist()) == ([2], [1])
    one = population(1, "one", [[3.0]])
    assert len(pairs(by_distance("gaussian", 1.0), one, one)[0]) == 1
    assert len(pairs(by_distance("gaussian", 1.0, self_connections=False), one, one)[0]) == 0


def test_all_at_one_place_is_pairwise_probability():
    cells = population(200, "cells", np.ones((200, 3)))
    rule = by_distance("exponential", 1.0, 0.25)
    counts = np.diff(asked(rule, cells, cells)[0])
    assert rule.size(cells, cells)[0] == 10_000
    assert stats.kstest(counts + 0.0, stats.norm(50.0, np.sqrt(37.5)).cdf).pvalue > 1e-4


@pytest.mark.jit_only
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("space", ["open", "periodic"])
def test_an_estimate_from_the_cells_is_near_the_sum_over_pairs(
    kernel, dimensions, space, monkeypatch
):
    where = np.random.default_rng(5).random((3_000, dimensions)) ** 1.5
    cells = population(3_000, "cells", where)
    scale = {1: 0.01, 2: 0.05, 3: 0.1}[dimensions]
    exact = by_distance(kernel, scale, 0.5, PERIODS[space], False)
    monkeypatch.setattr(_distance, "PAIRS_ADDED", 10**9)
    total, most = exact.size(cells, cells)
    monkeypatch.setattr(_distance, "PAIRS_ADDED", 900_000)  # 300 targets of the 3,000
    estimate, bound = by_distance(kernel, scale, 0.5, PERIODS[space], False).size(cells, cells)
    assert estimate == pytest.approx(total, rel=0.05)
    assert bound >= most, "a bound from cells is no lower than that from pairs"


class Counted:
    """An array that counts how often it is read."""

    def __init__(self, array):
        self.array, self.reads = array, 0

    def __len__(self):
        return len(self.array)

    def __getitem__(self, index):
        self.reads += 1
        return self.array[index]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_cost_of_a_neuron_does_not_grow_with_the_population(kernel):
    """Reads of the grid, at one density: a search over all pairs would read 16 times as much."""
    reads = {}
    for side in (40, 160):
        cells = population(side * side, "cells", positions.grid((side, side)))
        rule = by_distance(kernel, 1.0 if kernel != "radius" else 3.0)
        data = Counted(rule.data(cells, cells))
        out = np.zeros(1_000, np.int64)
        middle = side * side // 2 + side // 2
        count = near_partners(
            *key_of(1), np.uint32(0), middle, side * side, True,
            np.array(rule.arguments), data, out,
        )  # fmt: skip
        assert count > 0
        reads[side] = data.reads
    assert reads[160] < 2 * reads[40]
    assert reads[160] < 5_000
