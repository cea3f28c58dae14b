"""A plasticity rule of one's own: what it is made into, and what it refuses."""

import copy
import inspect
import json
import pickle

import numpy as np
import pytest

from hal9lib import plasticity
from hal9lib.errors import ParameterError
from hal9lib.plasticity._model import Trace
from plasticity.interpreter import run

from .models import own_stdp

ON_PRE = "def on_pre(weight, u, y, since_pre_ms, a, tau_ms):\n    return {}"
PRE = "weight * 0.9, max(weight - a * y * exp(-since_pre_ms / tau_ms), 0.0), u + 1.0"
POST = "def on_post(weight, u, x, bonus):\n    return min(weight + bonus * x, 2.0), u"
INTERVAL = (
    "def on_interval(weight, u, incoming):\n    return min(weight, 200.0 - 0.5 * incoming), u"
)


def rule(**more):
    given = {
        "on_pre": ON_PRE.format(PRE),
        "on_post": POST,
        "parameters": {"a": 0.1, "tau_ms": 20.0},
        "state": {"u": 0.0},
        "pre_traces": {"x": ("sum", 15.0)},
        "post_traces": {"y": Trace(30.0, "nearest")},
        "constants": "def constants(a, dt_ms):\n    return {'bonus': 2 * a}",
        "scales_delivery": True,
        "largest_weight": 2.0,
        "name": "rule",
    }
    return plasticity.own(**given | more)


def test_a_built_in_rule_written_as_ones_own_does_the_same():
    rng = np.random.default_rng(5)
    arrivals = [np.flatnonzero(rng.random(4_000) < 0.01) for _ in range(3)]
    spikes = np.flatnonzero(rng.random(4_000) < 0.01)
    weights = [0.0, 0.1, 0.29]
    own, built_in = (
        [s.weight for s in run([r], weights, arrivals, spikes, 0.5, 4_000)]
        for r in (own_stdp(0.3), plasticity.stdp(0.3))
    )
    assert own == built_in
    assert np.abs(np.array(own) - weights).min() > 1e-3, "the rule did something"


def test_traces_and_constants_are_what_was_declared():
    made = rule()
    assert dict(made.pre_traces) == {"x": Trace(15.0, "sum")}
    assert dict(made.post_traces) == {"y": Trace(30.0, "nearest")}
    assert made.constants(made.parameters, 0.1) == {"a": 0.1, "tau_ms": 20.0, "bonus": 0.2}
    assert own_stdp(0.3).pre_traces["pre_trace"] == Trace(20.0, "sum"), "of a parameter"
    assert made.on_interval is None
    assert made.interval_ms is None


def test_a_rule_goes_through_json_whose_keys_are_sorted():
    for made in (rule(), own_stdp(0.3), rule(on_interval=INTERVAL, interval_ms=10)):
        text = json.dumps(made.description(), sort_keys=True, allow_nan=False)
        description = json.loads(text)
        again = plasticity.load(description["name"])(**description["parameters"])
        assert again == made
        assert again != rule(name="other")
        assert again.on_pre is made.on_pre
        assert json.dumps(again.description(), sort_keys=True) == text


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_rule_is_copied_and_pickled(way):
    made = rule()
    again = way(made)
    assert again == made
    assert hash(again) == hash(made)
    assert inspect.getsource(again.on_post) == inspect.getsource(made.on_post)


