"""Spikes drawn anew within windows of fixed width: interval jitter.

Source: Amarasingham, Harrison, Hatsopoulos & Geman 2012, doi:10.1152/jn.00633.2011.
"""

import numpy as np

from hal9lib import checks
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.spike_trains import SpikeTrains


def jittered_spikes(
    *,
    width_ms: float,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Each spike uniformly anew within its own window of fixed width (doi:10.1152/jn.00633.2011).

    Keeps: each neuron's number of spikes in each window, exactly, and so every rate that changes
    more slowly than `width_ms`.
    Destroys: when in its window a spike falls: synchrony, order and intervals finer than
    `width_ms`, refractory pauses among them.

    Parameters
    ----------
    width_ms : the windows' width; they follow on one another from the start, the last one ending
        where the data ends.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Exact for the hypothesis that spikes are uniform within windows given the windows' counts.
    Times on a grid leave it: bin surrogates and data alike.
    Cost: a random number a spike and a sort; 0.06 s for 1e6 (tests/benchmarks/nulls.md).

    Examples
    --------
    >>> from hal9lib.spike_trains import spike_trains
    >>> data = spike_trains("example", [1.0, 2.0, 31.0], [0, 0, 1], neurons=2, stop_ms=40.0)
    >>> jittered_spikes(width_ms=20, seed=1).surrogate(data).counts(20.0).tolist()
    [[2, 0], [0, 1]]
    """
    width = checks.number("jittered_spikes.width_ms", width_ms, low=0.0, open_low=True)
    options = {"width_ms": width}
    return Null("jittered_spikes", "spikes", _sample, draws, seed, progress, options)


def _sample(data: SpikeTrains, generator: np.random.Generator, width_ms: float) -> SpikeTrains:
    # A window is (low, high]; a time that rounding alone puts above its end belongs to it.
    window = np.ceil((data.times_ms - data.start_ms) / width_ms - 1e-9) - 1.0
    low = data.start_ms + window * width_ms
    high = np.minimum(low + width_ms, data.stop_ms)
    # Not quite down to `low`, which rounding would count to the window before.
    back = generator.random(len(low)) * (1.0 - 1e-8)
    return data.moved(high - back * (high - low))
