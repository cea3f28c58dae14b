"""Brunel's sparsely connected network of excitatory and inhibitory neurons, model A.

Brunel 2000, J Comput Neurosci 8:183 (doi:10.1023/A:1008925309027).
"""

from hal9lib import checks, connectivity, neurons
from hal9lib.distributions import uniform
from hal9lib.network import Network

_neurons = neurons


def brunel(
    neurons: int = 12_500,
    indegree: int | None = None,
    g: float = 5.0,
    eta: float = 2.0,
    seed: int = 1,
) -> Network:
    """Brunel's network, model A (doi:10.1023/A:1008925309027): four fifths E, one fifth I.

    Every neuron receives `indegree` synapses, four fifths of them excitatory, and one Poisson
    train. The excitatory weight is 100 mV over the excitatory in-degree, 0.1 mV at the paper's
    1,000, so that another size keeps the mean input.

    Parameters
    ----------
    neurons : how many, 5 or more. indegree : synapses onto each; a tenth of `neurons` if left out.
    g : inhibitory over excitatory weight. eta : external rate over the rate at threshold.

    Examples
    --------
    >>> brunel()
    Network('brunel', seed=1, E: 10,000 lif, I: 2,500 lif; 15,625,000 synapses)
    >>> brunel(neurons=0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: neurons = 0 is not allowed; \
use a whole number from 5 to 100,000,000.
    """
    size = checks.whole("neurons", neurons, low=5, high=100_000_000)
    if indegree is None:
        indegree = max(5, size // 10)
    indegree = checks.whole("indegree", indegree, low=5, high=100_000)
    g = checks.number("g", g, low=0.0, high=1e3)
    eta = checks.number("eta", eta, low=0.0, high=1e3)
    from_e = indegree * 4 // 5
    from_i = indegree - from_e
    weight_mv = 100.0 / from_e
    threshold_mv, tau_m_ms = 20.0, 20.0
    # eta = 1 is the rate whose mean input just reaches the threshold.
    drive_hz = eta * threshold_mv / (weight_mv * tau_m_ms) * 1e3

    network = Network(seed=seed, model="brunel")
    cell = _neurons.lif(
        tau_m_ms=tau_m_ms, threshold_mv=threshold_mv, initial_v_mv=uniform(0.0, threshold_mv)
    )
    excitatory = network.add(cell, size * 4 // 5, name="E")
    inhibitory = network.add(cell, size - excitatory.size, name="I")
    for target in (excitatory, inhibitory):
        for source, count, weight in (
            (excitatory, from_e, weight_mv),
            (inhibitory, from_i, -g * weight_mv),
        ):
            network.connect(
                source, target, connectivity.fixed_indegree(count), weight_mv=weight, delay_ms=1.5
            )
        network.drive(target, rate_hz=drive_hz, weight_mv=weight_mv)
    return network
