"""The events of every rule, compiled as the engine compiles them, against plain Python."""

import inspect

import numpy as np
import pytest

from hal9lib import plasticity
from hal9lib.engine import assembly
from hal9lib.engine.mathematics_sources import mathematics_sources

VARIANTS = [
    plasticity.stdp(0.3),
    plasticity.stdp(0.3, mu_plus=1.0, mu_minus=1.0),
    plasticity.stdp(0.3, mu_plus=0.3, mu_minus=0.02),
    plasticity.stdp_power_law(1.0),
    plasticity.stdp_triplet(1.0),
    plasticity.stdp_triplet(1.0, preset="hippocampus_full"),
    plasticity.stdp_inhibitory(0.01),
    plasticity.tsodyks_markram(),
    plasticity.tsodyks_markram(preset="facilitating"),
    plasticity.synaptic_scaling(5.0),
    plasticity.synaptic_scaling(5.0, integral_gain_per_hz_s2=1e-3),
    plasticity.weight_normalisation(2.0),
]


@pytest.mark.jit_only
@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 3e-6), ("float64", 1e-14)])
def test_compiled_events_give_what_they_give_in_plain_python(precision, tolerance):
    events = {
        f"{event}_{index}": (rule, function)
        for index, rule in enumerate(VARIANTS)
        for event in ("on_pre", "on_post", "on_interval")
        if (function := getattr(rule, event)) is not None
    }
    assert len(events) == 19
    parts = mathematics_sources(precision)
    parts += [assembly.function_source(function, name) for name, (_, function) in events.items()]
    module = assembly.compiled(parts, list(events), precision)
    real, draws = getattr(np, precision), np.random.default_rng(7)
    for name, (rule, function) in events.items():
        constants = rule.constants(rule.parameters, 0.1)
        for _ in range(50):
            drawn = {n: 0.3 * draws.random() for n in inspect.signature(function).parameters}
            drawn |= {"since_pre_ms": 1_000.0 * draws.random()}
            known = drawn | constants
            given = [real(known[n]) for n in inspect.signature(function).parameters]
            found = getattr(module, name)(*given)
            expected = function(*map(float, given))
            np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-12, err_msg=name)
