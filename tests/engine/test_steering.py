"""What is done to a running simulation: seen where it should be, undone by reset and resume."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError

from .networks import brunel_small

pytestmark = pytest.mark.jit_only

INHIBITION = hal9.connectivity.fixed_indegree(5)


def inhibited(weight_mv=-0.1, rule=None):
    """100 cells that inhibit each other, with or without plasticity."""
    network = hal9.Network(seed=2)
    cells = network.add(hal9.neurons.lif(initial_v_mv=hal9.uniform(0.0, 19.0)), 100, name="I")
    network.connect(cells, cells, INHIBITION, weight_mv=weight_mv, delay_ms=1.0, rule=rule)
    network.drive(cells, rate_hz=9_000.0, weight_mv=0.2)
    return network


def test_the_graph_of_plastic_inhibition_is_negative():
    rule = hal9.plasticity.stdp(largest_weight=1.0)
    run = hal9.simulate(inhibited(rule=rule), 1.0)
    assert run.graph().sum() == pytest.approx(-50.0)


def test_weights_follow_the_scale_of_inhibition():
    with hal9.Simulation(inhibited()) as simulation:
        simulation.scale_inhibition(3.0)
        np.testing.assert_allclose(simulation.weights("I->I").weights, -0.3)
        simulation.reset()
        np.testing.assert_allclose(simulation.weights("I->I").weights, -0.1)


def test_weights_of_both_signs_are_not_inhibition():
    mixed = hal9.normal(0.5, 1.0, low=-1.0, high=2.0)
    with hal9.Simulation(inhibited(weight_mv=mixed)) as simulation:
        before = simulation.weights("I->I").weights
        assert before.min() < 0.0 < before.max()
        simulation.scale_inhibition(0.0)
        simulation.advance(20.0)
        np.testing.assert_array_equal(simulation.weights("I->I").weights, before)


def test_resume_undoes_what_was_done_since(tmp_path):
    with hal9.Simulation(brunel_small()) as simulation:
        simulation.advance(20.0)
        simulation.checkpoint(tmp_path / "at-20")
        simulation.take_spikes()
        simulation.advance(40.0)
        as_described = simulation.take_spikes()[0].tolist()
        simulation.scale_drive(2.0)
        simulation.set_parameters("E", threshold_mv=12.0)
        simulation.resume(tmp_path / "at-20")
        simulation.take_spikes()
        simulation.advance(40.0)
        assert simulation.take_spikes()[0].tolist() == as_described
        assert len(as_described) > 50


def test_arrays_of_other_threads_are_refused_whole():
    with hal9.Simulation(brunel_small(), threads=1) as one:
        one.advance(20.0)
        arrays = one.arrays()
    with hal9.Simulation(brunel_small(), threads=2) as two:
        before = two.state("v_mv", "E")
        with pytest.raises(ValueError, match="has the shape"):
            two.restore(arrays)
        np.testing.assert_array_equal(two.state("v_mv", "E"), before)


def test_a_replay_replays_what_it_is_given_later():
    network = hal9.Network(seed=1)
    network.add(hal9.neurons.spike_replay(times_ms=[5.0], neurons=[0]), 2, name="inputs")
    with hal9.Simulation(network) as simulation:
        simulation.set_parameters("inputs", times_ms=[8.0], neurons=[1])
        simulation.advance(10.0)
        steps, neurons = simulation.take_spikes()
    assert (steps + 1).tolist() == [80]
    assert neurons.tolist() == [1]


def test_a_result_of_ones_own_model_never_takes_a_parameters_place():
    def step(v_mv, new_v_mv):
        return False, 0.5 * v_mv + 0.5 * new_v_mv

    cell = hal9.neurons.own(step, state={"v_mv": 0.0}, parameters={"new_v_mv": 1.0})
    network = hal9.Network()
    network.add(cell, 4, name="cells")
    with hal9.Simulation(network) as simulation:
        simulation.advance(1.0)
        assert np.ptp(simulation.state("v_mv", "cells")) == 0.0


def test_a_projection_without_synapses_may_have_no_delays():
    network = hal9.Network()
    cells = network.add(hal9.neurons.lif(), 3, name="cells")
    nothing = hal9.connectivity.from_arrays([], [])
    network.connect(cells, cells, nothing, weight_mv=[], delay_ms=[])
    assert hal9.simulate(network, 1.0).spike_steps.size == 0


def test_a_run_of_too_many_steps_is_refused_before_it_begins():
    with pytest.raises(ParameterError, match="a simulation has at most 2,147,483,647 steps"):
        hal9.simulate(brunel_small(), 5e8)
