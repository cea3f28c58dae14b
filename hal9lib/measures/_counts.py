"""Spike counts in bins, as the cells that hold a spike: memory for spikes, not for all cells."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.spike_trains import SpikeTrains

#: A number for each bin is kept a few times over: 10 GB.
_MOST_BINS = 10**8


@dataclass(frozen=True, eq=False)
class Counts:
    """Spikes of each neuron in each bin, those cells only that hold one.

    Attributes
    ----------
    neurons, bins, counts : (cells,) a cell's neuron, its bin and the spikes in it, 1 or more.
    size, length : how many neurons and bins there are.
    """

    neurons: NDArray[np.int64]
    bins: NDArray[np.int64]
    counts: NDArray[np.int64]
    size: int
    length: int

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """(size,) spikes of each neuron in all bins."""
        return np.bincount(self.neurons, self.counts, self.size).astype(np.int64)

    @cached_property
    def spread(self) -> NDArray[np.int64]:
        """(size,) ``length sum(c^2) - sum(c)^2``, exactly: ``length^2`` times the variance."""
        squares = np.bincount(self.neurons, self.counts**2, self.size).astype(np.int64)
        return self.length * squares - self.totals**2

    def over_neurons(self, of_cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """(length,) the sum of a number of each cell over the neurons of each bin."""
        return np.bincount(self.bins, of_cells, self.length).astype(np.float64)


def bins_and_batches(
    measure: str, trains: SpikeTrains, bin_ms: float, batches: int, least: int
) -> tuple[int, int]:
    """How many whole bins the window has, `least` or more, and batches of them for an interval."""
    checks.number(f"{measure}.bin_ms", bin_ms, low=0.0, open_low=True)
    bins = int(trains.window_ms / bin_ms + 1e-9)
    if bins > _MOST_BINS:
        raise ParameterError(
            f"{measure}.bin_ms = {bin_ms:g} is not allowed; use at least "
            f"{trains.window_ms / _MOST_BINS:g}, so that the window holds at most {_MOST_BINS:,} "
            "bins."
        )
    if bins < least:
        raise ParameterError(
            f"{measure}.bin_ms = {bin_ms:g} is not allowed; use at most "
            f"{trains.window_ms / least:g}, so that the window holds {least} bins."
        )
    return bins, min(bins, checks.whole(f"{measure}.batches", batches, low=2, high=1_000))


def count_cells(trains: SpikeTrains, bin_ms: float) -> Counts:
    """The counts of checked spikes in whole bins from the window's start, closed at their end."""
    bins = int(trains.window_ms / bin_ms + 1e-9)
    index = np.ceil((trains.times_ms - trains.start_ms) / bin_ms - 1e-9).astype(np.int64) - 1
    inside = (index >= 0) & (index < bins)
    # Spikes are ordered by neuron and time, so those of one cell lie side by side.
    place = trains.neurons[inside] * bins + index[inside]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    neurons, index = np.divmod(place[first], bins)
    return Counts(neurons, index, np.diff(first, append=len(place)), trains.size, bins)
