"""Spikes, or whole spike trains, moved by a random time of limited size.

Source: Louis, Gerstein, Grün & Diesmann 2010, doi:10.3389/fncom.2010.00127.
"""

import numpy as np

from hal9lib import checks
from hal9lib.arrays import one_of
from hal9lib.errors import ParameterError
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.spike_trains import SpikeTrains

OF = ("spikes", "trains")


def dithered_spikes(
    *,
    dither_ms: float,
    of: str = "spikes",
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Each spike, or each whole train, moved by up to `dither_ms` (doi:10.3389/fncom.2010.00127).

    Keeps: each neuron's number of spikes in the whole window, exactly; a rate that changes more
    slowly than `dither_ms`, nearly; with ``of="trains"`` also each neuron's intervals, but for the
    one over the window's end.
    Destroys: relations between neurons finer than `dither_ms`; with ``of="spikes"`` also intervals
    and order within a neuron.

    Parameters
    ----------
    dither_ms : the largest move, either way; at most as long as the window.
    of : ``spikes`` moves each by its own amount, and one that would leave the window is reflected
        at its end; ``trains`` moves all spikes of a neuron alike, round the window's end.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Moving spikes smooths the rate and fills pauses, so a regular neuron becomes less so (Louis et
    al. show the false alarms that brings): for such, move trains.
    Cost: a random number a spike and a sort; 0.06 s for 1e6 (tests/benchmarks/nulls.md).

    Examples
    --------
    >>> from hal9lib.spike_trains import spike_trains
    >>> data = spike_trains("example", [10.0, 20.0, 30.0], [0, 0, 0], neurons=1, stop_ms=40.0)
    >>> moved = dithered_spikes(dither_ms=5, of="trains", seed=1).surrogate(data)
    >>> np.diff(moved.times_ms).round(9).tolist()
    [10.0, 10.0]
    """
    dither = checks.number("dithered_spikes.dither_ms", dither_ms, low=0.0, open_low=True)
    options = {"dither_ms": dither, "of": one_of("dithered_spikes.of", of, OF)}
    return Null("dithered_spikes", "spikes", _sample, draws, seed, progress, options)


def _sample(
    data: SpikeTrains, generator: np.random.Generator, dither_ms: float, of: str
) -> SpikeTrains:
    start, stop = data.start_ms, data.stop_ms
    if dither_ms > data.window_ms:
        raise ParameterError(
            f"dithered_spikes.dither_ms = {dither_ms:g} is not allowed; "
            f"use at most the window's {data.window_ms:g} ms."
        )
    if of == "trains":
        moves = generator.uniform(-dither_ms, dither_ms, data.size)[data.neurons]
        times = stop - (stop - data.times_ms - moves) % data.window_ms
    else:
        times = data.times_ms + generator.uniform(-dither_ms, dither_ms, len(data.times_ms))
        times = np.where(times < start, 2.0 * start - times, times)
        times = np.where(times > stop, 2.0 * stop - times, times)
    return data.moved(np.clip(times, np.nextafter(start, stop), stop))  # start itself is outside
