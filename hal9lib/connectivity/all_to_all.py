"""Every source onto every target.

One of the deterministic rules of Senk et al. 2022 (doi:10.1371/journal.pcbi.1010086).
"""

from typing import Any

from hal9lib.connectivity._drawing import flag
from hal9lib.connectivity._model import Connectivity


def all_to_all(self_connections: bool = True) -> Connectivity:
    """One synapse for each pair (doi:10.1371/journal.pcbi.1010086).

    Parameters
    ----------
    self_connections : whether a neuron is its own source, too, where both populations are one.

    Examples
    --------
    >>> all_to_all().synapses(n_sources=100, n_targets=20)
    2000
    """
    self_connections = flag("all_to_all.self_connections", self_connections)

    def between(source: Any, target: Any) -> tuple[float, int]:
        degree = source.size - (source is target and not self_connections)
        return target.size * degree, degree

    return Connectivity(
        name="all_to_all",
        parameters={"self_connections": self_connections},
        partners=partners,
        arguments=(float(self_connections),),
        max_degree=lambda n_sources, _n_targets: n_sources,
        check=lambda _n_sources, _n_targets, _same_population: None,
        between=between,
    )


def partners(_key0, _key1, _stream, neuron, others, same_population, arguments, _data, out):
    """All sources in their order."""
    skip_self = same_population and arguments[0] == 0.0
    count = 0
    for source in range(others):
        if not (skip_self and source == neuron):
            out[count] = source
            count += 1
    return count
