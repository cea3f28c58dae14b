"""What must change nothing: the numbers neurons have, populations, pauses, recording, threads, JIT.

Networks are made from arrays and driven by replayed spikes, so that nothing is drawn: a drawn
number belongs to a neuron's number or to its place in a population, and renumbering deals it to
another neuron. Where numbers are drawn (noise, drives, drawn delays) pauses, recording, threads
and the JIT change nothing either.
"""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hal9lib as hal9
from hal9lib import connectivity, neurons, plasticity

pytestmark = pytest.mark.jit_only

CELLS, INPUTS, SYNAPSES = 24, 8, 160
DT_MS = 0.5
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parts(seed):
    """(sources, targets, weights, delays) among cells, likewise from inputs, and input spikes."""
    drawn = np.random.default_rng(seed)
    inner = (
        drawn.integers(0, CELLS, SYNAPSES),
        drawn.integers(0, CELLS, SYNAPSES),
        np.round(drawn.uniform(-1.0, 2.0, SYNAPSES) * 1024) / 1024,
        drawn.integers(1, 7, SYNAPSES) * DT_MS,
    )
    outer = (
        drawn.integers(0, INPUTS, 100),
        drawn.integers(0, CELLS, 100),
        np.round(drawn.uniform(4.0, 9.0, 100) * 1024) / 1024,
        drawn.integers(1, 7, 100) * DT_MS,
    )
    steps, senders = np.nonzero(drawn.random((200, INPUTS)) < 0.1)
    start = drawn.uniform(0.0, 18.0, CELLS)
    return inner, outer, ((steps + 1) * DT_MS, senders), start


def whole(seed, place):
    """The network, cell k numbered place[k]."""
    inner, outer, replay, start = parts(seed)
    network = hal9.Network(seed=1)
    source = network.add(neurons.spike_replay(*replay), INPUTS, "input")
    ordered = np.empty(CELLS)
    ordered[place] = start
    cells = network.add(neurons.lif(initial_v_mv=ordered), CELLS, "cells")
    for origin, ends, (pre, post, weight, delay) in (
        (source, np.arange(INPUTS), outer),
        (cells, place, inner),
    ):
        # Weights of either sign onto one receptor, multiples of 2^-10: sums are exact in any order.
        network.connect(
            origin, cells, connectivity.from_arrays(ends[pre], place[post]),
            weight_mv=weight, delay_ms=delay,
        )  # fmt: skip
    return network


def split(seed, first):
    """The same network, its cells in two populations of `first` and the rest."""
    inner, outer, replay, start = parts(seed)
    network = hal9.Network(seed=1)
    source = network.add(neurons.spike_replay(*replay), INPUTS, "input")
    spans = ((0, first), (first, CELLS))
    made = [
        network.add(neurons.lif(initial_v_mv=start[low:high]), high - low, f"cells{low}")
        for low, high in spans
    ]
    origins = [(source, (0, INPUTS), outer)]
    origins += [(cells, span, inner) for cells, span in zip(made, spans, strict=True)]
    for origin, (start_at, end_at), (pre, post, weight, delay) in origins:
        for cells, (low, high) in zip(made, spans, strict=True):
            own = (pre >= start_at) & (pre < end_at) & (post >= low) & (post < high)
            if own.any():
                network.connect(
                    origin, cells, connectivity.from_arrays(pre[own] - start_at, post[own] - low),
                    weight_mv=weight[own], delay_ms=delay[own],
                )  # fmt: skip
    return network


def spikes(network, place=None, **how):
    """{(step, cell)}, cells named as before they were renumbered."""
    run = hal9.simulate(network, 100.0, dt_ms=DT_MS, precision="float64", **how)
    cells = run.spike_neurons >= INPUTS
    numbers = run.spike_neurons[cells] - INPUTS
    if place is not None:
        numbers = np.argsort(place)[numbers]
    found = set(zip(run.spike_steps[cells].tolist(), numbers.tolist(), strict=True))
    assert len(found) > 30, "an empty run proves nothing"
    return found


@FEW
@given(seed=st.integers(0, 10_000), threads=st.sampled_from([1, 2, 4]), data=st.data())
def test_renumbering_neurons_renumbers_their_spikes(seed, threads, data):
    place = np.array(data.draw(st.permutations(range(CELLS))))
    same = spikes(whole(seed, np.arange(CELLS)))
    assert spikes(whole(seed, place), place, threads=threads) == same


@FEW
@given(seed=st.integers(0, 10_000), first=st.integers(4, CELLS - 4))
def test_two_populations_spike_as_one(seed, first):
    assert spikes(split(seed, first)) == spikes(whole(seed, np.arange(CELLS)))


