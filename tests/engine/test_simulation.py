"""Control: steering, reset, refusals, interruption."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError, SimulationError

from .networks import brunel_small

pytestmark = pytest.mark.jit_only


def rate_after(steer):
    with hal9.Simulation(hal9.models.brunel(neurons=2_000, indegree=100)) as simulation:
        steer(simulation)
        simulation.advance(200.0)
        return len(simulation.take_spikes()[0]) / 2_000 / 0.2


def test_drive_and_inhibition_steer_the_rate():
    as_described = rate_after(lambda _: None)
    assert as_described > 5.0
    assert rate_after(lambda s: s.scale_drive(0.0)) < 0.1 * as_described
    assert rate_after(lambda s: s.scale_drive(1.5)) > 1.2 * as_described
    assert rate_after(lambda s: s.scale_inhibition(0.5)) > 2.0 * as_described


def test_reset_goes_back_to_the_described_network():
    with hal9.Simulation(brunel_small()) as simulation:
        simulation.advance(100.0)
        first = [piece.tolist() for piece in simulation.take_spikes()]
        simulation.scale_drive(2.0)
        simulation.scale_inhibition(0.0)
        simulation.advance(50.0)
        simulation.set_parameters("E", threshold_mv=15.0)
        simulation.advance(20.0)
        simulation.reset()
        assert simulation.time_ms == 0.0
        simulation.advance(100.0)
        assert [piece.tolist() for piece in simulation.take_spikes()] == first


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"dt_ms": 0.0}, r"dt_ms = 0\.0 is not allowed; use a finite number from 1e-06 to 100\."),
        ({"dt_ms": 2.0}, r"delay_ms = 1\.5 is not allowed; use at least the time step dt_ms = 2\."),
        ({"dt_ms": 0.4}, r"delay_ms = 1\.5 is not allowed; use a whole multiple of dt_ms = 0\.4\."),
        ({"threads": 0}, r"threads = 0 is not allowed; use a whole number from 1 to 256\."),
        ({"precision": "half"}, r"precision = 'half' is not allowed; use float32 or float64\."),
        (
            {"record": {"spikes": "some"}},
            r"record\['spikes'\] = 'some' is not allowed; use 'all', 'none'",
        ),
    ],
)
def test_values_that_are_not_allowed_are_named(options, text):
    with pytest.raises(ParameterError, match=text):
        hal9.Simulation(brunel_small(), **options)


def test_what_is_added_later_is_not_part_of_a_simulation_or_a_run():
    network = brunel_small()
    run = hal9.simulate(network, 50.0)
    with hal9.Simulation(network) as simulation:
        late = network.add(hal9.neurons.lif(), 5, name="late")
        network.drive(late, rate_hz=1e4, weight_mv=1.0)
        simulation.scale_drive(1.0)
        simulation.advance(50.0)
        assert simulation.take_spikes()[0].tolist() == run.spike_steps.tolist()
    assert run.key == hal9.simulate(brunel_small(), 50.0).key
    with pytest.raises(AttributeError):
        network.seed = 2


def test_a_duration_of_too_many_steps_is_refused():
    with (
        hal9.Simulation(brunel_small()) as simulation,
        pytest.raises(ParameterError, match=r"a simulation has at most 2,147,483,647 steps"),
    ):
        simulation.advance(3e8)


def test_durations_must_be_whole_steps():
    with hal9.Simulation(brunel_small()) as simulation:
        for wrong in (0.0, -1.0, float("nan"), 0.05, "long"):
            with pytest.raises(ParameterError, match=r"duration_ms = .* is not allowed; use"):
                simulation.advance(wrong)
        assert simulation.time_ms == 0.0


def test_a_network_with_no_neurons_is_refused():
    with pytest.raises(ParameterError, match=r"network has no population; use network\.add"):
        hal9.Simulation(hal9.Network())


def test_state_names_what_there_is():
    with hal9.Simulation(brunel_small()) as simulation:
        with pytest.raises(ParameterError, match="known: E, I"):
            simulation.state("v_mv", "X")
        with pytest.raises(ParameterError, match=r"known: v_mv, refractory_left\."):
            simulation.state("u", "E")


def test_a_closed_simulation_cannot_go_on():
    simulation = hal9.Simulation(brunel_small())
    simulation.close()
    with pytest.raises(SimulationError, match="is closed; make another"):
        simulation.advance(1.0)


def test_memory_that_is_not_there_is_one_sentence():
    """In a process that may have 3 GB of address space, 4 G synapses are refused, not killed."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "import hal9lib as hal9\n"
        "try: hal9.Simulation(hal9.models.brunel(neurons=40_000, indegree=100_000), threads=1)\n"
        "except hal9.errors.SimulationError as problem: print(problem)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert "40,000 neurons with 4,000,000,000 synapses need about 8 GB" in done.stdout, done.stderr


def test_ctrl_c_stops_at_once_and_leaves_a_whole_simulation():
    code = (
        "import hal9lib as hal9\n"
        "network = hal9.models.brunel(neurons=2_000, indegree=200)\n"
        "simulation = hal9.Simulation(network, threads=2)\n"
        "simulation.advance(100.0)\n"
        "try:\n"
        "    print('stepping', flush=True)\n"
        "    simulation.advance(10_000_000.0)\n"
        "except KeyboardInterrupt: print('stopped', flush=True)\n"
        "simulation.take_spikes(); simulation.advance(100.0)\n"
        "print('went on', len(simulation.take_spikes()[0]) > 0)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "stepping\n"
    os.kill(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert rest == "stopped\nwent on True\n"
    assert process.returncode == 0


def test_what_decays_forever_becomes_nothing():
    """Not a number so small that the processor needs a hundred times as long for it."""
    network = hal9.Network(seed=1)
    network.add(hal9.neurons.lif_exp(), 100, name="cells")
    with hal9.Simulation(network) as simulation:
        simulation.stimulate("cells", 10.0)
        simulation.advance(10.0)
        assert (simulation.state("i_excitatory_pa", "cells") > 0.0).all()
        simulation.advance(800.0)
        current_pa = simulation.state("i_excitatory_pa", "cells")
    assert not ((current_pa != 0.0) & (np.abs(current_pa) < np.finfo(np.float32).tiny)).any()
    # Outside the loop such numbers are numbers again.
    assert np.float32(1e-30) * np.float32(1e-10) > 0.0
