"""The state of a layer of neurons as one symbol per time, from its spikes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import symbols
from hal9lib.errors import ParameterError
from hal9lib.spike_trains import spike_trains


def layer_symbols(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    layer: ArrayLike,
    *,
    bin_ms: float,
    levels: int = 4,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
) -> NDArray[np.int64]:
    """(bins,) how active a layer is in each bin, in `levels` levels about equally often met.

    A level is where the number of the layer's neurons that spike in the bin lies among its own
    quantiles. Which of them spike is lost, and so is all the information that lies in it; with few
    neurons active at a time many bins tie and there are fewer levels than asked for.

    Parameters
    ----------
    layer : (members,) the layer's neurons. levels : 2 to 64.
    bin_ms, start_ms, stop_ms : bins of equal width in (start, stop]; a rest at the end is left out.

    Examples
    --------
    None, one and two neurons of the layer {0, 1} spike in turn:

    >>> times_ms, neurons = [15.0, 25.0, 27.0, 45.0, 55.0, 56.0], [0, 0, 1, 1, 0, 1]
    >>> layer_symbols(times_ms, neurons, [0, 1], bin_ms=10.0, levels=3, stop_ms=60.0).tolist()
    [0, 1, 2, 0, 1, 2]
    """
    trains = spike_trains(
        "layer_symbols", spike_times_ms, spike_neurons, neurons=None,
        start_ms=start_ms, stop_ms=stop_ms,
    )  # fmt: skip
    members = symbols("layer_symbols.layer", layer)
    width = checks.number("layer_symbols.bin_ms", bin_ms, low=0.0, open_low=True)
    many = checks.whole("layer_symbols.levels", levels, low=2, high=64)
    bins = int(trains.window_ms / width + 1e-9)
    if bins < 1:
        raise ParameterError(
            f"layer_symbols.bin_ms = {width:g} is not allowed; use at most {trains.window_ms:g}."
        )
    place = np.ceil((trains.times_ms - trains.start_ms) / width - 1e-9).astype(np.int64) - 1
    own = np.isin(trains.neurons, members) & (place < bins)
    cells = np.unique(place[own] * trains.size + trains.neurons[own])  # a neuron counts once a bin
    active = np.bincount(cells // trains.size, minlength=bins)
    edges = np.quantile(active, np.arange(1, many) / many, method="higher")
    return np.unique(np.searchsorted(edges, active, side="right"), return_inverse=True)[1]
