"""Vogels & Abbott's network with conductances, as benchmark 1 of Brette et al. 2007.

Vogels & Abbott 2005 (doi:10.1523/JNEUROSCI.3508-05.2005); Brette et al. 2007
(doi:10.1007/s10827-007-0038-6). There each pair is connected with probability 0.02; here every
neuron has as many synapses as that gives at 4,000 neurons: 64 excitatory, 16 inhibitory. As in the
benchmark's scripts the conductances at time 0 are normal, not cut at 0: the twentieth of the
neurons whose inhibitory one is negative fires first and starts the activity. Cut at 0, the network
falls silent within 50 ms.
"""

from hal9lib import neurons as _neurons
from hal9lib.distributions import normal
from hal9lib.models._sparse import four_fifths, wire
from hal9lib.network import Network


def vogels_abbott_coba(neurons: int = 4_000, seed: int = 1) -> Network:
    """Self-sustained activity with conductances (doi:10.1007/s10827-007-0038-6, benchmark 1).

    No input from outside: once started, the neurons keep one another firing, irregularly.

    Parameters
    ----------
    neurons : how many, 5 or more, four fifths of them excitatory.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> network = vogels_abbott_coba()
    >>> network.neurons, network.synapses, network.drives
    (4000, 320000, ())
    """
    network = Network(seed=seed, model="vogels_abbott_coba")
    cell = _neurons.lif_cond_exp(
        capacitance_pf=200.0, leak_ns=10.0, tau_excitatory_ms=5.0, tau_inhibitory_ms=10.0,
        reversal_excitatory_mv=0.0, reversal_inhibitory_mv=-80.0, threshold_mv=-50.0,
        reset_mv=-60.0, rest_mv=-60.0, refractory_ms=5.0, initial_v_mv=normal(-65.0, 5.0),
        initial_excitatory_ns=normal(40.0, 15.0),
        initial_inhibitory_ns=normal(200.0, 120.0),
    )  # fmt: skip
    excitatory, inhibitory = targets = four_fifths(network, cell, neurons)
    wire(network, excitatory, 64, targets, weight_ns=6.0, delay_ms=0.1)
    wire(network, inhibitory, 16, targets, weight_ns=-67.0, delay_ms=0.1)
    return network
