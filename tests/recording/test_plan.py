"""What `record=` may say, and how it is refused: before anything runs, by name."""

import json

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError
from hal9lib.recording.plan import read_plan


@pytest.fixture(scope="module")
def network():
    """E and I of 8 and 4 LIF cells, three projections, two of them with the same ends."""
    network = hal9.Network(seed=1)
    e = network.add(hal9.neurons.lif(), 8, name="E")
    i = network.add(hal9.neurons.izhikevich(), 4, name="I")
    rule = hal9.connectivity.fixed_indegree(2)
    network.connect(e, i, rule, weight_mv=1.0, delay_ms=1.0)
    network.connect(i, e, rule, weight_mv=-1.0, delay_ms=1.0)
    network.connect(e, i, rule, weight_mv=0.5, delay_ms=2.0)
    return network


def test_left_out_all_spikes_are_kept_and_nothing_else(network):
    for record in (None, {}, {"spikes": "all"}, {"spikes": {"E": "all", "I": slice(None)}}):
        plan = read_plan(record, network, 0.1)
        assert plan.description() == {"spikes": "all"}
        assert plan.every_spike
        assert plan.mask().all()
        assert plan.next_sample(0) is None
    none = read_plan({"spikes": "none"}, network, 0.1)
    assert none.description() == {"spikes": "none"}
    assert not none.needs_spikes
    assert read_plan({"spikes": "none", "rates": {"every_ms": 1}}, network, 0.1).needs_spikes


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        ("all", range(4)),
        (slice(1, 3), [1, 2]),
        (slice(None, None, 2), [0, 2]),
        (range(3), [0, 1, 2]),
        ([3, 0], [0, 3]),
        (np.array([1]), [1]),
    ],
)
def test_chosen_spikes(network, chosen, numbers):
    plan = read_plan({"spikes": {"I": chosen}}, network, 0.1)
    assert np.flatnonzero(plan.mask()).tolist() == [8 + number for number in numbers]
    assert not plan.every_spike


def test_a_plan_is_read_back_from_its_canonical_form(network):
    record = {
        "spikes": {"I": [2, 0]},
        "state": [
            {"population": "I", "variables": ["v_mv", "u"], "every_ms": 0.3},
            {"population": "E", "variables": ["v_mv"], "neurons": [5, 1], "every_ms": 1},
        ],
        "weights": [{"projection": 2, "every_ms": 10.0}, {"projection": "I->E", "every_ms": 7}],
        "rates": {"every_ms": 5.0},
    }
    plan = read_plan(record, network, 0.1)
    text = json.dumps(plan.description(), allow_nan=False)
    assert read_plan(json.loads(text), network, 0.1) == plan
    assert [probe.name for probe in plan.state] == ["I.v_mv", "I.u", "E.v_mv"]
    assert [probe.every_steps for probe in plan.state] == [3, 3, 10]
    assert plan.state[2].numbers.tolist() == [5, 1]
    assert [(w.projection, w.every_steps) for w in plan.weights] == [(2, 100), (1, 70)]
    assert plan.rates_steps == 50
    assert plan.description()["state"][0]["every_ms"] == 0.3


def test_the_next_sample_is_the_first_of_any_probe(network):
    plan = read_plan(
        {
            "state": [{"population": "E", "variables": ["v_mv"], "every_ms": 0.4}],
            "weights": [{"projection": 0, "every_ms": 0.6}],
        },
        network,
        0.2,
    )
    assert [plan.next_sample(step) for step in range(7)] == [2, 2, 3, 4, 6, 6, 8]


