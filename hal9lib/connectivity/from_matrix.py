"""One synapse for each entry of a matrix that is not 0: row the source, column the target.

A numpy array, or a sparse matrix or array of scipy (Virtanen et al. 2020,
doi:10.1038/s41592-019-0686-2), of which entries named twice are added up.
"""

from typing import Any

import numpy as np

from hal9lib.connectivity._given import given
from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Values
from hal9lib.errors import ParameterError


def from_matrix(matrix: Any) -> Connectivity:
    """The entries of a dense or sparse matrix (doi:10.1038/s41592-019-0686-2) as synapses.

    The entries are the rule's ``values["weight"]``, to be handed on or not.

    Parameters
    ----------
    matrix : (sources, targets) numbers, an array or a scipy.sparse matrix; 0 is no synapse.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.Network()
    >>> cells = network.add(hal9.neurons.lif(), 2)
    >>> rule = from_matrix([[0.0, 0.5], [-0.2, 0.0]])
    >>> _ = network.connect(cells, cells, rule, weight_mv=rule.values["weight"], delay_ms=1.0)
    >>> rule.values["weight"].array.tolist()
    [0.5, -0.2]
    """
    if hasattr(matrix, "tocoo"):
        sparse = matrix.tocoo(copy=True)
        sparse.sum_duplicates()
        sources, targets, entries = sparse.row, sparse.col, sparse.data
        shape = sparse.shape
    else:
        dense = _dense(matrix)
        sources, targets = np.nonzero(dense)
        entries, shape = dense[sources, targets], dense.shape
    if entries.dtype.kind not in "iufb":
        raise ParameterError(
            f"from_matrix.matrix holds {entries.dtype}, which is not allowed; use real numbers."
        )
    kept = entries != 0
    weights = Values(entries[kept].astype(np.float64), name="from_matrix.matrix: entries")
    ends = (sources[kept], targets[kept])
    return given("from_matrix", ends, (shape[0], shape[1]), values={"weight": weights})


def _dense(matrix: Any) -> Any:
    try:
        array = np.asarray(matrix)
    except ValueError:  # rows of different lengths
        array = np.zeros(0)
    if array.ndim != 2 or 0 in array.shape:
        shown = f" = {matrix!r}" if array.ndim == 0 else f" of shape {array.shape}"
        raise ParameterError(
            f"from_matrix.matrix{shown} is not allowed; use a matrix (sources, targets)."
        )
    return array
