"""Mean firing rate with an interval by batch means (Schmeiser 1982, doi:10.1287/opre.30.3.556)."""

import numpy as np
from numpy.typing import ArrayLike

from hal9lib import checks
from hal9lib.arrays import numbers
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import mean_interval
from hal9lib.result import Result


def firing_rate(
    spike_times_ms: ArrayLike,
    *,
    neurons: int,
    stop_ms: float,
    start_ms: float = 0.0,
    batches: int = 10,
) -> Result:
    """Spikes per neuron and second: ``spikes / (neurons * (stop - start))``, in Hz.

    The window is cut into `batches` equal parts in time; the 95 % t interval is that of the mean
    of their rates (batch means, doi:10.1287/opre.30.3.556). It covers how a whole network wanders
    in time, which an interval over neurons misses: neurons of one network share their input.

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order; those in (start, stop] count.
    neurons : how many neurons they come from, silent ones included.
    start_ms, stop_ms : the window.
    batches : 2 to 1,000; each should be longer than the network's slowest rhythm.

    Returns
    -------
    Result in Hz, 0 or more. Without a single spike the interval ends at ``3 / (neurons * window)``,
    the 95 % upper limit of a Poisson count of 0.

    Raises
    ------
    ParameterError : a time that is not finite, an empty window, a number out of range.

    Notes
    -----
    Known values: spikes counted by hand. Cost: one pass over the spikes, 0.3 s for 1e7.
    The interval is about this run's window. Another seed may differ by more when the window holds
    few periods of a slow rhythm.

    Examples
    --------
    Two neurons, each with a spike every 100 ms:

    >>> import numpy as np
    >>> firing_rate(np.repeat(np.arange(50.0, 1_000.0, 100.0), 2), neurons=2, stop_ms=1_000.0)
    firing_rate: 10 Hz, 10 to 10 (95 % t, 10 batches in time); neurons 2, spikes 20
    """
    times_ms = numbers("firing_rate.spike_times_ms", spike_times_ms)
    neurons = checks.whole("firing_rate.neurons", neurons, low=1, high=2**40)
    batches = checks.whole("firing_rate.batches", batches, low=2, high=1_000)
    start_ms = checks.number("firing_rate.start_ms", start_ms)
    stop_ms = checks.number("firing_rate.stop_ms", stop_ms)
    if stop_ms <= start_ms:
        raise ParameterError(
            f"firing_rate.stop_ms = {stop_ms:g} is not allowed; "
            f"use more than start_ms = {start_ms:g}."
        )
    inside = times_ms[(times_ms > start_ms) & (times_ms <= stop_ms)]
    neuron_s = neurons * (stop_ms - start_ms) * 1e-3
    # A spike's time is the end of its step, so a batch is closed on the right like the window.
    batch = np.ceil((inside - start_ms) / (stop_ms - start_ms) * batches).astype(np.int64) - 1
    counts = np.bincount(np.clip(batch, 0, batches - 1), minlength=batches)
    if len(inside):
        low, high = mean_interval(counts / (neuron_s / batches))
        method = f"95 % t, {batches} batches in time"
    else:
        low, high, method = 0.0, 3.0 / neuron_s, "95 % upper limit of a Poisson count of 0"
    return Result(
        value=len(inside) / neuron_s,
        unit="Hz",
        interval=(max(0.0, low), high),
        measure="firing_rate",
        method=method,
        details={"neurons": neurons, "spikes": len(inside)},
    )