def noisy():
    """All that draws numbers while it runs or is built: noise, a drive, weights, delays, STDP."""
    network = hal9.Network(seed=5)
    cells = network.add(neurons.izhikevich(current=4.0, noise=3.0), 40, "cells")
    leaky = network.add(neurons.lif(initial_v_mv=hal9.uniform(0.0, 20.0)), 40, "leaky")
    network.drive(leaky, rate_hz=9_000.0, weight_mv=0.14)
    network.connect(
        cells, leaky, connectivity.fixed_indegree(8), weight_mv=hal9.uniform(0.5, 2.0),
        delay_ms=hal9.uniform(0.5, 4.0),
    )  # fmt: skip
    network.connect(
        leaky, leaky, connectivity.fixed_indegree(8), weight_mv=0.5,
        delay_ms=hal9.uniform(0.5, 4.0), rule=plasticity.stdp(2.0), name="plastic",
    )  # fmt: skip
    return network


def outcome(pieces, threads, record):
    """(spikes, weights, potentials) after 100 ms in pieces of so many steps, then the rest."""
    with hal9.Simulation(noisy(), dt_ms=DT_MS, threads=threads, record=record) as simulation:
        for steps in pieces:
            simulation.advance(steps * DT_MS)
        simulation.advance(100.0 - simulation.time_ms)
        found = [piece.tolist() for piece in simulation.take_spikes()]
        weights = simulation.weights("plastic").weights.tolist()
        return found, weights, simulation.state("v_mv", "leaky").tolist()


@FEW
@given(
    pieces=st.lists(st.integers(1, 60), max_size=3).filter(lambda p: sum(p) < 200),
    threads=st.sampled_from([1, 2, 4]),
)
def test_pauses_and_threads_change_nothing(pieces, threads):
    alone, other = outcome([], 1, None), outcome(pieces, threads, None)
    assert len(alone[0][0]) > 100
    assert len(set(alone[1])) > 100, "weights go on changing"
    assert other == alone


def test_recording_less_changes_nothing():
    everything, nothing = outcome([], 2, None), outcome([7], 2, {"spikes": "none"})
    assert len(everything[0][0]) > 100
    assert nothing[0] == [[], []]
    assert nothing[1:] == everything[1:]


#: What each kind of network is made of, in Python that also runs without the JIT.
KINDS = {
    "lif_exp": ("lif_exp(current_pa=500.0)", "weight_pa", 40.0),
    "lif_cond_exp": ("lif_cond_exp(current_pa=180.0)", "weight_ns", 2.0),
    "adex": ("adex(current_pa=1200.0)", "weight_ns", 2.0),
    "izhikevich with noise": ("izhikevich(current=8.0, noise=4.0)", "weight_mv", 2.0),
    "poisson_source": ("lif()", "weight_mv", 1.0),
    "plastic": (
        "izhikevich(current=8.0, initial_v_mv=hal9.uniform(-70.0, -50.0))", "weight_mv", 2.0,
    ),
}  # fmt: skip
SCRIPT = """
import warnings; warnings.simplefilter("error")
import hal9lib as hal9
n = hal9.Network(seed=3)
cells = n.add(hal9.neurons.{cell}, 20, "cells")
if {kind!r} == "poisson_source":
    source = n.add(hal9.neurons.poisson_source(100.0), 20, "source")
    n.connect(source, cells, hal9.connectivity.fixed_indegree(10), weight_mv=8.0, delay_ms=0.5)
n.connect(cells, cells, hal9.connectivity.fixed_indegree(5), {keyword}={weight},
          delay_ms=hal9.uniform(0.5, 3.0), name="inner",
          rule=hal9.plasticity.stdp(4.0) if {kind!r} == "plastic" else None)
with hal9.Simulation(n, dt_ms=0.1, precision="float64") as s:
    s.advance(60.0)
    steps, numbers = s.take_spikes()
    print(len(steps), steps.tolist(), numbers.tolist(), s.weights("inner").weights.tolist())
"""


@pytest.mark.parametrize("kind", KINDS)
def test_same_spikes_and_weights_with_the_jit_off(kind):
    cell, keyword, weight = KINDS[kind]
    code = SCRIPT.format(kind=kind, cell=cell, keyword=keyword, weight=weight)
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
    assert jitted.returncode == 0, jitted.stderr
    assert plain.returncode == 0, plain.stderr
    assert int(jitted.stdout.split()[0]) >= 20
    assert plain.stdout == jitted.stdout