STATE = {"population": "E", "variables": ["v_mv"], "every_ms": 1.0}
WEIGHTS = {"projection": 0, "every_ms": 1.0}


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ("all", "record = 'all' is not allowed; use a mapping with the keys spikes, state,"),
        ({"spike": 1}, "record['spike'] = 1 is not known; known: spikes, state, weights, rates."),
        ({"spikes": "E"}, "record['spikes'] = 'E' is not allowed; use 'all', 'none', or a mapping"),
        ({"spikes": {"X": "all"}}, "record['spikes']['X'] = 'all' is not known; known popula"),
        ({"spikes": {"I": [4]}}, "= [4] is not allowed; I has no neuron 4; use 0 to 3."),
        ({"spikes": {"I": [-1]}}, "= [-1] is not allowed; I has no neuron -1; use 0 to 3."),
        ({"spikes": {"I": [1, 1]}}, "= [1, 1] is not allowed; a neuron comes twice;"),
        ({"spikes": {"I": []}}, "= [] is not allowed; it names no neuron;"),
        ({"spikes": {"I": slice(9, 9)}}, "is not allowed; it names no neuron;"),
        ({"spikes": {"I": [True]}}, "= [True] is not allowed; True is no whole number."),
        ({"spikes": {"I": [0.5]}}, "0.5 is no whole number."),
        ({"spikes": {"I": slice(0.5)}}, "slice indices must be integers"),
        ({"spikes": {"I": slice(0, 3, 0)}}, "slice step cannot be zero"),
        ({"spikes": {"I": 3}}, "use 'all', a slice, or a list of whole numbers."),
        ({"spikes": {"E": range(100, 200)}}, "E has no neuron 100; use 0 to 7."),
        ({"state": STATE}, "record['state'] = {'population': 'E', "),
        (
            {"state": [STATE | {"every": 1}]},
            "record['state'][0]['every'] = 1 is not known; known: ",
        ),
        (
            {"state": [{}]},
            "record['state'][0] has no 'population'; it needs population, variables,",
        ),
        (
            {"state": [STATE | {"population": "X"}]},
            "['population'] = 'X' is not known; known: E, I.",
        ),
        (
            {"state": [STATE | {"variables": ["u"]}]},
            "record['state'][0]['variables'] = 'u' is not known; known: v_mv, refractory_left.",
        ),
        (
            {"state": [STATE | {"variables": "v_mv"}]},
            "['variables'] = 'v_mv' is not allowed; use a",
        ),
        ({"state": [STATE | {"variables": []}]}, "['variables'] = [] is empty; known: v_mv, ref"),
        ({"state": [STATE, STATE]}, "record['state'][1] records v_mv of E again; name all its"),
        ({"state": [STATE | {"every_ms": 0}]}, "['every_ms'] = 0 is not allowed; use a finite num"),
        (
            {"state": [STATE | {"every_ms": 0.05}]},
            "['every_ms'] = 0.05 is not allowed; use a whole ",
        ),
        ({"state": [STATE | {"every_ms": 0.25}]}, "use a whole multiple of dt_ms = 0.1."),
        ({"state": [STATE | {"every_ms": float("nan")}]}, "['every_ms'] = nan is not allowed;"),
        (
            {"weights": [WEIGHTS | {"projection": 3}]},
            "= 3 is not known; known: E->I, I->E, E->I 2.",
        ),
        ({"weights": [WEIGHTS | {"projection": "I->I"}]}, "= 'I->I' is not known; known: E->I, I"),
        ({"weights": [WEIGHTS | {"projection": True}]}, "= True is not known; known: E->I,"),
        ({"weights": [WEIGHTS, {"projection": "E->I", "every_ms": 2}]}, "weights of E->I again;"),
        ({"weights": [{"projection": 0}]}, "record['weights'][0] has no 'every_ms'; it needs"),
        ({"rates": 5.0}, "record['rates'] = 5.0 is not allowed; use a mapping with the keys every"),
        ({"rates": {}}, "record['rates'] has no 'every_ms'; it needs every_ms."),
        ({"rates": {"every_ms": -5}}, "record['rates']['every_ms'] = -5 is not allowed;"),
        (
            {"rates": {"every_ms": 5, "of": "E"}},
            "record['rates']['of'] = 'E' is not known; known: ",
        ),
    ],
)
def test_what_is_not_allowed_is_named(network, record, text):
    with pytest.raises(ParameterError) as caught:
        read_plan(record, network, 0.1)
    assert text in str(caught.value)


def test_a_network_without_projections_has_no_weights_to_record():
    alone = hal9.Network()
    alone.add(hal9.neurons.lif(), 2, name="E")
    with pytest.raises(ParameterError, match=r"= 0 is not known; known: none, as"):
        read_plan({"weights": [WEIGHTS]}, alone, 0.1)
