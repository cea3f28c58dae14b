"""Histograms of membrane potentials whose axis keeps still while a simulation runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: No more neurons than this are looked at in each population; evenly spread, always the same.
MAX_SAMPLE = 20_000
BINS = 60
#: The axis grows in steps of this size and never shrinks.
GRID_MV = 5.0


class VoltageHistogram:
    """Counts potentials in bins that stay where they are.

    The axis holds all but the outermost half percent on either side, grows in steps of
    `GRID_MV` when the potentials leave it, and never shrinks. What lies beyond counts in the
    outermost bin, so every neuron looked at is in the histogram.

    >>> histogram = VoltageHistogram()
    >>> shown = histogram.frame({"E": np.array([1.0, 2.0, 12.0])})
    >>> shown["edges_mv"][0], shown["edges_mv"][-1], sum(shown["E"])
    (0.0, 15.0, 3)
    """

    def __init__(self) -> None:
        self._low_mv = np.inf
        self._high_mv = -np.inf

    def frame(self, potentials_mv: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
        """``edges_mv`` (BINS + 1) and, for each population, BINS counts."""
        samples = {name: _sample(values) for name, values in potentials_mv.items()}
        for values in samples.values():
            self._widen(values)
        if not np.isfinite(self._low_mv):
            return {"edges_mv": [], **{name: [] for name in samples}}
        edges = np.linspace(self._low_mv, self._high_mv, BINS + 1)
        counts = {
            name: np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0].tolist()
            for name, values in samples.items()
        }
        return {"edges_mv": np.round(edges, 6).tolist(), **counts}

    def _widen(self, values: NDArray[np.float64]) -> None:
        if len(values) == 0:
            return
        low, high = np.percentile(values, [0.5, 99.5])
        self._low_mv = min(self._low_mv, GRID_MV * np.floor(low / GRID_MV))
        self._high_mv = max(self._high_mv, GRID_MV * np.ceil(high / GRID_MV))
        if self._low_mv == self._high_mv:
            self._high_mv += GRID_MV


def _sample(values: NDArray[Any]) -> NDArray[np.float64]:
    """At most MAX_SAMPLE of the finite values, evenly spread."""
    stride = -(-len(values) // MAX_SAMPLE) if len(values) else 1
    taken = np.asarray(values[::stride], dtype=np.float64)
    return taken[np.isfinite(taken)]
