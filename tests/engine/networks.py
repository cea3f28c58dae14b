"""Small networks that the engine's tests share."""

import hal9lib as hal9
from hal9lib.network import Network


def brunel_small(seed: int = 3) -> Network:
    """240 LIF neurons that fire irregularly at some 20-40 Hz."""
    return hal9.models.brunel(neurons=240, indegree=20, seed=seed)


def mixed(seed: int = 4) -> Network:
    """LIF and Izhikevich cells in odd sizes, unequal delays, a projection onto itself."""
    network = Network(seed=seed, model="mixed")
    lif = network.add(hal9.neurons.lif(initial_v_mv=hal9.uniform(0.0, 20.0)), 137, name="lif")
    cells = network.add(hal9.neurons.izhikevich(current=6.0), 83, name="izhikevich")
    late = network.add(hal9.neurons.lif(tau_m_ms=10.0, refractory_ms=1.0), 5, name="late")
    rule = hal9.connectivity.fixed_indegree
    network.connect(lif, cells, rule(7), weight_mv=2.0, delay_ms=1.0)
    network.connect(cells, lif, rule(5), weight_mv=1.5, delay_ms=3.5)
    network.connect(lif, lif, rule(9, self_connections=False), weight_mv=-0.4, delay_ms=0.5)
    network.connect(cells, late, rule(11), weight_mv=2.5, delay_ms=2.0)
    network.drive(lif, rate_hz=9_000.0, weight_mv=0.13)
    network.drive(late, rate_hz=3_000.0, weight_mv=0.5)
    return network


NETWORKS = {"brunel": brunel_small, "mixed": mixed}
