"""What a network's description refuses, and in which words."""

import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError

RULE = hal9.connectivity.fixed_indegree(2)


@pytest.fixture
def network():
    return hal9.Network(seed=1)


@pytest.fixture
def cells(network):
    return network.add(hal9.neurons.lif(), 10, name="cells")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, r"size = 0 is not allowed; use a whole number from 1 to 2,000,000,000\."),
        (-1, r"size = -1 is not allowed"),
        (1e12, r"size = 1000000000000\.0 is not allowed"),
        ("many", r"size = 'many' is not allowed"),
        (2.5, r"size = 2\.5 is not allowed"),
        (True, r"size = True is not allowed"),
    ],
)
def test_sizes(network, size, text):
    with pytest.raises(ParameterError, match=text):
        network.add(hal9.neurons.lif(), size)
    assert network.populations == ()


@pytest.mark.parametrize("weight_mv", [float("nan"), float("inf"), "strong"])
def test_weights(network, cells, weight_mv):
    with pytest.raises(ParameterError, match=r"weight_mv = .* is not allowed; use a finite number"):
        network.connect(cells, cells, RULE, weight_mv=weight_mv, delay_ms=1.0)
    assert network.projections == ()


@pytest.mark.parametrize("delay_ms", [0.0, -1.0, 1_001.0, float("nan")])
def test_delays(network, cells, delay_ms):
    with pytest.raises(ParameterError, match=r"delay_ms = .* above 0 up to 1000"):
        network.connect(cells, cells, RULE, weight_mv=1.0, delay_ms=delay_ms)


def test_a_delay_below_the_step(network, cells):
    network.connect(cells, cells, RULE, weight_mv=1.0, delay_ms=0.05)
    with pytest.raises(
        ParameterError,
        match=r"delay_ms = 0\.05 is not allowed; use at least the time step dt_ms = 0\.1\.",
    ):
        hal9.simulate(network, 10.0)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "nine"])
def test_seeds(seed):
    with pytest.raises(ParameterError, match=r"seed = .* is not allowed; use a whole number"):
        hal9.Network(seed=seed)


def test_names_are_unique_and_printable(network, cells):
    with pytest.raises(ParameterError, match="'cells' is not allowed; a population has it already"):
        network.add(hal9.neurons.lif(), 1, name="cells")
    for wrong in ("", " ", "a\nb", "x" * 65, 7):
        with pytest.raises(ParameterError, match="use 1 to 64 printable characters"):
            network.add(hal9.neurons.lif(), 1, name=wrong)


def test_populations_of_another_network_are_refused(network, cells):
    other = hal9.Network(seed=1)
    theirs = other.add(hal9.neurons.lif(), 11, name="theirs")
    with pytest.raises(ParameterError, match="source = 'theirs' is not a population of this"):
        network.connect(theirs, cells, RULE, weight_mv=1.0, delay_ms=1.0)


def test_things_that_are_not_plugins_are_named(network, cells):
    with pytest.raises(ParameterError, match=r"use a neuron model such as hal9\.neurons\.lif"):
        network.add("lif", 10)
    with pytest.raises(ParameterError, match="use a connectivity rule such as"):
        network.connect(cells, cells, 5, weight_mv=1.0, delay_ms=1.0)


def test_more_synapses_than_a_simulation_holds(network):
    crowd = network.add(hal9.neurons.lif(), 1_000_000, name="crowd")
    rule = hal9.connectivity.fixed_indegree(50_000)
    with pytest.raises(ParameterError, match="50,000,000,000 synapses are more than one"):
        network.connect(crowd, crowd, rule, weight_mv=1.0, delay_ms=1.0)


def test_drives(network, cells):
    with pytest.raises(ParameterError, match="rate_hz = -1 is not allowed; use a finite number"):
        network.drive(cells, rate_hz=-1, weight_mv=1.0)
    network.drive(cells, rate_hz=1e7, weight_mv=1.0)
    with pytest.raises(ParameterError, match="a drive of 1e\\+06 spikes in one step"):
        hal9.simulate(network, 1000.0, dt_ms=100.0)


def test_a_foreign_format_is_refused():
    with pytest.raises(ParameterError, match=r"format = 99 is not allowed; this version reads 1\."):
        hal9.Network.from_description({"format": 99})


def test_projections_have_names_of_their_own(network, cells):
    names = [
        network.connect(cells, cells, RULE, weight_mv=1.0, delay_ms=1.0, name=name).name
        for name in (None, "strong", None, None)
    ]
    assert names == ["cells->cells", "strong", "cells->cells 2", "cells->cells 3"]
    again = hal9.Network.from_description(network.description())
    assert [p.name for p in again.projections] == names
    with pytest.raises(ParameterError, match="name = 'strong' is not allowed; a projection has it"):
        network.connect(cells, cells, RULE, weight_mv=1.0, delay_ms=1.0, name="strong")
