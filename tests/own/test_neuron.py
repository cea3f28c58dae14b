"""A neuron model of one's own: what it is made into, and what it refuses."""

import copy
import inspect
import json
import pickle

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import neurons
from hal9lib.errors import ParameterError

from .models import own_izhikevich, own_lif

STEP = """
def step(v_mv, w_pa, input_mv, current_pa, tau_ms, gain, decay, dt_ms):
    v_mv = v_mv * decay + input_mv + gain * (current_pa - w_pa) * dt_ms / tau_ms
    spiked = v_mv >= 20.0
    return spiked, 0.0 if spiked else v_mv, w_pa + 1.0 if spiked else w_pa * 0.9
"""
CONSTANTS = """
def constants(tau_ms, dt_ms):
    return {"decay": np.exp(-dt_ms / tau_ms)}
"""


def cell(**more):
    given = {
        "step": STEP,
        "state": {"v_mv": hal9.uniform(0.0, 10.0), "w_pa": 0.0},
        "parameters": {"tau_ms": 20.0, "gain": 0.1, "current_pa": [1.0, 2.5]},
        "receptors": {"input_mv": "mv"},
        "constants": CONSTANTS,
        "name": "cell",
    }
    return neurons.own(**given | more)


def drawn(model, spikes_from, steps=2_000):
    """(steps,) spiked, and the last state, of a model under random input, in plain Python."""
    rng = np.random.default_rng(spikes_from)
    known = dict(model.constants(model.parameters, 0.5))
    known |= {name: variable.initial for name, variable in model.state.items()}
    asked = inspect.signature(model.step).parameters
    fired = []
    for arriving in rng.poisson(0.6, steps) * 2.0:
        known["input_mv"] = arriving
        spiked, *after = model.step(**{name: known[name] for name in asked})
        known |= dict(zip(model.state, after, strict=True))
        fired.append(bool(spiked))
    return fired, [float(known[name]) for name in model.state]


@pytest.mark.parametrize(
    ("own", "built_in"),
    [
        (own_lif(), neurons.lif(initial_v_mv=0.0)),
        (own_lif(tau_m_ms=7.0, refractory_ms=0.0), neurons.lif(tau_m_ms=7.0, refractory_ms=0.0)),
        (own_izhikevich(current=9.0), neurons.izhikevich(current=9.0)),
        (own_izhikevich(a=0.1, d=2.0, current=9.0), neurons.izhikevich(a=0.1, d=2.0, current=9.0)),
    ],
)
def test_a_built_in_model_written_as_ones_own_does_the_same(own, built_in):
    fired, state = drawn(own, 3)
    assert sum(fired) > 20
    assert (fired, state) == drawn(built_in, 3)


def test_a_model_goes_through_json_whose_keys_are_sorted():
    """A store may sort the keys of an object; the order of the state is not lost."""
    model = cell(state={"w_pa": 0.0, "v_mv": 1.0}, step=STEP.replace(
        "spiked, 0.0 if spiked else v_mv, w_pa + 1.0 if spiked else w_pa * 0.9",
        "spiked, w_pa + 1.0 if spiked else w_pa * 0.9, 0.0 if spiked else v_mv",
    ))  # fmt: skip
    text = json.dumps(model.description(), sort_keys=True, allow_nan=False)
    description = json.loads(text)
    again = neurons.load(description["name"])(**description["parameters"])
    assert list(again.state) == ["w_pa", "v_mv"]
    assert again == model
    assert hash(again) == hash(model)
    assert again.step is model.step
    assert json.dumps(again.description(), sort_keys=True) == text


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_model_is_copied_and_pickled(way):
    model = cell()
    again = way(model)
    assert again == model
    assert inspect.getsource(again.step) == inspect.getsource(model.step)
    assert again.constants(again.parameters | {"current_pa": 1.0}, 0.1) == (
        model.constants(model.parameters | {"current_pa": 1.0}, 0.1)
    )


def test_other_parameters_make_the_same_model_with_them():
    model = cell().with_parameters({"gain": 0.2})
    assert model == cell(parameters={"tau_ms": 20.0, "gain": 0.2, "current_pa": [1.0, 2.5]})
    assert cell(max_dt_ms=5.0).with_parameters({"gain": 0.2}).max_dt_ms == 5.0
    with pytest.raises(
        ParameterError, match=r"cell\.parameters has no 'gian'; known: current_pa, g"
    ):
        cell().with_parameters({"gian": 0.2})


