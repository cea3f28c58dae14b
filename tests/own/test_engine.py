"""A researcher's own model in the loop: the built-in one's spikes, and always the newest text."""

import inspect
import json
import pickle

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import neurons, plasticity
from hal9lib.errors import ParameterError
from hal9lib.network import Network

from .models import as_own, as_own_rule, own_izhikevich, own_lif, own_stdp
from .test_source import CELL, shell  # noqa: F401 - a fixture

COUNTER = """
def step(v_mv, gain_mv):
    v_mv = v_mv + gain_mv
    return v_mv >= 10.0, 0.0 if v_mv >= 10.0 else v_mv
"""


def recurrent(model, neurons_=60, weight=None, seed=3):
    """Cells that drive each other and are driven, at rates that every model fires at."""
    network = Network(seed=seed)
    cells = network.add(model, neurons_, name="cells")
    receptor = next(iter(model.receptors.values()))
    keyword = "weight" if receptor.unit == "1" else f"weight_{receptor.unit}"
    size = weight or {"mv": 1.0, "pa": 400.0, "ns": 4.0, "1": 1.0}[receptor.unit]
    rule = hal9.connectivity.fixed_indegree(10)
    network.connect(cells, cells, rule, **{keyword: 0.2 * size}, delay_ms=1.0)
    network.drive(cells, rate_hz=4_000.0, **{keyword: size})
    return network


def spikes_of(model, duration_ms=20.0, size=1):
    network = Network()
    network.add(model, size, name="cells")
    return len(hal9.simulate(network, duration_ms).spike_steps)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(
    ("own", "built_in"),
    [
        (own_lif(), neurons.lif(initial_v_mv=0.0)),
        (own_izhikevich(current=9.0), neurons.izhikevich(current=9.0)),
    ],
)
def test_a_built_in_model_written_anew_gives_the_same_spikes(own, built_in, precision):
    first, second = (
        hal9.simulate(recurrent(m), 100.0, dt_ms=0.5, precision=precision) for m in (own, built_in)
    )
    assert len(second.spike_steps) > 60
    assert first.spike_hash == second.spike_hash


@pytest.mark.jit_only
@pytest.mark.parametrize("name", ["lif_exp", "lif_alpha", "lif_cond_exp", "adex", "adex_exp"])
def test_a_built_in_step_as_ones_own_gives_the_same_spikes(name):
    model = neurons.load(name)()
    first, second = (
        hal9.simulate(recurrent(m), 200.0, dt_ms=0.1) for m in (model, as_own(model, 0.1))
    )
    assert len(first.spike_steps) > 60
    assert first.spike_hash == second.spike_hash


def test_a_description_read_elsewhere_gives_the_same_spikes():
    network = recurrent(own_lif(tau_m_ms=hal9.uniform(10.0, 20.0)))
    text = json.dumps(network.description(), sort_keys=True)
    again = Network.from_description(json.loads(text))
    runs = [hal9.simulate(n, 60.0, dt_ms=0.5) for n in (network, again)]
    assert len(runs[0].spike_steps) > 20
    assert runs[0].spike_hash == runs[1].spike_hash
    assert pickle.loads(pickle.dumps(network.populations[0].neuron)) == again.populations[0].neuron  # noqa: S301


def test_a_cell_that_is_run_again_gives_the_new_spikes(shell):  # noqa: F811
    """Constant growth by 1 mV or 2 mV a step to a threshold of 10 mV."""
    for gain, spikes in ((1.0, 20), (2.0, 40), (1.0, 20)):
        text = COUNTER.replace("+ gain_mv", f"+ {gain} * gain_mv")
        make = 'cell = hal9.neurons.own(step, {"v_mv": 0.0}, {"gain_mv": 1.0})'
        assert shell.run_cell(f"import hal9lib as hal9\n{text}\n{make}").success
        assert spikes_of(shell.user_ns["cell"]) == spikes


def test_two_models_of_one_name_in_one_network_are_two():
    slow, fast = (
        neurons.own(COUNTER.replace("10.0", limit), {"v_mv": 0.0}, {"gain_mv": 1.0}, name="cell")
        for limit in ("20.0", "5.0")
    )
    network = Network()
    network.add(slow, 3, name="slow")
    network.add(fast, 3, name="fast")
    network.add(neurons.lif(initial_v_mv=0.0), 2, name="lif")
    run = hal9.simulate(network, 20.0)
    assert np.bincount(run.spike_neurons, minlength=8).tolist() == [10, 10, 10, 40, 40, 40, 0, 0]


def test_a_model_may_be_called_like_a_built_in_one():
    network = Network()
    network.add(neurons.own(COUNTER, {"v_mv": 0.0}, {"gain_mv": 1.0}, name="lif"), 1, name="own")
    network.add(neurons.lif(initial_v_mv=0.0), 1, name="lif")
    run = hal9.simulate(network, 20.0)
    assert np.bincount(run.spike_neurons, minlength=2).tolist() == [20, 0]


def test_a_parameter_may_differ_from_neuron_to_neuron():
    model = neurons.own(COUNTER, {"v_mv": 0.0}, {"gain_mv": [1.0, 2.0, 5.0]})
    network = Network()
    network.add(model, 3, name="cells")
    run = hal9.simulate(network, 20.0)
    assert np.bincount(run.spike_neurons, minlength=3).tolist() == [20, 40, 100]


