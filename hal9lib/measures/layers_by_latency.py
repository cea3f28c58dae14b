"""Layers of a network from its activity: groups of neurons that fire in turn after an onset.

Latency: the first spike after an onset, VanRullen, Guyonneau & Thorpe 2005,
doi:10.1016/j.tins.2004.10.010. How many groups: Tibshirani, Walther & Hastie 2001,
doi:10.1111/1467-9868.00293.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._latency_kernels import median_latencies, onsets_of
from hal9lib.measures._layers import LEAST_NEURONS, at, layering, layers_of, layers_result
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import SpikeTrains, spike_trains

_NAME = "layers_by_latency"
_MOST_BINS = 100_000_000


def layers_by_latency(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    window_ms: float,
    onsets_ms: ArrayLike | None = None,
    bin_ms: float = 1.0,
    finest_ms: float = 0.1,
    share: float = 0.5,
    most: int = 64,
    neurons: int | None = None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    null: Null | None = None,
) -> Result:
    """How many layers the neurons' median first-spike latencies fall into.

    The latency of a neuron is the time from an onset of population activity to its first spike
    within `window_ms` (doi:10.1016/j.tins.2004.10.010); its median over onsets is taken, which a
    stray spike now and then does not move. Latencies are split into the k groups with the least
    squares inside them; the score of k is ``-n/2 log(squares / n) - n log k - k log n``, which is
    alike for every k where latencies are spread evenly. The fewest layers within two standard
    errors, ``2 sqrt(n)``, of the best score are taken.

    Parameters
    ----------
    spike_times_ms, spike_neurons : (spikes,) when, and which neuron; in any order.
    window_ms : how long after an onset first spikes count, and how far onsets are apart at least.
    onsets_ms : times to count from, such as those of a stimulus. If left out, the beginnings of
        bins that hold more spikes than half way from the median bin to the largest.
    bin_ms : width of the bins that onsets are sought in; about as long as one layer's volley.
    finest_ms : layers narrower than this count as that wide: the resolution of spike times.
    share : neurons that fire after a smaller share of the onsets are in no layer.
    most : no more layers than this are sought, nor more than a quarter of the neurons.
    neurons : how many there are; if left out, as many as the highest number names.
    start_ms, stop_ms : only spikes in (start, stop] are looked at.
    null : a null model of spikes; p is the chance of latencies as layered or more, by
        ``details["gain"]``, with onsets sought anew unless they were given.

    Returns
    -------
    Result in layers. ``arrays["layers"]`` is the layer of each neuron from 0, the first; -1 for
    one in no layer. ``arrays["latencies_ms"]`` (0 for these), ``arrays["layer_latencies_ms"]``,
    ``arrays["sizes"]`` and ``arrays["onsets_ms"]`` go with it. The interval reaches to the largest
    number of layers that scores as well. Details: `onsets`, how many; `gain`, by how much the best
    split into two or more scores above one layer, in nats a neuron; `between`, the share of the
    latencies' variance between layers.

    Raises
    ------
    ParameterError : no onset, fewer than 8 neurons that fire after enough onsets, or a bin so short
        that there are more than 1e8.

    Notes
    -----
    Known values: k groups that fire one after another, as often as wanted, are k layers; spikes
    at random are one. Cost: a sort of the spikes; 2 s for 1e5 neurons with 4e6 spikes, most of it
    the sort and 64 splits.
    A neuron with a high rate has a short latency for no other reason: only a null that keeps
    rates, such as trains shifted against each other, tells order from rate. Layers that fire in
    an order that changes from onset to onset are not seen.

    Examples
    --------
    Two groups of four neurons; the second fires 5 ms after the first, three times:

    >>> import numpy as np
    >>> times_ms = np.array([[100.0], [200.0], [300.0]]) + np.repeat([0.5, 5.5], 4)
    >>> which = np.tile(np.arange(8), 3)
    >>> found = layers_by_latency(times_ms.ravel(), which, window_ms=20.0)
    >>> found.value, found.arrays["layers"].tolist(), found.details["onsets"]
    (2.0, [0, 0, 0, 0, 1, 1, 1, 1], 3)
    """
    data = spike_trains(
        _NAME, spike_times_ms, spike_neurons, neurons=neurons, start_ms=start_ms, stop_ms=stop_ms
    )
    most = checks.whole(f"{_NAME}.most", most, low=2, high=1_000)
    finest = checks.number(f"{_NAME}.finest_ms", finest_ms, low=0.0, open_low=True)
    rule = _Rule(
        checks.number(f"{_NAME}.window_ms", window_ms, low=0.0, open_low=True),
        checks.number(f"{_NAME}.bin_ms", bin_ms, low=data.window_ms / _MOST_BINS, open_low=True),
        checks.number(f"{_NAME}.share", share, low=0.0, high=1.0),
        None if onsets_ms is None else np.unique(numbers(f"{_NAME}.onsets_ms", onsets_ms)),
    )
    onsets, fired, latencies = rule.latencies(data)
    _enough(data, len(onsets), len(fired), share)
    found = layers_of(latencies, most, finest)

    def gain(surrogate: SpikeTrains) -> float:
        return layering(rule.latencies(surrogate)[2], most, finest)

    chance = against(_NAME, null, "spikes", data, gain, found.gain, "greater")
    means = np.bincount(found.label, latencies) / np.bincount(found.label)
    details = {"onsets": len(onsets), "in_no_layer": data.size - len(fired)}
    times = {"latencies_ms": at(fired, latencies, data.size), "layer_latencies_ms": means}
    arrays = times | {"onsets_ms": onsets}
    return layers_result(_NAME, found, latencies, fired, data.size, chance, details, arrays)


@dataclass(frozen=True)
class _Rule:
    """How latencies are read off spikes; `onsets_ms` are those given, if any."""

    window_ms: float
    bin_ms: float
    share: float
    onsets_ms: NDArray[np.float64] | None

    def latencies(
        self, data: SpikeTrains
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
        """(onsets, the neurons that fire after enough of them, their latencies)."""
        onsets = self._found(data) if self.onsets_ms is None else self.onsets_ms
        least = max(1, int(np.ceil(self.share * len(onsets) - 1e-9)))
        found = median_latencies(data.times_ms, data.starts, onsets, self.window_ms, least)
        fired = np.flatnonzero(np.isfinite(found))
        return onsets, fired, found[fired]

    def _found(self, data: SpikeTrains) -> NDArray[np.float64]:
        """The beginnings of bins in which activity sets in, at least a window apart."""
        counts = data.activity(self.bin_ms)
        if len(counts) == 0:
            return np.empty(0)
        threshold = (float(np.median(counts)) + float(counts.max())) / 2.0
        gap = max(1, int(np.ceil(min(self.window_ms / self.bin_ms, len(counts)))))
        begins: NDArray[np.float64] = (
            data.start_ms + onsets_of(counts, threshold, gap) * self.bin_ms
        )
        return begins


def _enough(data: SpikeTrains, onsets: int, fired: int, share: float) -> None:
    if onsets == 0:
        raise ParameterError(
            "layers_by_latency: no onset, since no bin holds more spikes than the median one; "
            "use spikes that come in volleys, or say onsets_ms."
        )
    if fired < LEAST_NEURONS:
        raise ParameterError(
            f"layers_by_latency: {fired} of {data.size:,} neurons fire after {share:g} of the "
            f"{onsets:,} onsets; use {LEAST_NEURONS} or more, a longer window_ms or a smaller "
            "share."
        )
