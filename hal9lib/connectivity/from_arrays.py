"""The synapses that two arrays name: from the first source to the first target, and so on.

What Senk et al. 2022 (doi:10.1371/journal.pcbi.1010086) call an explicit list of connections.
"""

from typing import Any

from hal9lib.connectivity._drawing import flag
from hal9lib.connectivity._given import given, shape_of
from hal9lib.connectivity._model import Connectivity


def from_arrays(
    sources: Any, targets: Any, shape: Any = None, multiple: bool = True
) -> Connectivity:
    """One synapse for each entry of two arrays (doi:10.1371/journal.pcbi.1010086).

    Weights and delays may be arrays, too, in the same order.

    Parameters
    ----------
    sources, targets : (synapses,) whole numbers; the neurons' numbers in their populations.
    shape : (sources, targets), the sizes of the two populations, if others are to be refused.
    multiple : whether a pair may be named more than once, for as many synapses.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.Network()
    >>> cells = network.add(hal9.neurons.lif(), 3)
    >>> _ = network.connect(cells, cells, from_arrays([0, 1, 2], [1, 2, 0]),
    ...                     weight_mv=[0.1, 0.2, 0.3], delay_ms=1.0)
    >>> network.synapses
    3
    >>> from_arrays([0, -1], [1, 2])
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: from_arrays.sources[1] = -1 is not allowed; \
use whole numbers of neurons, from 0 on.
    """
    name = "from_arrays"
    ends = (sources, targets)
    return given(name, ends, shape_of(name, shape), flag(f"{name}.multiple", multiple))
