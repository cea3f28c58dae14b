"""Every arrival's weight against NEST's plastic synapses, whose weights lie in a golden file.

NEST's delay is dendritic: its synapse sees a spike of the target one delay later. The file holds
the target's spikes as the synapse sees them; none falls together with an arrival, where the two
conventions differ. NEST sends the weight after the arrival's own depression, so that is compared.
"""

import json
from pathlib import Path

import pytest

from hal9lib import plasticity

from .interpreter import Synapse

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "plasticity_nest.json").read_text())


def test_the_golden_file_is_worth_comparing_with():
    arrivals, spikes = GOLDEN["arrival_steps"], GOLDEN["target_spike_steps"]
    assert min(len(arrivals), len(spikes)) >= 50
    assert not set(arrivals) & set(spikes)
    assert len(GOLDEN["cases"]) == 10
    for case in GOLDEN["cases"].values():
        assert len(case["weights"]) == len(arrivals)
        assert len(set(case["weights"])) > 50, "the weight goes on changing"


@pytest.mark.parametrize("name", GOLDEN["cases"])
def test_the_weights_are_those_of_nest(name):
    case = GOLDEN["cases"][name]
    rule = plasticity.load(case["rule"])(**case["rule_parameters"])
    synapse, dt_ms = Synapse([rule], case["weight"], GOLDEN["dt_ms"]), GOLDEN["dt_ms"]
    events = [(step, True) for step in GOLDEN["arrival_steps"]]
    events += [(step, False) for step in GOLDEN["target_spike_steps"]]
    found = []
    for step, is_arrival in sorted(events):
        if is_arrival:
            synapse.arrival((step + 1) * dt_ms)
            found.append(synapse.delivered[-1] if rule.scales_delivery else synapse.weight)
        else:
            synapse.spike((step + 1) * dt_ms)
    assert found == pytest.approx(case["weights"], rel=1e-12)
