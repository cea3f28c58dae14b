"""Izhikevich's thousand neurons, all-to-all, with normal input (doi:10.1109/TNN.2003.820440).

Made for steps of 1 ms, as in the paper: input and noise are what arrives in a step. Each neuron has
a number r of its own, uniform from 0 to 1, between a regular-spiking and a chattering cell, or
between a low-threshold and a fast-spiking one. The paper delivers a spike in the next step, as a
delay of one step does here.
"""

from typing import Any

import numpy as np

from hal9lib import checks, connectivity
from hal9lib import neurons as _neurons
from hal9lib.distributions import uniform
from hal9lib.network import Network
from hal9lib.rng import PARAMETER, key_of, philox4x32


def izhikevich_2003(neurons: int = 1_000, indegree: int | None = None, seed: int = 1) -> Network:
    """A network with rhythms (doi:10.1109/TNN.2003.820440); simulate it with ``dt_ms=1.0``.

    Parameters
    ----------
    neurons : how many, 5 to 10 million, four fifths of them excitatory.
    indegree : synapses onto each, 5 or more, four fifths of them excitatory, with weights of the
        paper's times 1,000 over the in-degree; left out, or as many as neurons, all are connected
        with all.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> izhikevich_2003()
    Network('izhikevich_2003', seed=1, E: 800 izhikevich, I: 200 izhikevich; 1,000,000 synapses)
    >>> izhikevich_2003(100_000, indegree=100).synapses
    10000000
    """
    size = checks.whole("neurons", neurons, low=5, high=10_000_000)
    network = Network(seed=seed, model="izhikevich_2003")
    degree = size if indegree is None else indegree
    degree = checks.whole("indegree", degree, low=5, high=100_000)
    everyone = degree == size
    excitatory, inhibitory = _populations(network, size)
    from_e = degree * 4 // 5
    for source, count, weight in (
        (excitatory, from_e, uniform(0.0, 500.0 / degree)),
        (inhibitory, degree - from_e, uniform(-1_000.0 / degree, 0.0)),
    ):
        rule = connectivity.all_to_all() if everyone else connectivity.fixed_indegree(count)
        for target in (excitatory, inhibitory):
            network.connect(source, target, rule, weight_mv=weight, delay_ms=1.0)
    return network


def _populations(network: Network, size: int) -> Any:
    first_inhibitory = size * 4 // 5
    r = _uniform(network.seed, size)
    e, i = r[:first_inhibitory], r[first_inhibitory:]
    cells = (
        _neurons.izhikevich(
            a=0.02, b=0.2, c_mv=_narrow(-65.0 + 15.0 * e * e), d=_narrow(8.0 - 6.0 * e * e),
            noise=5.0,
        ),
        _neurons.izhikevich(
            a=_narrow(0.02 + 0.08 * i), b=_narrow(0.25 - 0.05 * i), c_mv=-65.0, d=2.0, noise=2.0
        ),
    )  # fmt: skip
    return [
        network.add(cell, len(part), name=name)
        for cell, part, name in zip(cells, (e, i), "EI", strict=True)
    ]


def _uniform(seed: int, size: int) -> Any:
    """(size,) float64 above 0 and below 1, which depend on the seed alone."""
    counter = np.arange(size, dtype=np.uint32)
    same = np.zeros_like(counter)
    # No population has this number, so that the engine's own draws are others.
    stream = same + np.uint32(0xFFFFFFFF)
    word, *_ = philox4x32(counter, stream, same, same + np.uint32(PARAMETER), *key_of(seed))
    return (word + 0.5) * 2.0**-32


def _narrow(values: Any) -> Any:
    """Rounded to float32, which a description holds in half the space."""
    return values.astype(np.float32)