def test_a_name_with_the_loops_ending_cannot_be_declared():
    with pytest.raises(ParameterError, match="has the name 'gain__', which stands in the engine's"):
        neurons.own(COUNTER, {"v_mv": 0.0}, {"gain__": 1.0})


def test_names_of_the_loop_are_free():
    """As state variables, as parameters, and within the step."""
    free = [
        "model", "count", "numba", "njit", "update", "advance", "key0", "neuron", "row", "index",
        "block", "deliver", "collect", "merge", "quantile", "normal_quantile", "spikes", "layout",
        "fetch_add", "store", "load", "prefetch", "update_0", "update_1", "exp64", "first",
        "worker", "population", "step", "cells", "drives", "replays", "state", "low", "high",
        "place", "size", "spiked", "fired", "i", "draw_noise", "new_v_mv", "step_0",
    ]  # fmt: skip
    half = len(free) // 2
    states, parameters = free[:half], free[half:]
    lines = [f"    one = {parameters[0]}"] + [f"    {name} = {name} + one" for name in states]
    total = " + ".join(free)
    step = f"def step({', '.join(free)}):\n" + "\n".join(lines)
    step += f"\n    return {total} > 1e6, {', '.join(states)}"
    model = neurons.own(
        step, dict.fromkeys(states, 0.0), dict.fromkeys(parameters, 1.0), check_units=False
    )
    network = Network()
    network.add(model, 3, name="cells")
    with hal9.Simulation(network, dt_ms=0.5) as simulation:
        simulation.advance(10.0)
        for name in states:
            np.testing.assert_array_equal(simulation.state(name, "cells"), 20.0, name)


def plastic(*rules):
    """Cells whose synapses onto each other change, a projection for each rule or list of them."""
    network = Network(seed=3)
    cells = network.add(neurons.lif(initial_v_mv=0.0), 40, name="cells")
    sources = hal9.connectivity.fixed_indegree(8)
    for number, rule in enumerate(rules):
        network.connect(
            cells, cells, sources, weight_mv=0.25, delay_ms=1.5, rule=rule, name=str(number)
        )
    network.drive(cells, rate_hz=4_000.0, weight_mv=0.4)
    return network


def after(network, duration_ms=200.0, dt_ms=0.5):
    """Spikes, and the weights that they left."""
    with hal9.Simulation(network, dt_ms=dt_ms) as simulation:
        simulation.advance(duration_ms)
        weights = [simulation.weights(p.name).weights for p in network.projections]
        return [*simulation.take_spikes(), *weights]


SHORT_TERM = plasticity.tsodyks_markram(preset="facilitating")
NORMAL = plasticity.weight_normalisation(3.0, interval_ms=20.0)


def own_rules():
    """The built-in rules below as a researcher's own: two in turn, one at intervals."""
    return [own_stdp(0.3), as_own_rule(SHORT_TERM, 0.5)], as_own_rule(NORMAL, 0.5)


@pytest.mark.jit_only
def test_rules_of_ones_own_give_the_built_in_ones_spikes_and_weights():
    built_in = ([plasticity.stdp(0.3), SHORT_TERM], NORMAL)
    found, expected = after(plastic(*own_rules())), after(plastic(*built_in))
    assert len(expected[0]) > 100
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for weights in expected[2:]:
        assert np.abs(weights - 0.25).max() > 1e-3, "the rule did something"


@pytest.mark.jit_only
def test_a_plastic_network_is_read_elsewhere():
    network = plastic(*own_rules())
    again = Network.from_description(json.loads(json.dumps(network.description(), sort_keys=True)))
    assert again.description() == network.description()
    for ours, theirs in zip(after(network), after(again), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_rule_that_is_defined_again_acts_anew():
    """Each arrival adds 0.001 or 0.002 to a weight, which is too little to change a spike soon."""
    text = "def on_pre(weight, step_mv):\n    return min(weight + {} * step_mv, 9.0)"
    grown = []
    for factor in (1, 2, 1):
        rule = plasticity.own(text.format(factor), parameters={"step_mv": 1e-3})
        weights = after(plastic(rule), 20.0)[-1]
        grown.append(weights.sum() - 0.25 * len(weights))
    assert grown[0] > 0.01
    assert grown == pytest.approx([grown[0], 2.0 * grown[0], grown[0]], rel=0.2)


@pytest.mark.parametrize("kind", ["random_uniform", "random_normal"])
def test_random_numbers_differ_from_neuron_to_neuron_and_step_to_step(kind):
    step = f"def step(v_mv, {kind}, limit):\n    return {kind} < limit, 0.5 * v_mv"
    model = neurons.own(step, {"v_mv": 0.0}, {"limit": 0.1 if kind[7] == "u" else -1.2815515655})
    network = Network(seed=5)
    network.add(model, 40, name="cells")
    run = hal9.simulate(network, 50.0)  # 500 steps
    each = np.bincount(run.spike_neurons, minlength=40)
    assert each.sum() == pytest.approx(2_000, abs=5 * np.sqrt(2_000 * 0.9))
    assert len(set(each.tolist())) > 5
    assert len(np.unique(run.spike_steps)) > 400


def test_what_the_loop_is_made_of_is_the_checked_text():
    """The text that is compiled is made from the tree: no comment, no annotation comes through."""
    text = COUNTER.replace("def step(v_mv, gain_mv):", "def step(v_mv: float, gain_mv):  # hidden")
    source = inspect.getsource(neurons.own(text, {"v_mv": 0.0}, {"gain_mv": 1.0}).step)
    assert "hidden" not in source
    assert "float" not in source
