"""Every source has the same number of synapses onto targets drawn at random.

The counterpart of `fixed_indegree`; both are among the rules of Senk et al. 2022
(doi:10.1371/journal.pcbi.1010086), who tell how the choices below differ.
"""

from hal9lib.connectivity._drawing import (
    check_degree,
    degree_arguments,
    draw_distinct,
    fixed_degree,
)
from hal9lib.connectivity._model import Connectivity


def fixed_outdegree(
    outdegree: int, self_connections: bool = True, multiple: bool = True
) -> Connectivity:
    """Fixed out-degree, targets drawn at random (doi:10.1371/journal.pcbi.1010086).

    Parameters
    ----------
    outdegree : synapses of each source, 0 to 100,000.
    self_connections : whether a neuron may be its own target, where both populations are one.
    multiple : whether a target may be drawn more than once for a source. If not, each set of
        `outdegree` different targets is equally likely.

    Examples
    --------
    >>> fixed_outdegree(10).synapses(n_sources=50, n_targets=200)
    500
    """
    count, self_connections, multiple = degree_arguments(
        "fixed_outdegree", "outdegree", outdegree, self_connections, multiple
    )

    def check(_n_sources: int, n_targets: int, same_population: bool) -> None:
        without_self = same_population and not self_connections
        check_degree(
            "fixed_outdegree.outdegree", count, n_targets, without_self, multiple, "target"
        )

    return Connectivity(
        name="fixed_outdegree",
        parameters={
            "outdegree": count,
            "self_connections": self_connections,
            "multiple": multiple,
        },
        partners=fixed_degree,
        arguments=(float(count), float(self_connections), float(multiple)),
        max_degree=lambda _n_sources, _n_targets: count,
        check=check,
        by="source",
        helpers=(draw_distinct,),
    )
