"""What every neuron model, connectivity rule and published network keeps."""

import inspect
import json

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import connectivity, models, neurons
from hal9lib.bench.peers.parameters import settings_of
from hal9lib.errors import Hal9Error, ParameterError, UnknownNameError
from hal9lib.network import Network
from hal9lib.parts import keyword_of

#: Values for the arguments a member does not have a default for.
REQUIRED = {
    "connectivity.fixed_indegree": {"indegree": 10},
    "connectivity.fixed_outdegree": {"outdegree": 10},
    "connectivity.fixed_total_number": {"total": 1_000},
    "connectivity.pairwise_probability": {"probability": 0.1},
    "connectivity.by_distance": {"kernel": "gaussian", "scale": 1.0},
    "connectivity.from_arrays": {"sources": [0, 1], "targets": [1, 0]},
    "connectivity.from_matrix": {"matrix": [[0.0, 1.0]]},
    "connectivity.from_networkx": {"graph": "a graph"},
    "neurons.spike_replay": {"times_ms": [1.0], "neurons": [0]},
    "neurons.own": {
        "step": "def step(v_mv, input_mv, tau_ms, dt_ms):\n"
        "    v_mv = v_mv - dt_ms / tau_ms * v_mv + input_mv\n"
        "    return v_mv >= 20.0, 0.0 if v_mv >= 20.0 else v_mv",
        "state": {"v_mv": 0.0},
        "parameters": {"tau_ms": 10.0},
        "receptors": {"input_mv": "mv"},
    },
}
#: Published networks in small, where that is not a number of neurons.
SMALL = {"potjans_diesmann": {"scale": 0.02}}
#: A strong weight of each unit that a receptor may have.
STRONG = {"mv": 1.0, "pa": 50.0, "ns": 1.0, "1": 1.0}
FAMILIES = {"neurons": neurons, "connectivity": connectivity, "models": models}


def made(family, name, /, **more):
    """A member with the arguments that it needs."""
    return FAMILIES[family].load(name)(**REQUIRED.get(f"{family}.{name}", {}) | more)


#: Members whose parameters are no numbers.
WITHOUT_NUMBERS = {"connectivity.one_to_one", "connectivity.all_to_all"}
MEMBERS = [(family, name) for family, package in FAMILIES.items() for name in package.names()]


@pytest.mark.parametrize(("family", "name"), MEMBERS)
def test_a_member_is_documented_with_its_source(family, name):
    text = inspect.getdoc(FAMILIES[family].load(name))
    assert "doi:" in text or "Source: " in text, "the first line of a member names its paper"
    assert "Parameters" in text
    assert ">>>" in text


@pytest.mark.parametrize(("family", "name"), MEMBERS)
def test_every_numeric_parameter_refuses_nan_by_name(family, name):
    member = FAMILIES[family].load(name)
    tried = 0
    for parameter in inspect.signature(member).parameters.values():
        if parameter.annotation is bool:
            continue
        with pytest.raises(ParameterError, match=f"{parameter.name} = nan is not allowed; use "):
            made(family, name, **{parameter.name: float("nan")})
        tried += 1
    assert (tried == 0) == (f"{family}.{name}" in WITHOUT_NUMBERS)


@pytest.mark.parametrize("name", neurons.names())
def test_a_neuron_model_goes_through_its_description(name):
    model = made("neurons", name)
    text = json.dumps(model.description())
    description = json.loads(text)
    again = neurons.load(description["name"])(**description["parameters"])
    assert again.description() == model.description()


@pytest.mark.parametrize("name", neurons.names())
def test_a_neuron_model_stays_finite_under_strong_drive(name):
    """Much excitation, and some inhibition; a source takes neither and fires by itself."""
    model = made("neurons", name)
    network = hal9.Network(seed=1)
    cells = network.add(model, 200, name="cells")
    for receptor, kind in model.receptors.items():
        weight = STRONG[kind.unit] * (kind.sign or 1)
        rate_hz = 20_000.0 if weight > 0.0 else 2_000.0
        network.drive(cells, rate_hz=rate_hz, receptor=receptor, **{keyword_of(kind.unit): weight})
    with hal9.Simulation(network, dt_ms=min(0.5, model.max_dt_ms)) as simulation:
        simulation.advance(200.0)
        assert len(simulation.take_spikes()[0]) > 0, "a driven neuron fires"
        for variable in model.state:
            assert np.isfinite(simulation.state(variable, "cells")).all(), variable


@pytest.mark.parametrize("name", neurons.names())
def test_a_step_above_the_stable_one_is_refused(name):
    model = made("neurons", name)
    network = hal9.Network()
    network.add(model, 1, name="cell")
    if np.isinf(model.max_dt_ms):
        assert network.check_step(50.0) == 50.0, "an exact solution is stable at any step"
    else:
        with pytest.raises(ParameterError, match=f"{name} is unstable there: use"):
            network.check_step(2.0 * model.max_dt_ms)


@pytest.mark.parametrize("name", models.names())
def test_a_published_network_fires_and_repeats(name):
    network = models.load(name)(**SMALL.get(name, {"neurons": 500}), seed=7)
    assert network.model == name
    dt_ms = settings_of(name)["dt_ms"]
    first, second = (hal9.simulate(network, 100.0, dt_ms=dt_ms) for _ in range(2))
    assert len(first.spike_steps) > 0
    assert first.spike_hash == second.spike_hash
    assert Network.from_description(network.description()).description() == network.description()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_name_that_is_nearly_right_is_suggested(family):
    name = FAMILIES[family].names()[0]
    with pytest.raises(UnknownNameError, match=f"Did you mean '{name}'"):
        FAMILIES[family].load(name[:-1])
    assert issubclass(UnknownNameError, Hal9Error)
