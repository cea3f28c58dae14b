"""Spikes of a group of neurons within a window, as arrays: what spike measures and nulls share."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import as_many, numbers, symbols
from hal9lib.errors import ParameterError
from hal9lib.jit import kernel

#: More neurons than this are named by their number, not by the highest that fired.
_MOST_UNNAMED = 100_000_000


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes in (start, stop], ordered by neuron and then time.

    Attributes
    ----------
    times_ms, neurons : (spikes,) float64 and int64.
    size : how many neurons there are, silent ones included.
    start_ms, stop_ms : the window; a spike's time is the end of its step, so the end counts.
    """

    times_ms: NDArray[np.float64]
    neurons: NDArray[np.int64]
    size: int
    start_ms: float
    stop_ms: float

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """(size + 1,) where each neuron's spikes begin in `times_ms`."""
        counts = np.bincount(self.neurons, minlength=self.size)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @property
    def window_ms(self) -> float:
        """How long the window is."""
        return self.stop_ms - self.start_ms

    def moved(self, times_ms: NDArray[np.float64]) -> "SpikeTrains":
        """The same neurons' spikes at other times (one for each), put in order again.

        `neurons` may be in any order: one sort of all times, then each to its neuron.
        """
        order = np.argsort(times_ms)
        in_order_ms = np.empty(len(times_ms))
        _hand_out(times_ms[order], self.neurons[order], self.starts.copy(), in_order_ms)
        neurons = np.repeat(np.arange(self.size), np.diff(self.starts))
        return replace(self, times_ms=in_order_ms, neurons=neurons)

    def counts(self, bin_ms: float) -> NDArray[np.int64]:
        """(bins, size) spikes of each neuron in each whole bin of the window."""
        bins = int(self.window_ms / bin_ms + 1e-9)
        index = np.ceil((self.times_ms - self.start_ms) / bin_ms - 1e-9).astype(np.int64) - 1
        inside = (index >= 0) & (index < bins)
        place = index[inside] * self.size + self.neurons[inside]
        return np.bincount(place, minlength=bins * self.size).reshape(bins, self.size)

    def activity(self, bin_ms: float) -> NDArray[np.int64]:
        """(bins,) spikes of all neurons in each whole bin of the window."""
        bins = int(self.window_ms / bin_ms + 1e-9)
        index = np.ceil((self.times_ms - self.start_ms) / bin_ms - 1e-9).astype(np.int64) - 1
        return np.bincount(index[(index >= 0) & (index < bins)], minlength=bins)


@kernel
def _hand_out(times, neurons, places, in_order):
    """Put each time, from the first to the last, at its neuron's next place."""
    for k in range(len(times)):
        in_order[places[neurons[k]]] = times[k]
        places[neurons[k]] += 1


def spike_trains(
    measure: str,
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    neurons: int | None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
) -> SpikeTrains:
    """Checked spikes: in any order; those outside (start, stop] are left out.

    Without `neurons` there are as many as the highest number names; without `stop_ms` the window
    ends with the last spike.

    >>> spike_trains("isi_cv", [5.0, 2.0], [0, 3], neurons=2)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: isi_cv.spike_neurons[1] = 3 is not allowed; \
use whole numbers from 0 to 1.
    """
    times = numbers(f"{measure}.spike_times_ms", spike_times_ms)
    owner_name = f"{measure}.spike_neurons"
    size = None
    if neurons is not None:
        size = checks.whole(f"{measure}.neurons", neurons, low=1, high=2**31 - 1)
    owners = symbols(owner_name, spike_neurons, high=2**31 - 1 if size is None else size - 1)
    as_many(owner_name, owners, "spike_times_ms", times)
    start = checks.number(f"{measure}.start_ms", start_ms)
    if stop_ms is None and len(times) == 0:
        raise ParameterError(f"{measure}: no spike and no stop_ms; say where the window ends.")
    stop = checks.number(f"{measure}.stop_ms", times.max() if stop_ms is None else stop_ms)
    if stop <= start:
        raise ParameterError(
            f"{measure}.stop_ms = {stop:g} is not allowed; use more than start_ms = {start:g}."
        )
    if size is None:
        size = int(owners.max()) + 1 if len(owners) else 1
        if size > _MOST_UNNAMED:
            raise ParameterError(
                f"{owner_name} goes up to {size - 1:,}; number the neurons from 0 on, "
                "or say how many there are (neurons=)."
            )
    inside = (times > start) & (times <= stop)
    order = np.lexsort((times[inside], owners[inside]))
    return SpikeTrains(times[inside][order], owners[inside][order], size, start, stop)
