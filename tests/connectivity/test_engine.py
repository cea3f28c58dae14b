"""What the engine builds is what the rules say: pairs, given weights and delays, any workers."""

import numpy as np
import pytest
from scipy import stats

import hal9lib as hal9
from connectivity.asked import pairs
from connectivity.test_every_rule import RULES
from hal9lib.engine.build import build
from hal9lib.engine.cells import ownership
from hal9lib.engine.groups import group_of
from hal9lib.engine.synapse_table import table


def built(network, workers):
    """The synapses of the only projection, as the loop will read them."""
    owner = ownership(network, workers)
    group = group_of(network, 0, 0.1)
    return table(network, owner, group, build(network, owner, [group], 0.1, np.float64))


def two_populations(same):
    network = hal9.Network(seed=5)
    where = hal9.positions.scattered(90, (1.0, 1.0))
    source = network.add(hal9.neurons.lif(), 90, name="source", positions=where)
    target = network.add(hal9.neurons.lif(), 70, name="target", positions=where[20:])
    return network, source, source if same else target


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("same", [True, False])
def test_the_engine_builds_the_pairs_of_the_rule(name, same):
    network, source, target = two_populations(same)
    rule = RULES[name](False)
    network.connect(source, target, rule, weight_mv=0.1, delay_ms=1.0)
    sources, targets = pairs(rule, source, target)
    expected = sorted(zip(sources.tolist(), (targets + target.first).tolist(), strict=True))
    assert len(expected) >= 90
    for workers in (1, 3):
        found = built(network, workers)
        assert sorted(zip(found.sources.tolist(), found.targets.tolist(), strict=True)) == expected


@pytest.mark.parametrize("workers", [1, 3])
def test_given_weights_and_delays_arrive_at_their_synapses(workers):
    rng = np.random.default_rng(9)
    sources, targets = rng.integers(0, 90, 400), rng.integers(0, 70, 400)
    weights, steps = rng.random(400), rng.integers(1, 30, 400)
    network, source, target = two_populations(False)
    rule = hal9.connectivity.from_arrays(sources, targets)
    network.connect(source, target, rule, weight_mv=weights, delay_ms=steps * 0.1)
    found = built(network, workers)
    got = zip(*(part.tolist() for part in found), strict=True)
    wanted = zip(
        sources.tolist(), (targets + 90).tolist(), weights.tolist(), steps.tolist(), strict=True
    )
    assert sorted(got) == sorted(wanted)


@pytest.mark.jit_only
def test_drawn_weights_and_delays_have_their_distribution():
    network = hal9.Network(seed=5)
    cells = network.add(hal9.neurons.lif(), 500, name="cells")
    network.connect(
        cells, cells, hal9.connectivity.fixed_outdegree(40),
        weight_mv=hal9.lognormal(0.5, 0.9), delay_ms=hal9.normal(1.5, 0.75, low=0.1, high=6.0),
    )  # fmt: skip
    found = built(network, 2)
    assert len(found.weights) == 20_000
    assert stats.kstest(found.weights, stats.lognorm(0.9, scale=0.5).cdf).pvalue > 1e-3
    counts = np.bincount(found.delay_steps)
    law = stats.truncnorm((0.1 - 1.5) / 0.75, 6.0, 1.5, 0.75)
    edges = np.maximum((np.arange(len(counts) + 1) - 0.5) * 0.1, 0.0)
    expected = np.diff(law.cdf(edges)) * 20_000
    often = expected > 5.0
    assert often.sum() > 20
    chi_square = ((counts - expected)[often] ** 2 / expected[often]).sum()
    assert stats.chi2.sf(chi_square, often.sum()) > 1e-3
    assert abs(np.corrcoef(found.weights, found.delay_steps)[0, 1]) < 3.3 / np.sqrt(20_000)
