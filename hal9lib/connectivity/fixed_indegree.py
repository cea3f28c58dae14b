"""Every target receives the same number of synapses, its sources drawn with replacement.

The rule of Brunel 2000 (doi:10.1023/A:1008925309027) as simulators read it: a source may be drawn
more than once (multapses). A draw maps 32 random bits to the n sources by multiplication, which
favours some of them by at most n / 2^32, 0.02 % at a million.
"""

import numpy as np

from hal9lib import checks
from hal9lib.connectivity._model import Connectivity
from hal9lib.errors import ParameterError
from hal9lib.rng import philox4x32


def fixed_indegree(indegree: int, self_connections: bool = True) -> Connectivity:
    """Fixed in-degree, sources with replacement (doi:10.1023/A:1008925309027).

    Parameters
    ----------
    indegree : synapses onto each target, 0 to 100,000.
    self_connections : whether a neuron may be its own source, where both populations are one.

    Examples
    --------
    >>> fixed_indegree(1_000).description()["parameters"]
    {'indegree': 1000, 'self_connections': True}
    >>> fixed_indegree(-1)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: fixed_indegree.indegree = -1 is not allowed; \
use a whole number from 0 to 100,000.
    """
    count = checks.whole("fixed_indegree.indegree", indegree, low=0, high=100_000)
    if not isinstance(self_connections, bool):
        raise ParameterError(
            f"fixed_indegree.self_connections = {self_connections!r} is not allowed; "
            "use True or False."
        )

    def check(n_sources: int, _n_targets: int, same_population: bool) -> None:
        if same_population and not self_connections and n_sources == 1 and count:
            raise ParameterError(
                f"fixed_indegree.indegree = {count} is not allowed; a population of one neuron "
                "has no other source: use 0, or self_connections=True."
            )

    return Connectivity(
        name="fixed_indegree",
        parameters={"indegree": count, "self_connections": self_connections},
        partners=partners,
        arguments=(float(count), float(self_connections)),
        max_degree=lambda _n_sources, _n_targets: count,
        check=check,
    )


def partners(key0, key1, stream, neuron, others, same_population, arguments, _data, out):
    """Draw the sources of one target into `out`; returns how many there are."""
    indegree = int(arguments[0])
    skip_self = same_population and arguments[1] == 0.0
    choices = np.uint64(others - 1 if skip_self else others)
    for group in range((indegree + 3) // 4):
        w0, w1, w2, w3 = philox4x32(
            np.uint32(group), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
        )
        first = 4 * group
        for j in range(min(4, indegree - first)):
            word = w0 if j == 0 else (w1 if j == 1 else (w2 if j == 2 else w3))
            source = np.int64((np.uint64(word) * choices) >> np.uint64(32))
            if skip_self and source >= neuron:
                source += 1
            out[first + j] = source
    return indegree
