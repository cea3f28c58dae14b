"""What every plasticity rule keeps."""

import inspect
import json
import pickle

import pytest

from hal9lib import plasticity
from hal9lib.errors import ParameterError, UnknownNameError
from hal9lib.plasticity._model import SynapseRule

from .interpreter import run

#: Values for the arguments a rule does not have a default for.
REQUIRED = {
    "stdp": {"largest_weight": 0.3},
    "stdp_inhibitory": {"learning_rate": 0.01},
    "stdp_power_law": {"reference_weight": 1.0},
    "stdp_triplet": {"reference_weight": 1.0},
    "structural": {"axon_target_hz": 5.0, "dendrite_target_hz": 5.0},
    "synaptic_scaling": {"target_rate_hz": 5.0},
    "weight_normalisation": {"total_weight": 2.0},
}
NAMES = [name for name in plasticity.names() if name != "own"]
EVENTS = ("on_pre", "on_post", "on_interval")


def rule_of(name: str, **given) -> SynapseRule:
    return plasticity.load(name)(**REQUIRED.get(name, {}) | given)


def test_the_family_is_what_is_promised():
    assert set(NAMES) >= {"stdp", "tsodyks_markram", *REQUIRED}


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_documented_with_its_source(name):
    text = inspect.getdoc(plasticity.load(name))
    assert "doi:" in text.splitlines()[0], "the first line names the paper"
    for part in ("Parameters", "Raises", "Examples", ">>>"):
        assert part in text


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_refuses_nan_by_name(name):
    tried = 0
    for parameter in inspect.signature(plasticity.load(name)).parameters:
        message = rf"^{name}\.{parameter} = nan is not allowed; use "
        with pytest.raises(ParameterError, match=message):
            rule_of(name, **{parameter: float("nan")})
        tried += 1
    assert tried >= 2


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_goes_through_its_description_and_through_pickle(name):
    rule = rule_of(name)
    text = json.dumps(rule.description(), allow_nan=False)
    description = json.loads(text)
    again = plasticity.load(description["name"])(**description["parameters"])
    assert again == rule
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 - our own


@pytest.mark.parametrize("name", NAMES)
def test_the_events_ask_for_what_there_is_and_return_what_they_say(name):
    rule = rule_of(name)
    constants = rule.constants(rule.parameters, 0.1)
    assert all(isinstance(value, float) for value in constants.values())
    known = {"weight", *rule.state, *rule.pre_traces, *rule.post_traces, *constants}
    beside = {"on_pre": {"since_pre_ms"}, "on_post": set(), "on_interval": {"incoming"}}
    found = [(event, getattr(rule, event)) for event in EVENTS if getattr(rule, event)]
    assert found or rule.growth is not None, "a rule does something"
    for event, function in found:
        asked = set(inspect.signature(function).parameters)
        assert asked <= known | beside[event]
        size = 1 + len(rule.state) + (rule.scales_delivery and event == "on_pre")
        assert len(function(**dict.fromkeys(asked, 0.5))) == size
    timed = rule.on_interval is not None or rule.growth is not None
    assert timed == (rule.interval_ms is not None)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if any(map(rule_of(name).__getattribute__, EVENTS))]
)
def test_a_weight_stays_finite_and_not_negative_under_strong_drive(name):
    rule = rule_of(name)
    arrivals, spikes = [range(0, 6_000, 3), range(1, 6_000, 5)], range(2, 6_000, 4)
    largest = rule.largest_weight or 1e38
    for weight in (0.0, min(0.3, largest)):
        for synapse in run([rule], [weight, weight], arrivals, spikes, 1.0, 6_000):
            assert 0.0 <= synapse.weight <= largest
            assert len(synapse.delivered) > 1_000
            assert all(0.0 <= amount <= largest for amount in synapse.delivered)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("stdp", {"mu_plus": 1.5}, "stdp.mu_plus = 1.5 is not allowed; use .* from 0 to 1"),
        ("stdp", {"largest_weight": -0.3}, "stdp.largest_weight = -0.3 is not allowed; use .* 0"),
        ("stdp", {"pairing": "all"}, "stdp.pairing = 'all' is not allowed; use one of all_to_all,"),
        (
            "stdp_triplet",
            {"preset": "retina"},
            "preset = 'retina' .* use one of visual_cortex_full",
        ),
        ("stdp_triplet", {"a3_plus": -1.0}, "stdp_triplet.a3_plus = -1.0 is not allowed; use .* 0"),
        ("stdp_inhibitory", {"tau_ms": 0.0}, "stdp_inhibitory.tau_ms = 0.0 is not allowed; use"),
        ("tsodyks_markram", {"utilisation": 1.1}, "utilisation = 1.1 is not allowed; use .* to 1"),
        ("tsodyks_markram", {"utilisation": 0.0}, "utilisation = 0.0 is not allowed; use .* above"),
        ("synaptic_scaling", {"interval_ms": 0}, "synaptic_scaling.interval_ms = 0 is not allowed"),
        ("weight_normalisation", {"total_weight": 0.0}, "total_weight = 0.0 is not allowed; use"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, given, message):
    with pytest.raises(ParameterError, match=message):
        rule_of(name, **given)


def test_a_name_that_is_nearly_right_is_suggested():
    with pytest.raises(UnknownNameError, match=r"no plasticity rule is called 'stpd'.*'stdp'"):
        plasticity.load("stpd")
