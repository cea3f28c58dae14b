"""What every rule keeps, whatever its sizes: partners in range, as many as said, repeatable."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectivity.asked import asked, pairs, population
from hal9lib import connectivity

RULES = {
    "indegree": lambda self_: connectivity.fixed_indegree(3, self_connections=self_),
    "indegree, distinct": lambda self_: connectivity.fixed_indegree(
        3, self_connections=self_, multiple=False
    ),
    "outdegree": lambda self_: connectivity.fixed_outdegree(3, self_connections=self_),
    "outdegree, distinct": lambda self_: connectivity.fixed_outdegree(
        3, self_connections=self_, multiple=False
    ),
    "probability": lambda self_: connectivity.pairwise_probability(0.3, self_connections=self_),
    "total": lambda self_: connectivity.fixed_total_number(90, self_connections=self_),
    "all": lambda self_: connectivity.all_to_all(self_connections=self_),
    "gaussian": lambda self_: connectivity.by_distance("gaussian", 0.4, self_connections=self_),
    "exponential": lambda self_: connectivity.by_distance(
        "exponential", 0.3, 0.9, period=1.0, self_connections=self_
    ),
    "radius": lambda self_: connectivity.by_distance(
        "radius", 0.3, 0.5, period=[None, 1.0], self_connections=self_
    ),
}
MULTIPLE = ("indegree", "outdegree", "total")
SEEDS = st.integers(0, 2**64 - 1)


def populations(n_sources, n_targets, same):
    rng = np.random.default_rng([n_sources, n_targets])
    source = population(n_sources, "source", rng.random((n_sources, 2)))
    return source, source if same else population(n_targets, "target", rng.random((n_targets, 2)))


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=30)
@given(
    n_sources=st.integers(4, 40),
    n_targets=st.integers(4, 40),
    same=st.booleans(),
    self_connections=st.booleans(),
    seed=SEEDS,
    stream=st.integers(0, 1_000),
)
def test_partners_are_in_range_and_as_many_and_as_different_as_promised(
    name, n_sources, n_targets, same, self_connections, seed, stream
):
    rule = RULES[name](self_connections)
    source, target = populations(n_sources, n_targets, same)
    starts, found = asked(rule, source, target, seed=seed, stream=stream)
    again = asked(rule, source, target, seed=seed, stream=stream)
    assert np.array_equal(starts, again[0])
    assert np.array_equal(found, again[1]), "asked twice gives the same"
    sources, targets = pairs(rule, source, target, seed=seed, stream=stream)
    assert ((sources >= 0) & (sources < source.size)).all()
    assert ((targets >= 0) & (targets < target.size)).all()
    assert np.diff(starts).max() <= rule.size(source, target)[1]
    if same and not self_connections:
        assert (sources != targets).all()
    if name not in MULTIPLE:
        assert len(set(zip(sources.tolist(), targets.tolist(), strict=True))) == len(sources)


@pytest.mark.parametrize("name", RULES)
def test_a_neuron_asked_alone_has_the_partners_it_has_among_others(name):
    rule = RULES[name](False)
    source, target = populations(30, 30, same=True)
    starts, found = asked(rule, source, target)
    assert len(found) > 30
    for neuron in (29, 0, 13):
        alone = asked(rule, source, target, neurons=[neuron])[1]
        assert np.array_equal(alone, found[starts[neuron] : starts[neuron + 1]])


@pytest.mark.parametrize("name", [name for name in RULES if name != "all"])
def test_another_seed_and_another_projection_give_other_partners(name):
    rule = RULES[name](True)
    source, target = populations(40, 40, same=False)
    first = pairs(rule, source, target, seed=5, stream=0)
    for options in ({"seed": 6}, {"stream": 1}, {"seed": 5 + 2**32}):
        other = pairs(rule, source, target, **options)
        assert not all(map(np.array_equal, first, other)), options


@pytest.mark.parametrize("name", RULES)
def test_a_rule_goes_through_its_description_and_a_pickle(name):
    rule = RULES[name](False)
    source, target = populations(20, 20, same=True)
    text = json.loads(json.dumps(rule.description()))
    copies = (
        connectivity.load(text["name"])(**text["parameters"]),
        pickle.loads(pickle.dumps(rule)),  # noqa: S301
    )
    for copy in copies:
        assert copy.description() == rule.description()
        assert copy.size(source, target) == rule.size(source, target)
        assert np.array_equal(asked(copy, source, target)[1], asked(rule, source, target)[1])


@pytest.mark.jit_only
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("same", [True, False])
def test_how_many_synapses_are_expected_is_how_many_there_are_on_average(name, same):
    rule = RULES[name](False)
    source, target = populations(40, 30, same)
    expected, _ = rule.size(source, target)
    counts = [len(asked(rule, source, target, seed=seed)[1]) for seed in range(50)]
    # The variance of a sum of independent pairs is at most its mean.
    assert abs(np.mean(counts) - expected) <= 4.0 * np.sqrt(expected / 50.0) + 0.5
    if "degree" in name or name in ("all", "total"):
        assert set(counts) == {expected}
