"""Spikes shuffled within each neuron, or among neurons.

Source: shuffled intervals, Perkel, Gerstein & Moore 1967, doi:10.1016/S0006-3495(67)86597-4;
neurons dealt out with population activity kept, Okun et al. 2012,
doi:10.1523/JNEUROSCI.1831-12.2012.
"""

from dataclasses import replace

import numpy as np

from hal9lib.arrays import one_of
from hal9lib.errors import ParameterError
from hal9lib.jit import kernel
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.nulls._swaps import swapped
from hal9lib.spike_trains import SpikeTrains

OF = ("intervals", "neurons")


def shuffled_spikes(
    *, of: str, draws: int = LEAST_DRAWS, seed: int = 0, progress: bool | None = None
) -> Null:
    """Each neuron's intervals in another order, or the spikes dealt out among the neurons.

    Keeps: with ``of="intervals"`` each neuron's intervals, to rounding, its number of spikes, and
    its first and last spike; with ``of="neurons"`` each neuron's number of spikes and all spike
    times, so the activity of the population, exactly.
    Destroys: with ``of="intervals"`` the order of intervals, slow changes of rate, and relations
    between neurons; with ``of="neurons"`` who fires with whom and when, and each neuron's
    intervals.

    Parameters
    ----------
    of : ``intervals`` (doi:10.1016/S0006-3495(67)86597-4) or ``neurons``
        (doi:10.1523/JNEUROSCI.1831-12.2012).
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Intervals: exact for renewal processes. A neuron of fewer than 3 spikes stays as it is.
    Neurons: no neuron gets two spikes at one time. Where times are all different every deal is as
    likely; where some are the same (times on a grid) so is every deal, to within what 10 swaps a
    spike leave (see `rewired`). Refractory pauses are not kept. A spike that is there twice is
    refused.
    Cost: for 1e6 spikes 0.01 s (intervals), 0.06 s (neurons), 2 s (neurons, where times are the
    same; tests/benchmarks/nulls.md).

    Examples
    --------
    >>> from hal9lib.spike_trains import spike_trains
    >>> data = spike_trains("example", [1.0, 3.0, 7.0, 15.0], [0, 0, 0, 0], neurons=1)
    >>> sorted(np.diff(shuffled_spikes(of="intervals", seed=2).surrogate(data).times_ms).tolist())
    [2.0, 4.0, 8.0]
    """
    options = {"of": one_of("shuffled_spikes.of", of, OF)}
    return Null("shuffled_spikes", "spikes", _sample, draws, seed, progress, options)


def _sample(data: SpikeTrains, generator: np.random.Generator, of: str) -> SpikeTrains:
    if of == "neurons":
        return _neurons(data, generator)
    times = data.times_ms.copy()
    _reorder(times, data.starts, generator.random(len(times)))
    return replace(data, times_ms=times, neurons=data.neurons.copy())


@kernel
def _reorder(times, starts, shares):
    """Put each neuron's intervals in another order (Fisher-Yates), between its first and last."""
    for neuron in range(len(starts) - 1):
        begin, end = starts[neuron] + 1, starts[neuron + 1] - 1
        if end < begin:
            continue
        last = times[end]
        for k in range(end, begin - 1, -1):
            times[k] -= times[k - 1]
        for k in range(begin, end):
            other = k + int(shares[k] * (end + 1 - k))
            times[k], times[other] = times[other], times[k]
        for k in range(begin, end):
            times[k] += times[k - 1]
        times[end] = last  # rounding would move it, and perhaps out of the window


def _neurons(data: SpikeTrains, generator: np.random.Generator) -> SpikeTrains:
    order = np.argsort(data.times_ms)
    times, neurons = data.times_ms[order], data.neurons[order]
    fresh = np.concatenate([[True], times[1:] > times[:-1]])[: len(times)]
    if fresh.all():
        return replace(data, neurons=generator.permutation(neurons)).moved(times)
    twice = (np.diff(data.times_ms) == 0.0) & (np.diff(data.neurons) == 0)
    if twice.any():
        where = int(np.argmax(twice))
        raise ParameterError(
            f"shuffled_spikes: neuron {data.neurons[where]} has the spike at "
            f"{data.times_ms[where]:g} ms twice; use each spike once."
        )
    # Neurons and times are the nodes of a graph, spikes its links.
    number = np.cumsum(fresh) - 1
    shape = data.size, int(number[-1]) + 1
    neurons, number = swapped(generator, neurons, number, shape, loops=True)
    return replace(data, neurons=neurons).moved(times[fresh][number])