def test_two_models_that_differ_are_not_equal():
    assert cell() != cell(name="other")
    assert cell() != cell(parameters={"tau_ms": 20.0, "gain": 0.2, "current_pa": [1.0, 2.5]})
    assert cell() != 1


def test_the_order_of_parameters_and_receptors_makes_no_difference():
    """Distributed parameters are drawn in their order, so it must not depend on who wrote it."""
    first = cell()
    assert first == cell(parameters=dict(reversed(list(first.parameters.items()))))
    assert list(first.parameters) == ["current_pa", "gain", "tau_ms"]


def test_constants_are_numbers_for_all_or_one_a_neuron():
    constants = cell().constants({"tau_ms": 10.0, "gain": 0.1, "current_pa": 1.0}, 1.0)
    assert constants == {
        "current_pa": 1.0, "tau_ms": 10.0, "gain": 0.1, "decay": np.exp(-0.1), "dt_ms": 1.0
    }  # fmt: skip
    assert all(type(value) is float for value in constants.values())
    taus = np.array([5.0, 10.0])
    constants = cell().constants({"tau_ms": taus, "gain": 0.1, "current_pa": 1.0}, 1.0)
    np.testing.assert_array_equal(constants["decay"], np.exp(-1.0 / taus))


def test_the_first_potential_is_what_is_shown():
    assert cell().voltage == "v_mv"
    step = "def step(x, dt_ms):\n    return x > 1.0, x + dt_ms if x <= 1.0 else 0.0"
    assert neurons.own(step, {"x": 0.0}, check_units=False).voltage is None


def test_random_numbers_may_be_asked_for_one_kind_a_model():
    step = "def step(x, random_uniform):\n    return random_uniform < 0.1, x * 0.5"
    assert neurons.own(step, {"x": 0.0}).step(1.0, 0.05) == (True, 0.5)
    both = "def step(x, random_uniform, random_normal):\n    return x > 1.0, random_uniform * 0.5"
    with pytest.raises(ParameterError, match=r"own\.step asks for random_uniform and random_norm"):
        neurons.own(both, {"x": 0.0})


def test_a_receptor_says_its_unit_and_the_sign_that_chooses_it():
    step = "def step(v_mv, e_ns, i_ns):\n    return v_mv > 1.0, 0.01 * (e_ns - i_ns)"
    model = neurons.own(step, {"v_mv": 0.0}, None, {"i_ns": ("ns", -1), "e_ns": ["ns", 1]})
    assert [(k, r.unit, r.sign) for k, r in model.receptors.items()] == [
        ("e_ns", "ns", 1), ("i_ns", "ns", -1),
    ]  # fmt: skip


