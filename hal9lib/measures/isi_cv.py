"""Irregularity of firing: the coefficient of variation of inter-spike intervals.

Source: Softky & Koch 1993, doi:10.1523/JNEUROSCI.13-01-00334.1993.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import as_many, numbers
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import mean_interval
from hal9lib.result import Result


def isi_cv(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    min_intervals: int = 2,
) -> Result:
    """Mean over neurons of ``CV = std(ISI) / mean(ISI)`` (doi:10.1523/JNEUROSCI.13-01-00334.1993).

    0 for a clock, 1 for a Poisson process. `std` divides by the number of intervals. The 95 % t
    interval is that of the mean over the neurons used.

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order.
    spike_neurons : (spikes,) the neuron of each.
    start_ms, stop_ms : only spikes in (start, stop] are looked at; without `stop_ms`, all after
        `start_ms`.
    min_intervals : neurons with fewer intervals in the window are left out, 2 or more.

    Returns
    -------
    Result without a unit; ``details["neurons"]`` is how many neurons were used. The interval is
    None for a single one.

    Raises
    ------
    ParameterError : a value that is not allowed, no neuron with enough intervals, or the same
        spike twice.

    Notes
    -----
    Known values: 0 for a clock, 1 for a Poisson process, ``1 / sqrt(k)`` for gamma intervals of
    shape k. Cost: a sort of the spikes; 2 s for 1e7.
    With few intervals a neuron the CV comes out too low: for a Poisson process with 2 intervals
    each the mean is 0.5 instead of 1. Compare values of equal window and rate. A rate that changes
    in time raises it.

    Examples
    --------
    One neuron with the intervals 10 and 30 ms (mean 20, standard deviation 10):

    >>> isi_cv([0.5, 10.5, 40.5], [7, 7, 7])
    isi_cv: 0.5; neurons 1, intervals 2
    """
    times_ms = numbers("isi_cv.spike_times_ms", spike_times_ms)
    neurons = numbers("isi_cv.spike_neurons", spike_neurons)
    as_many("isi_cv.spike_neurons", neurons, "spike_times_ms", times_ms)
    start_ms = checks.number("isi_cv.start_ms", start_ms)
    low = checks.whole("isi_cv.min_intervals", min_intervals, low=2, high=2**40)
    inside = times_ms > start_ms
    if stop_ms is not None:
        inside &= times_ms <= checks.number("isi_cv.stop_ms", stop_ms)
    cv, intervals = _cv_of_each(times_ms[inside], neurons[inside], low)
    if len(cv) == 0:
        raise ParameterError(
            f"isi_cv: no neuron has {low} intervals ({low + 1} spikes) in the window, so there is "
            "no CV to average; use a longer window, or a network that fires more."
        )
    return Result(
        value=float(cv.mean()),
        unit="1",
        interval=mean_interval(cv) if len(cv) > 1 else None,
        measure="isi_cv",
        method="95 % t over neurons",
        details={"neurons": len(cv), "intervals": intervals},
    )


def _cv_of_each(
    times_ms: NDArray[np.float64], neurons: NDArray[np.float64], min_intervals: int
) -> tuple[NDArray[np.float64], int]:
    """(neurons,) the CV of each neuron with enough intervals, and how many intervals that were."""
    if len(times_ms) == 0:
        return np.empty(0), 0
    order = np.lexsort((times_ms, neurons))
    times_ms, neurons = times_ms[order], neurons[order]
    same = neurons[1:] == neurons[:-1]
    isi_ms, owner = np.diff(times_ms)[same], neurons[1:][same]
    if (isi_ms == 0.0).any():
        where = int(np.argmax(isi_ms == 0.0))
        raise ParameterError(
            f"isi_cv.spike_times_ms holds a spike of neuron {owner[where]:g} twice; "
            "use each spike once."
        )
    _, index, counts = np.unique(owner, return_inverse=True, return_counts=True)
    mean = np.bincount(index, isi_ms) / counts
    # Two passes: the variance of a clock's intervals must come out as 0, not as a rounding error.
    variance = np.bincount(index, (isi_ms - mean[index]) ** 2) / counts
    used = counts >= min_intervals
    return np.sqrt(variance[used]) / mean[used], int(counts[used].sum())
