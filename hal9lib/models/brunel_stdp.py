"""Brunel's cells with spike-timing-dependent plasticity of every excitatory synapse.

The cell and its drive are model A of Brunel 2000 (doi:10.1023/A:1008925309027), with 100 plastic
excitatory and 25 static inhibitory synapses a neuron; the rule is additive, all-to-all and bounded
(Song, Miller & Abbott 2000, doi:10.1038/78829). A benchmark: no paper reports this combination.
"""

from hal9lib import neurons as _neurons
from hal9lib import plasticity
from hal9lib.distributions import uniform
from hal9lib.models._sparse import four_fifths, wire
from hal9lib.network import Network


def brunel_stdp(neurons: int = 10_000, seed: int = 1) -> Network:
    """A plastic network of leaky cells (doi:10.1023/A:1008925309027, doi:10.1038/78829).

    Parameters
    ----------
    neurons : how many, 5 or more, four fifths of them excitatory; 125 synapses onto each.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> network = brunel_stdp()
    >>> network.synapses, sum(bool(p.rules) for p in network.projections)
    (1250000, 2)
    """
    network = Network(seed=seed, model="brunel_stdp")
    weight_mv, threshold_mv, tau_m_ms, eta = 0.1, 20.0, 20.0, 1.2
    cell = _neurons.lif(
        tau_m_ms=tau_m_ms, threshold_mv=threshold_mv, initial_v_mv=uniform(0.0, threshold_mv)
    )
    excitatory, inhibitory = targets = four_fifths(network, cell, neurons)
    rule = plasticity.stdp(largest_weight=3.0 * weight_mv, learning_rate=0.01, asymmetry=1.05)
    wire(network, excitatory, 100, targets, weight_mv=weight_mv, delay_ms=1.5, rule=rule)
    wire(network, inhibitory, 25, targets, weight_mv=-5.0 * weight_mv, delay_ms=1.5)
    for target in targets:
        rate_hz = eta * threshold_mv / (weight_mv * tau_m_ms) * 1e3
        network.drive(target, rate_hz=rate_hz, weight_mv=weight_mv)
    return network
