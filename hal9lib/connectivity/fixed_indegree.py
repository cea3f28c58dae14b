"""Every target receives the same number of synapses from sources drawn at random.

The rule of Brunel 2000 (doi:10.1023/A:1008925309027) as simulators read it: a source may be drawn
more than once, unless that is ruled out. A draw maps 32 random bits to the n sources by
multiplication, which favours some of them by at most n / 2^32, 0.02 % at a million.
"""

from hal9lib.connectivity._drawing import (
    check_degree,
    degree_arguments,
    draw_distinct,
    fixed_degree,
)
from hal9lib.connectivity._model import Connectivity


def fixed_indegree(
    indegree: int, self_connections: bool = True, multiple: bool = True
) -> Connectivity:
    """Fixed in-degree, sources drawn at random (doi:10.1023/A:1008925309027).

    Parameters
    ----------
    indegree : synapses onto each target, 0 to 100,000.
    self_connections : whether a neuron may be its own source, where both populations are one.
    multiple : whether a source may be drawn more than once for a target. If not, each set of
        `indegree` different sources is equally likely.

    Examples
    --------
    >>> fixed_indegree(1_000).description()["parameters"]
    {'indegree': 1000, 'multiple': True, 'self_connections': True}
    >>> fixed_indegree(-1)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: fixed_indegree.indegree = -1 is not allowed; \
use a whole number from 0 to 100,000.
    """
    count, self_connections, multiple = degree_arguments(
        "fixed_indegree", "indegree", indegree, self_connections, multiple
    )

    def check(n_sources: int, _n_targets: int, same_population: bool) -> None:
        without_self = same_population and not self_connections
        check_degree("fixed_indegree.indegree", count, n_sources, without_self, multiple, "source")

    return Connectivity(
        name="fixed_indegree",
        parameters={
            "indegree": count,
            "self_connections": self_connections,
            "multiple": multiple,
        },
        partners=fixed_degree,
        arguments=(float(count), float(self_connections), float(multiple)),
        max_degree=lambda _n_sources, _n_targets: count,
        check=check,
        helpers=(draw_distinct,),
    )
