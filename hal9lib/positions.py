"""Where neurons lie: arrays of positions for `network.add(…, positions=…)`.

Any array (neurons, 1 to 3) will do; these are the two that are wanted most.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError


def grid(shape: int | Sequence[int], spacing: float = 1.0) -> NDArray[np.float64]:
    """The middles of the cells of a grid, the last axis running fastest.

    Parameters
    ----------
    shape : cells along each of one to three axes. spacing : from one to the next.

    Returns
    -------
    (cells, axes) float64, from 0 to shape * spacing, which is the period if space is to be one.

    >>> grid((2, 2), spacing=0.1).tolist()
    [[0.05, 0.05], [0.05, 0.15000000000000002], [0.15000000000000002, 0.05], \
[0.15000000000000002, 0.15000000000000002]]
    """
    cells = [
        checks.whole("grid.shape", n, low=1, high=2_000_000_000) for n in _axes("grid.shape", shape)
    ]
    spacing = checks.number("grid.spacing", spacing, low=0.0, open_low=True)
    axes = np.meshgrid(*((np.arange(n) + 0.5) * spacing for n in cells), indexing="ij")
    return np.stack([axis.reshape(-1) for axis in axes], axis=1)


def scattered(size: int, extent: float | Sequence[float], seed: int = 1) -> NDArray[np.float64]:
    """Positions drawn evenly from a box.

    Parameters
    ----------
    size : how many. extent : length of the box along each of one to three axes.
    seed : of numpy's default generator; a network's description holds what was drawn.

    Returns
    -------
    (size, axes) float64, from 0 to `extent`.

    >>> scattered(5, (1.0, 0.5)).shape
    (5, 2)
    """
    size = checks.whole("scattered.size", size, low=1, high=2_000_000_000)
    lengths = [
        checks.number("scattered.extent", length, low=0.0, open_low=True)
        for length in _axes("scattered.extent", extent)
    ]
    seed = checks.whole("scattered.seed", seed, low=0, high=2**64 - 1)
    return np.random.default_rng(seed).random((size, len(lengths))) * np.array(lengths)


def _axes(name: str, given: Any) -> list[Any]:
    axes = list(given) if isinstance(given, Sequence | np.ndarray) else [given]
    if not 1 <= len(axes) <= 3:
        raise ParameterError(f"{name} = {given!r} is not allowed; use one to three numbers.")
    return axes
