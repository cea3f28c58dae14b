"""A network that grows from no synapse at all until its neurons fire at rates of their own.

The structural plasticity example of the NEST simulator (pynest/examples/structural_plasticity.py),
after Butz & van Ooyen 2013 (doi:10.1371/journal.pcbi.1003259) and Diaz-Pier et al. 2016
(doi:10.3389/fnana.2016.00057).
"""

from hal9lib import checks, connectivity, neurons, plasticity
from hal9lib.network import Network

_neurons = neurons


def growth(
    neurons: int = 1_000,
    excitatory_hz: float = 5.0,
    inhibitory_hz: float = 20.0,
    drive_hz: float = 10_000.0,
    interval_ms: float = 1_000.0,
    seed: int = 1,
) -> Network:
    """Growth from no synapse to target rates (doi:10.1371/journal.pcbi.1003259): 80 % E, 20 % I.

    Cells with alpha currents of 2 ms, which a Poisson train leaves below their targets; synapses
    of 585 pA are created and removed until excitatory ones fire at 5 Hz and inhibitory ones at
    20. It takes some 200 s of model time. Since each neuron looks for its own rate, the number of
    synapses of each does not depend on the size.

    Parameters
    ----------
    neurons : how many, 5 or more. excitatory_hz, inhibitory_hz : the rates at which they rest.
    drive_hz : of each neuron's Poisson train. interval_ms : time between two rewirings.

    Examples
    --------
    >>> growth()
    Network('growth', seed=1, E: 800 lif_alpha, I: 200 lif_alpha; 0 synapses)
    >>> growth(neurons=2)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: neurons = 2 is not allowed; \
use a whole number from 5 to 100,000,000.
    """
    size = checks.whole("neurons", neurons, low=5, high=100_000_000)
    excitatory_hz = checks.number("excitatory_hz", excitatory_hz, low=0.0, open_low=True)
    inhibitory_hz = checks.number("inhibitory_hz", inhibitory_hz, low=0.0, open_low=True)
    drive_hz = checks.number("drive_hz", drive_hz, low=0.0, high=1e7)
    interval_ms = checks.number("interval_ms", interval_ms, low=0.0, open_low=True)
    network = Network(seed=seed, model="growth")
    cell = _neurons.lif_alpha(tau_excitatory_ms=2.0, tau_inhibitory_ms=2.0, refractory_ms=2.0)
    excitatory = network.add(cell, size * 4 // 5, name="E")
    inhibitory = network.add(cell, size - excitatory.size, name="I")
    hz = {"E": excitatory_hz, "I": inhibitory_hz}
    for source, weight_pa in ((excitatory, 585.0), (inhibitory, -585.0)):
        for target in (excitatory, inhibitory):
            # Inhibitory cells grow dendritic elements for excitation four times as fast.
            fast = source is excitatory and target is inhibitory
            rule = plasticity.structural(
                hz[source.name],
                hz[target.name],
                dendrite_growth_per_s=0.4 if fast else 0.1,
                interval_ms=interval_ms,
            )
            network.connect(
                source, target, connectivity.fixed_indegree(0), weight_pa=weight_pa, delay_ms=1.0,
                rule=rule,
            )  # fmt: skip
    for target in (excitatory, inhibitory):
        network.drive(target, rate_hz=drive_hz, weight_pa=6.2)
    return network
