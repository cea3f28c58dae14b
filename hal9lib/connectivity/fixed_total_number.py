"""A fixed number of synapses in all, each between a source and a target drawn at random.

The rule of the cortical microcircuit (Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358): pairs
are drawn with replacement, so that the in-degrees are multinomial. Here every target finds its own
in-degree: the total is split between two halves of the targets by a binomial number keyed on where
the split is, and so on down to one target. The work is that of the synapses, plus the logarithm of
the number of targets for each; nothing is stored.
"""

import numpy as np

from hal9lib import checks
from hal9lib.connectivity._binomial_kernels import binomial, stirling
from hal9lib.connectivity._drawing import (
    check_degree,
    draw_distinct,
    fixed_degree,
    flag,
    most_of_binomial,
    uniform64,
)
from hal9lib.connectivity._model import Connectivity
from hal9lib.engine.mathematics import log64

MAX_TOTAL = 20_000_000_000


def fixed_total_number(total: int, self_connections: bool = True) -> Connectivity:
    """Fixed total number of random pairs, drawn with replacement (doi:10.1093/cercor/bhs358).

    Parameters
    ----------
    total : synapses in all, 0 to 20 billion; a pair may be drawn more than once.
    self_connections : whether a neuron may be its own source, where both populations are one.

    Examples
    --------
    >>> fixed_total_number(1_000).synapses(n_sources=50, n_targets=200)
    1000
    >>> fixed_total_number(-1)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: fixed_total_number.total = -1 is not allowed; \
use a whole number from 0 to 20,000,000,000.
    """
    name = "fixed_total_number"
    count = checks.whole(f"{name}.total", total, low=0, high=MAX_TOTAL)
    self_connections = flag(f"{name}.self_connections", self_connections)

    def check(n_sources: int, _n_targets: int, same_population: bool) -> None:
        without_self = same_population and not self_connections
        check_degree(f"{name}.total", count, n_sources, without_self, True, "source")

    return Connectivity(
        name=name,
        parameters={"total": count, "self_connections": self_connections},
        partners=partners,
        arguments=(float(count), float(self_connections)),
        max_degree=lambda _n_sources, n_targets: most_of_binomial(count, 1.0 / n_targets),
        check=check,
        data=lambda _source, target: np.array([target.size], np.float64),
        count=lambda _n_sources, _n_targets: count,
        helpers=(log64, uniform64, draw_distinct, fixed_degree, stirling, binomial),
    )


def partners(key0, key1, stream, neuron, others, same_population, arguments, data, out):
    """Find the in-degree of one target, then draw as many sources into `out`; returns how many."""
    count = np.int64(arguments[0])
    first = np.int64(0)
    size = np.int64(data[0])
    node = np.int64(1)
    while size > 1:
        left = size // 2
        taken = binomial(key0, key1, stream, node, count, left / size)
        right = neuron >= first + left
        count = count - taken if right else taken
        first = first + left if right else first
        size = size - left if right else left
        node = 2 * node + 1 if right else 2 * node
    count = min(count, np.int64(len(out)))
    degree = np.array([float(count), arguments[1], 1.0])
    return fixed_degree(key0, key1, stream, neuron, others, same_population, degree, data, out)
