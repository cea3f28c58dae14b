"""A result depends on the description and the seed: not on threads, pauses, forks or the JIT."""

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import hal9lib as hal9

from .networks import NETWORKS, brunel_small

pytestmark = pytest.mark.jit_only


def spike_hash(network, threads, duration_ms=200.0, dt_ms=0.5):
    run = hal9.simulate(network, duration_ms, dt_ms=dt_ms, threads=threads)
    assert len(run.spike_steps) > 100, "an empty run proves nothing"
    return run.spike_hash


@pytest.mark.parametrize("name", NETWORKS)
def test_same_spikes_on_any_number_of_threads(name):
    hashes = {spike_hash(NETWORKS[name](), threads) for threads in (1, 2, 3, 4)}
    assert len(hashes) == 1


def test_same_spikes_for_a_network_of_many_blocks(monkeypatch):
    """Targets above 65,536 lie in several blocks; small blocks go the same way."""
    from hal9lib.engine import build

    network = brunel_small()
    whole = spike_hash(network, 2)
    monkeypatch.setattr(build, "MAX_BLOCK", 64)
    assert spike_hash(network, 2) == whole


def test_a_record_that_fills_up_loses_nothing(monkeypatch):
    """Room for one batch only: the loop comes back after each, all workers at the same step."""
    from hal9lib.engine import initial

    whole = spike_hash(brunel_small(), 2)
    monkeypatch.setattr(initial, "MIN_RECORD", 1)
    assert spike_hash(brunel_small(), 2) == whole


def test_other_seeds_give_other_spikes():
    assert spike_hash(brunel_small(seed=1), 1) != spike_hash(brunel_small(seed=2), 1)


def test_pauses_do_not_change_the_spikes():
    with hal9.Simulation(brunel_small()) as simulation:
        simulation.advance(200.0)
        whole = [piece.tolist() for piece in simulation.take_spikes()]
        simulation.reset()
        pieces = []
        for duration_ms in (0.1, 33.3, 66.6, 100.0):
            simulation.advance(duration_ms)
            pieces.append(simulation.take_spikes())
    parts = [np.concatenate([piece[k] for piece in pieces]).tolist() for k in (0, 1)]
    assert len(whole[0]) > 100
    assert parts == whole


def test_recording_does_not_change_the_state():
    voltages = []
    for record in ("all", "none"):
        with hal9.Simulation(brunel_small(), record={"spikes": record}) as simulation:
            simulation.advance(100.0)
            voltages.append(simulation.state("v_mv", "E").tolist())
            assert (len(simulation.take_spikes()[0]) > 0) == (record == "all")
    assert voltages[0] == voltages[1]


def test_two_simulations_at_once_in_two_python_threads():
    alone = spike_hash(brunel_small(), 2)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(spike_hash(brunel_small(), 2)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120.0)
    assert found == [alone, alone]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_simulation_in_a_forked_child():
    here = spike_hash(brunel_small(), 2)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(spike_hash, (brunel_small(), 2)).get(timeout=120.0) == here


@pytest.mark.parametrize("name", NETWORKS)
def test_same_spikes_with_the_jit_off(name):
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "from tests.engine.networks import NETWORKS\n"
        "import hal9lib as hal9\n"
        f"run = hal9.simulate(NETWORKS['{name}'](), 30.0, dt_ms=0.5)\n"
        "print(len(run.spike_steps), run.spike_hash)"
    )
    jitted, plain = (
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"NUMBA_DISABLE_JIT": off},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        for off in ("0", "1")
    )
    assert plain.returncode == 0, plain.stderr
    assert int(jitted.stdout.split()[0]) > 50
    assert plain.stdout == jitted.stdout
