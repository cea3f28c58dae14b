"""Synapses that are created and removed while a network runs."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import chisquare

import hal9lib as hal9
from hal9lib.errors import ParameterError
from hal9lib.plasticity import structural


def elements_of(simulation, kind, side):
    structure = simulation._machine.structure
    found = next(k for k in structure.kinds if k.name == kind)
    return [structure.elements(p, side, kind) for p in found.populations(side)]


def grown(threads=1, record=None, cuts=(30_000.0,), neurons=200):
    network = hal9.models.growth(neurons=neurons, seed=4)
    with hal9.Simulation(network, threads=threads, record=record) as simulation:
        for duration_ms in cuts:
            simulation.advance(duration_ms)
        tables = [simulation.weights(k) for k in range(4)]
        return [np.stack([t.sources, t.targets]) for t in tables], simulation.arrays()


@pytest.fixture(scope="module")
def whole():
    return grown()


def test_elements_follow_their_equation():
    """Against a tight solver, over the calcium of the spikes that the simulation reports."""
    network = hal9.Network(seed=1)
    source = hal9.neurons.regular_source(interval_ms=333.3)
    cells = network.add(source, 1, name="A")
    target = network.add(hal9.neurons.lif(), 1, name="B")
    rule = structural(
        5.0, 5.0, least_hz=1.0, axon_growth_per_s=0.3, free_loss=0.0, tau_calcium_ms=2_000.0
    )
    network.connect(cells, target, hal9.connectivity.fixed_indegree(0), weight_mv=1.0,
                    delay_ms=1.0, rule=rule)  # fmt: skip
    with hal9.Simulation(network) as simulation:
        simulation.advance(10_000.0)
        times_s = (simulation.take_spikes()[0] + 1) * 1e-4
        (z, _), *_ = elements_of(simulation, "excitatory", "axon")
    assert len(times_s) > 20
    middle, width, tau_s = 3.0, 2.0 / np.sqrt(np.log(2.0)), 2.0

    def growth(_t, y):
        return [-y[0] / tau_s, 0.3 * (2.0 * np.exp(-(((y[0] - middle) / width) ** 2)) - 1.0)]

    state, now = [0.0, 0.0], 0.0
    for t in [*times_s, 10.0]:
        if t > now:
            state = solve_ivp(growth, (now, t), state, rtol=1e-10, atol=1e-12).y[:, -1]
        state, now = [state[0] + 1.0 / tau_s, max(0.0, state[1])], t
    assert z[0] == pytest.approx(state[1], abs=1e-7)
    assert z[0] > 0.5


def test_every_synapse_binds_one_element_on_either_side(whole):
    tables, _ = whole
    network = hal9.models.growth(neurons=200, seed=4)
    with hal9.Simulation(network) as simulation:
        for _ in range(30):
            simulation.advance(1_000.0)
            for first, kind in ((0, "excitatory"), (2, "inhibitory")):
                synapses = sum(len(simulation.weights(first + k).sources) for k in (0, 1))
                for side in ("axon", "dendrite"):
                    pairs = elements_of(simulation, kind, side)
                    assert sum(int(bound.sum()) for _, bound in pairs) == synapses
                    assert all((np.floor(z) >= bound).all() for z, bound in pairs)
    assert sum(t.shape[1] for t in tables) > 50


def test_synapses_do_not_depend_on_threads_cuts_or_recording(whole):
    tables, _ = whole
    for other in (
        grown(threads=2)[0],
        grown(threads=4)[0],
        grown(cuts=(1_234.5, 9_000.0, 19_765.5)[:3], record={"spikes": "none"})[0],
    ):
        for a, b in zip(tables, other, strict=True):
            order_a, order_b = np.lexsort(a), np.lexsort(b)
            assert np.array_equal(a[:, order_a], b[:, order_b])


def test_a_checkpoint_goes_on_bit_for_bit(whole):
    _, expected = whole
    network = hal9.models.growth(neurons=200, seed=4)
    _, half = grown(cuts=(20_000.0,))
    with hal9.Simulation(network, threads=1) as simulation:
        simulation.restore(half)
        simulation.advance(10_000.0)
        simulation.weights(0)  # as there, every spike accounted for
        found = simulation.arrays()
    assert found.keys() == expected.keys()
    changed = [k for k in found if not np.array_equal(found[k], expected[k])]
    assert changed == []


def test_what_is_removed_is_drawn_uniformly():
    """A silent source loses half of its 1,000 synapses; ten groups of targets lose alike."""
    lost = np.zeros(10)
    for seed in range(5):
        network = hal9.Network(seed=seed)
        a = network.add(hal9.neurons.lif(), 1, name="A")
        b = network.add(hal9.neurons.lif(), 1_000, name="B")
        rule = structural(5.0, 5.0, kind="k", interval_ms=10.0)
        network.connect(a, b, hal9.connectivity.all_to_all(), weight_mv=1.0, delay_ms=1.0,
                        rule=rule)  # fmt: skip
        with hal9.Simulation(network) as simulation:
            structure = simulation._machine.structure
            structure.g.elements[structure._span(0, "axon", "k")] = 500.9
            simulation.advance(10.0)
            left = simulation.weights(0).targets - 1
        assert len(left) == 500
        lost += 100 - np.bincount(left // 100, minlength=10)
    assert chisquare(lost).pvalue > 1e-3


def test_an_update_looks_at_no_pairs():
    """Its work is counted: neurons, synapses and free elements, each a few for every neuron."""
    for neurons in (200, 800):
        with hal9.Simulation(hal9.models.growth(neurons=neurons)) as simulation:
            simulation.advance(30_000.0)
            last = simulation._machine.structure.last
        looked = last.neurons + last.synapses + last.free_axonal + last.free_dendritic
        assert neurons < looked < 8 * neurons


def test_growth_and_spike_timing_go_together():
    network = hal9.Network(seed=3)
    cells = network.add(hal9.neurons.lif_alpha(tau_excitatory_ms=2.0), 200, name="E")
    rules = [
        structural(20.0, 20.0, axon_growth_per_s=0.0, dendrite_growth_per_s=0.0),
        hal9.plasticity.stdp(largest_weight=300.0),
    ]
    network.connect(cells, cells, hal9.connectivity.fixed_indegree(0), weight_pa=100.0,
                    delay_ms=1.0, rule=rules)  # fmt: skip
    network.drive(cells, rate_hz=11_500.0, weight_pa=6.2)
    with hal9.Simulation(network) as simulation:
        simulation._machine.structure.g.elements[:] = 5.0
        simulation.advance(10_000.0)
        weights = simulation.weights(0).weights
    assert len(weights) == 1_000
    assert weights.min() >= 0.0
    assert weights.max() <= 300.0
    assert len(np.unique(weights)) > 20


def test_elements_of_which_different_things_are_said_are_refused():
    network = hal9.Network()
    a = network.add(hal9.neurons.lif(), 2, name="A")
    b = network.add(hal9.neurons.lif(), 2, name="B")
    for target, hz in ((a, 5.0), (b, 6.0)):
        network.connect(a, target, hal9.connectivity.fixed_indegree(0), weight_mv=1.0,
                        delay_ms=1.0, rule=structural(hz, 5.0))  # fmt: skip
    with pytest.raises(ParameterError, match=r"axon elements, excitatory, of A: .* say the same"):
        hal9.Simulation(network)


@pytest.mark.jit_only
def test_the_reference_example_reaches_its_rates():
    """E 5 Hz and I 20 Hz within 10 %, from no synapse, after the 200 s of the example."""
    network = hal9.models.growth()
    with hal9.Simulation(network, record={"spikes": "none"}) as simulation:
        simulation.advance(200_000.0)
        g = simulation._machine.structure.g
        rates = g.rate_hz * np.exp(-(simulation.time_ms - g.last_ms) / 1e4)
    assert rates[:800].mean() == pytest.approx(5.0, rel=0.1)
    assert rates[800:].mean() == pytest.approx(20.0, rel=0.1)


def test_the_graph_of_a_grown_network_is_refused():
    """Its description tells what it began with: nothing."""
    network = hal9.models.growth(neurons=20)
    with pytest.raises(hal9.errors.ParameterError, match="come and go while it runs"):
        hal9.simulate(network, 1.0).graph()