REFUSED = [
    ({"on_pre": None, "on_post": None}, r"^rule has no event; use one of on_pre, on_post, on_inte"),
    ({"on_interval": INTERVAL}, r"rule\.interval_ms = None is not allowed; on_interval needs both"),
    ({"interval_ms": 5.0}, r"rule\.on_interval = None is not allowed; on_interval needs both"),
    ({"on_interval": INTERVAL, "interval_ms": 0}, r"rule\.interval_ms = 0 is not allowed; use a f"),
    ({"on_post": POST.replace("bonus)", "since_pre_ms)")}, "on_post has the argument 'since_pre_m"),
    ({"on_post": POST.replace("bonus)", "incoming)")}, "on_post has the argument 'incoming'"),
    ({"on_post": POST.replace("bonus)", "z)")}, "rule.on_post has the argument 'z', which is not "),
    ({"on_pre": ON_PRE.format(PRE.split(", ", 1)[1])},
     r"on_pre returns 2 values, not 3; return \(factor, weight, u\)"),
    ({"scales_delivery": False}, r"on_pre returns 3 values, not 2; return \(weight, u\)"),
    ({"on_post": POST.replace("min(weight + bonus * x, 2.0), u", "u, weight + bonus * x")},
     r"rule\.on_post returns u in the place of weight; return \(weight, u\), in the declared orde"),
    ({"on_post": POST.replace("min(weight + bonus * x, 2.0)", "weight + bonus * x")},
     r"rule\.on_post returns weight = 2.* at event 2 of arrivals before spikes, where the weight wa"
     r"s 2; use min\(weight, 2\), its largest"),
    ({"on_pre": ON_PRE.format(PRE.replace("max(", "min("))},
     r"rule\.on_pre returns weight = -.*; a weight is a magnitude, its sign stays: use max\(weigh"),
    ({"on_pre": ON_PRE.format(PRE.replace("weight * 0.9", "log(weight)"))},
     r"rule\.on_pre returns factor = -inf at event 1 of arrivals before spikes, where the weight wa"
     "s 0; see that it stays finite"),
    ({"on_interval": INTERVAL.replace("200.0 - 0.5 * incoming", "200.0 * weight / incoming"),
      "interval_ms": 3.0}, r"rule\.on_interval returns weight = nan at 3 ms of arrivals before sp"),
    ({"parameters": {"a": 0.1, "tau_ms": 20.0, "b": 1}}, r"rule\.parameters has 'b', which no fun"),
    ({"pre_traces": {"x": ("sum", 15.0), "z": ("sum", 1)}}, r"rule\.pre_traces has 'z', which no "),
    ({"pre_traces": {"x": ("all", 15.0)}}, r"rule\.pre_traces\['x'\] = 'all' is not allowed; use "),
    ({"pre_traces": {"x": ("sum", 0.0)}}, r"rule\.pre_traces\['x'\] = 0.0 is not allowed; use a f"),
    ({"pre_traces": {"x": 15.0}}, r"rule\.pre_traces\['x'\] = 15.0 is not allowed; use what a spi"),
    ({"pre_traces": {"x": ("sum", "tau")}}, r"'tau' is not one of the parameters \(a, tau_ms\): u"),
    ({"post_traces": {"x": ("sum", 1), "y": ("sum", 1)}}, r"rule\.post_traces has the name 'x', w"),
    ({"state": {"weight": 0.0}}, r"rule\.state has the name 'weight', which stands in the engine"),
    ({"state": {"u": [1.0, 2.0]}}, r"rule\.state\['u'\] = \[1.0, 2.0\] is not allowed; use a fini"),
    ({"largest_weight": -1.0}, r"rule\.largest_weight = -1.0 is not allowed; use a finite number "),
    ({"scales_delivery": 1}, r"own\.scales_delivery = 1 is not allowed; use True or False"),
    ({"constants": "def constants(a):\n    return {'bonus': 2 * a, 'more': 1}"},
     r"rule\.constants has 'more', which no function asks for"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_what_does_not_fit_is_refused(changed, message):
    with pytest.raises(ParameterError, match=message):
        rule(**changed)


def test_units_are_checked_in_events_and_constants():
    with pytest.raises(
        ParameterError, match=r"rule\.on_pre, line 2: `since_pre_ms . i_pa` puts to"
    ):
        rule(on_pre="def f(weight, u, y, since_pre_ms, i_pa, a, tau_ms):\n"
             "    z = since_pre_ms + i_pa\n    return 1.0, weight, u + a * y * tau_ms * z",
             parameters={"a": 0.1, "tau_ms": 20.0, "i_pa": 1.0})  # fmt: skip
    with pytest.raises(
        ParameterError, match=r"rule\.constants, line 2: `dt_ms . i_pa` puts together"
    ):
        rule(constants="def f(a, i_pa, dt_ms):\n    return {'bonus': a * (dt_ms + i_pa)}",
             parameters={"a": 0.1, "tau_ms": 20.0, "i_pa": 1.0})  # fmt: skip
