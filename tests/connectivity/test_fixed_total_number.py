"""The in-degrees of a fixed total number are multinomial, and the sum is exact."""

import numpy as np
import pytest
from scipy import stats

import hal9lib as hal9
from connectivity.asked import asked, pairs, population
from hal9lib import connectivity
from hal9lib.connectivity._binomial_kernels import stirling


@pytest.mark.jit_only
@pytest.mark.parametrize(
    ("total", "targets"),
    [(0, 5), (1, 7), (63, 1), (1_000, 2), (90, 40), (5_000, 97), (300_000, 1_000), (3_000_000, 3)],
)
def test_the_degrees_add_up_and_none_is_above_the_bound(total, targets):
    rule = connectivity.fixed_total_number(total)
    starts, found = asked(rule, population(50), population(targets, "targets"))
    assert starts[-1] == total == len(found)
    assert np.diff(starts).max() <= rule.size(population(50), population(targets))[1]


@pytest.mark.jit_only
@pytest.mark.parametrize(("total", "targets"), [(40, 5), (2_000, 10), (60_000, 64)])
def test_a_targets_degree_is_binomial(total, targets):
    """Kolmogorov and Smirnov's distance over 2,000 seeds, for the first and the last target."""
    rule = connectivity.fixed_total_number(total)
    source, target = population(20), population(targets, "targets")
    degrees = np.array(
        [np.diff(asked(rule, source, target, seed=seed)[0]) for seed in range(2_000)]
    )
    for column in (0, targets - 1):
        counts = np.bincount(degrees[:, column], minlength=total + 1)
        share = np.cumsum(counts) / len(degrees)
        exact = stats.binom.cdf(np.arange(total + 1), total, 1.0 / targets)
        # Exceeded by chance at a share of 1e-4 or less; a discrete law's distance is smaller still.
        assert np.abs(share - exact).max() < 2.23 / np.sqrt(len(degrees))
    spread = np.cov(degrees[:, :2].T)
    assert spread[0, 1] / spread[0, 0] == pytest.approx(-1.0 / (targets - 1.0), abs=0.1)


@pytest.mark.jit_only
def test_sources_are_drawn_evenly_and_never_the_neuron_itself_where_that_is_said():
    cells = population(40)
    sources, targets = pairs(connectivity.fixed_total_number(80_000, False), cells, cells)
    further = np.bincount((sources - targets) % 40, minlength=40)
    assert further[0] == 0
    assert stats.chisquare(further[1:]).pvalue > 1e-3
    assert stats.chisquare(np.bincount(sources, minlength=40)).pvalue > 1e-3


def test_stirlings_remainder():
    from scipy.special import gammaln

    for k in (9.0, 40.0, 1e6):
        exact = gammaln(k + 1) - (k + 0.5) * np.log(k + 1) + (k + 1) - 0.5 * np.log(2 * np.pi)
        assert stirling(k) == pytest.approx(exact, abs=1e-9 * max(1.0, k / 100.0))


def test_a_neuron_alone_has_no_other_source():
    network = hal9.Network()
    cell = network.add(hal9.neurons.lif(), 1)
    rule = connectivity.fixed_total_number(3, self_connections=False)
    with pytest.raises(hal9.errors.ParameterError, match=r"fixed_total_number\.total = 3 is not"):
        network.connect(cell, cell, rule, weight_mv=0.1, delay_ms=1.0)
