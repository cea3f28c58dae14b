"""Every built-in model and rule passes as a researcher's own: what is right is not refused."""

import inspect

import numpy as np
import pytest

from hal9lib import neurons
from plasticity.interpreter import run
from plasticity.test_contract import NAMES, rule_of

from .models import as_own, as_own_rule

#: A replay has no step of its own; its spikes come from a schedule.
MODELS = [name for name in neurons.names() if name not in ("own", "spike_replay")]
#: Structural plasticity has no event of a synapse: what it does is done to whole neurons.
RULES = [name for name in NAMES if name != "structural"]
DT_MS = 0.1
#: What one spike brings to a receptor of this unit and sign.
ARRIVING = {("mv", 0): 20.0, ("pa", 1): 400.0, ("pa", -1): -50.0, ("ns", 1): 4.0, ("ns", -1): -1.0}


def test_there_are_models_and_rules():
    assert {"lif", "izhikevich", "adex"} <= set(MODELS)
    assert "stdp" in RULES


@pytest.mark.parametrize("name", MODELS)
def test_a_built_in_model_passes_and_steps_alike(name):
    model = neurons.load(name)()
    own = as_own(model, DT_MS)
    assert own.max_dt_ms == 1.0
    rng = np.random.default_rng(2)
    states = [{k: v.initial for k, v in m.state.items()} for m in (model, own)]
    fixed = [m.constants(m.parameters, DT_MS) for m in (model, own)]
    fired = 0
    for _ in range(3_000):
        drawn = {"random_uniform": rng.random(), "random_normal": rng.normal()}
        for receptor, about in model.receptors.items():
            drawn[receptor] = ARRIVING[about.unit, about.sign] * rng.poisson(0.4)
        results = []
        for m, state, constants in zip((model, own), states, fixed, strict=True):
            known = {**drawn, **constants, **state}
            spiked, *after = m.step(**{a: known[a] for a in inspect.signature(m.step).parameters})
            state |= dict(zip(state, after, strict=True))
            results.append((bool(spiked), *after))
        assert results[0] == results[1]
        fired += results[0][0]
    assert fired >= 2


@pytest.mark.parametrize("name", RULES)
def test_a_built_in_rule_passes_and_gives_the_same_weights(name):
    rule = rule_of(name)
    own = as_own_rule(rule, DT_MS)
    rng = np.random.default_rng(3)
    arrivals = [np.flatnonzero(rng.random(4_000) < 0.01) for _ in range(2)]
    spikes = np.flatnonzero(rng.random(4_000) < 0.01)
    weights = [0.1, 0.25]
    first, second = (run([r], weights, arrivals, spikes, DT_MS, 4_000) for r in (rule, own))
    assert [s.weight for s in first] == [s.weight for s in second]
    assert [s.delivered for s in first] == [s.delivered for s in second]
    assert len(first[0].delivered) > 20
