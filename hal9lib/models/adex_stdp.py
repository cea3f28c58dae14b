"""Adaptive exponential neurons with conductances, mixed delays and plasticity: a general case.

The cell is that of Brette & Gerstner 2005 (doi:10.1152/jn.00686.2005) with a refractory period of
2 ms and spikes detected at 0 mV; the synapses are those of Vogels & Abbott 2005
(doi:10.1523/JNEUROSCI.3508-05.2005) in kind; additive STDP (doi:10.1038/78829) from excitatory onto
excitatory neurons. A benchmark for float64: no paper reports this combination.
"""

from hal9lib import neurons as _neurons
from hal9lib import plasticity
from hal9lib.distributions import uniform
from hal9lib.models._sparse import four_fifths, wire
from hal9lib.network import Network


def adex_stdp(neurons: int = 10_000, seed: int = 1) -> Network:
    """A plastic network of adaptive exponential neurons (doi:10.1152/jn.00686.2005).

    Parameters
    ----------
    neurons : how many, 5 or more, four fifths of them excitatory; 200 synapses onto each.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> network = adex_stdp()
    >>> network.synapses, [p.name for p in network.projections if p.rules]
    (2000000, ['E->E'])
    """
    network = Network(seed=seed, model="adex_stdp")
    cell = _neurons.adex(peak_mv=0.0, refractory_ms=2.0, initial_v_mv=uniform(-70.6, -50.6))
    excitatory, inhibitory = targets = four_fifths(network, cell, neurons)
    weight_ns = 2.0
    # Rounded to steps of 0.1 ms, every delay from 0.5 to 3.0 ms is equally likely.
    delay_ms = uniform(0.45, 3.05)
    rule = plasticity.stdp(largest_weight=3.0 * weight_ns, learning_rate=0.01, asymmetry=1.05)
    wire(network, excitatory, 160, (excitatory,), weight_ns=weight_ns, delay_ms=delay_ms, rule=rule)
    wire(network, excitatory, 160, (inhibitory,), weight_ns=weight_ns, delay_ms=delay_ms)
    wire(network, inhibitory, 40, targets, weight_ns=-20.0, delay_ms=delay_ms)
    for target in targets:
        network.drive(target, rate_hz=5_000.0, weight_ns=weight_ns)
    return network
