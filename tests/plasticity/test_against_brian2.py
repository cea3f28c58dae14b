"""Every arrival's weight against Brian2, with a delay and with spikes that fall together.

The golden file holds what the synapses of Brian2's own examples do: an axonal delay, delivery
before the update, and of two events in one step the arrival first. These are our conventions too.
"""

import json
from pathlib import Path

import pytest

from hal9lib import plasticity

from .interpreter import run

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "plasticity_brian2.json").read_text())


@pytest.mark.parametrize("name", GOLDEN["cases"])
def test_the_weights_and_what_they_delivered_are_those_of_brian2(name):
    case, arrivals = GOLDEN["cases"][name], GOLDEN["arrival_steps"]
    assert len(set(arrivals) & set(GOLDEN["target_spike_steps"])) >= 3, "some fall together"
    assert len(set(case["weights"])) > 50, "the weight goes on changing"
    rule = plasticity.load(case["rule"])(**case["rule_parameters"])
    given = [rule], [case["weight"]], [arrivals], GOLDEN["target_spike_steps"], GOLDEN["dt_ms"]
    synapses = [run(*given, step + 1)[0] for step in arrivals]
    assert [s.weight for s in synapses] == pytest.approx(case["weights"], rel=1e-12)
    assert sum(synapses[-1].delivered) == pytest.approx(case["delivered"], rel=1e-12)
