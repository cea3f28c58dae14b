"""Vogels & Abbott's network with currents, as benchmark 2 of Brette et al. 2007.

Vogels & Abbott 2005 (doi:10.1523/JNEUROSCI.3508-05.2005); Brette et al. 2007
(doi:10.1007/s10827-007-0038-6). There each pair is connected with probability 0.02; here every
neuron has as many synapses as that gives at 4,000 neurons: 64 excitatory, 16 inhibitory.
"""

from hal9lib import neurons as _neurons
from hal9lib.distributions import uniform
from hal9lib.models._sparse import four_fifths, wire
from hal9lib.network import Network


def vogels_abbott_cuba(neurons: int = 4_000, seed: int = 1) -> Network:
    """Self-sustained activity with currents (doi:10.1007/s10827-007-0038-6, benchmark 2).

    The resting potential lies above the threshold, so that the neurons fire by themselves.

    Parameters
    ----------
    neurons : how many, 5 or more, four fifths of them excitatory.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> vogels_abbott_cuba()
    Network('vogels_abbott_cuba', seed=1, E: 3,200 lif_exp, I: 800 lif_exp; 320,000 synapses)
    """
    network = Network(seed=seed, model="vogels_abbott_cuba")
    leak_ns = 10.0
    cell = _neurons.lif_exp(
        capacitance_pf=200.0, tau_m_ms=20.0, tau_excitatory_ms=5.0, tau_inhibitory_ms=10.0,
        threshold_mv=-50.0, reset_mv=-60.0, rest_mv=-49.0, refractory_ms=5.0,
        initial_v_mv=uniform(-60.0, -50.0),
    )  # fmt: skip
    excitatory, inhibitory = targets = four_fifths(network, cell, neurons)
    # The papers' weights are in mV: a current times the membrane's resistance.
    wire(network, excitatory, 64, targets, weight_pa=1.62 * leak_ns, delay_ms=0.1)
    wire(network, inhibitory, 16, targets, weight_pa=-9.0 * leak_ns, delay_ms=0.1)
    return network