ARGUMENT = "v_mv, w_pa, input_mv, current_pa, tau_ms, gain, decay, dt_ms"
REFUSED = [
    ({"step": STEP.replace("gain,", "gian,")}, r"cell\.step has the argument 'gian', which is not "
     r"declared; .*parameters: current_pa, gain, tau_ms; .* Did you mean 'gain'\?"),
    ({"step": STEP.replace("gain * ", "0.1 * ").replace("gain, ", "")},
     r"cell\.parameters has 'gain', which no function asks for; make it an argument"),
    ({"receptors": {"input_mv": "mv", "other_mv": "mv"}}, r"cell\.receptors has 'other_mv', which"),
    ({"constants": CONSTANTS.replace("{", '{"more": 1.0, ')}, r"cell\.constants has 'more', which"),
    ({"constants": CONSTANTS.replace("decay", "gain")}, r"cell\.constants has the name 'gain', whic"
     "h stands in parameters already; use another"),
    ({"constants": CONSTANTS.replace("tau_ms", "v_mv")}, r"cell\.constants has the argument 'v_mv"),
    ({"constants": "def f(dt_ms):\n return dt_ms"}, r'`dt_ms`, is not allowed; return a dict such'),
    ({"constants": "def f(dt_ms):\n return {'decay': dt_ms, 'decay': 1}"}, "a key that stands twi"),
    ({"constants": "def f(dt_ms):\n return {'decay': dt_ms > 1}"}, r"cell\.constants returns a tr"),
    ({"constants": "def f(dt_ms):\n return {dt_ms: 1}"}, "this key, `dt_ms`, is not allowed; use "),
    ({"constants": "def f(dt_ms):\n return {**dt_ms}"}, "this key"),
    ({"step": f"def step({ARGUMENT}):\n return v_mv > decay * 1, gain + dt_ms"},
     r"cell\.step returns 2 values, not 3; return \(spiked, v_mv, w_pa\)"),
    ({"step": f"def step({ARGUMENT}):\n return v_mv, v_mv, w_pa"},
     r"cell\.step returns a number for spiked, `v_mv`; use a comparison, True or False"),
    ({"step": f"def step({ARGUMENT}):\n return v_mv > 1, v_mv > 1, w_pa"},
     r"cell\.step returns a truth for v_mv, `v_mv > 1`; use 1.0 if … else 0.0"),
    ({"step": f"def step({ARGUMENT}):\n return v_mv > 1, w_pa, v_mv"},
     r"cell\.step returns w_pa in the place of v_mv; return \(spiked, v_mv, w_pa\), in the declar"),
    ({"step": f"def step({ARGUMENT}):\n return v_mv > 1, current_pa, w_pa"},
     r"cell\.step, line 2: `current_pa` gives v_mv mV and pA"),
    ({"state": {"v_mv": 0.0, "w_pa": float("nan")}}, r"cell\.state\['w_pa'\] = nan is not allowed"),
    ({"state": {"v_mv": 0.0, "w_pa": "1"}}, r"cell\.state\['w_pa'\] = '1' is not allowed; use a f"),
    ({"state": {"v_mv": 0.0, "w_pa": 0.0, "gain": 0.0}}, r"cell\.parameters has the name 'gain', "),
    ({"state": {"v_mv": 0.0, "dt_ms": 0.0}}, r"cell\.state has the name 'dt_ms', which stands in "),
    ({"state": {"v_mv": 0.0, "size__": 0.0}}, r"the name 'size__', which stands in the engine's"),
    ({"state": {"v_mv": 0.0, "_w": 0.0}}, r"cell\.state has the name '_w', which is not allowed; "),
    ({"state": {"v_mv": 0.0, "exp": 0.0}}, r"cell\.state has the name 'exp', which is not allowed"),
    ({"state": {"v_mv": 0.0, "w_pa": 0.0, "if": 0.0}}, r"cell\.state has the name 'if', which is "),
    ({"state": {"v_mv": 0.0, 3: 0.0}}, r"cell\.state = 3 is not allowed; use a text"),
    ({"state": [["v_mv", 0.0], ["v_mv", 0.0]]}, r"cell\.state has the name 'v_mv' twice"),
    ({"state": 3}, r"cell\.state = 3 is not allowed; use a dict of names and values"),
    ({"state": {f"v{i}": 0.0 for i in range(65)}}, r"cell\.state has 65 names; use 64 at most"),
    ({"parameters": {"tau_ms": {"gamma": [1]}}}, r"cell\.parameters\['tau_ms'\] = {'gamma': \[1\]"),
    ({"receptors": {"input_mv": "nv"}}, r"cell\.receptors\['input_mv'\] = 'nv' is not allowed; us"),
    ({"receptors": {"input_mv": ("mv", 2)}}, r"cell\.receptors\['input_mv'\] = \('mv', 2\) is not"),
    ({"receptors": {"input_mv": "pa"}}, r"\['input_mv'\] = 'pa' is not allowed; the name says mV"),
    ({"receptors": {"input_mv": ["mv"]}}, r"\['input_mv'\] = \['mv'\] is not allowed; use 'mv', "),
    ({"name": "my cell"}, r"own\.name has the name 'my cell', which is not allowed; use letters"),
    ({"name": "a; import os"}, r"own\.name has the name 'a; import os', which is not allowed"),
    ({"name": 3}, r"own\.name = 3 is not allowed; use a text"),
    ({"check_units": 1}, r"own\.check_units = 1 is not allowed; use True or False"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_what_does_not_fit_is_refused(changed, message):
    with pytest.raises(ParameterError, match=message):
        cell(**changed)


def test_units_are_not_looked_at_where_they_are_not_to_be():
    step = (
        "def step(v_mv, i_pa):\n    return v_mv > i_pa, 0.9 * v_mv + 0.1 * i_pa + 0.0 * v_mv * i_pa"
    )
    model = neurons.own(step, {"v_mv": 0.0}, {"i_pa": 1.0}, check_units=False)
    assert model.description()["parameters"]["check_units"] is False
    with pytest.raises(ParameterError, match="compares mV and pA"):
        neurons.own(step, {"v_mv": 0.0}, {"i_pa": 1.0})
