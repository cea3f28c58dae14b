"""Irregularity of firing: the coefficient of variation of inter-spike intervals.

Source: Softky & Koch 1993, doi:10.1523/JNEUROSCI.13-01-00334.1993.
"""

from numpy.typing import ArrayLike

from hal9lib.measures._isi import mean_over_neurons
from hal9lib.measures._isi_kernels import cv_of_each
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import spike_trains


def isi_cv(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    neurons: int | None = None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    min_intervals: int = 2,
    null: Null | None = None,
) -> Result:
    """Mean over neurons of ``CV = std(ISI) / mean(ISI)`` (doi:10.1523/JNEUROSCI.13-01-00334.1993).

    0 for a clock, 1 for a Poisson process. `std` divides by the number of intervals. The 95 % t
    interval is that of the mean over the neurons used, each CV less its bias by the jackknife
    (Efron & Stein 1981, doi:10.1214/aos/1176345462); where the value lies outside it, the interval
    reaches to the value.

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order.
    spike_neurons : (spikes,) the neuron of each, from 0.
    neurons : how many there are; without it, as many as the highest number names.
    start_ms, stop_ms : only spikes in (start, stop]; without `stop_ms`, to the last spike.
    min_intervals : neurons with fewer intervals in the window are left out, 2 or more.
    null : a null model of spikes that draws other intervals, such as ``jittered_spikes`` over the
        whole window: a Poisson process with as many spikes. Far on either side is extreme.
        ``shuffled_spikes(of="intervals")`` keeps the CV.

    Returns
    -------
    Result without a unit; ``details["neurons"]`` is how many neurons were used, ``without_bias``
    the mean of their CVs less their bias; ``arrays`` hold the ``neurons`` used and their
    ``values``. The interval is None for a single one.

    Raises
    ------
    ParameterError : a value that is not allowed, no neuron with enough intervals, or the same
        spike twice.

    Notes
    -----
    Known values: 0 for a clock, 1 for a Poisson process, ``1 / sqrt(k)`` for gamma intervals of
    shape k.
    Cost: a sort of the spikes and two passes; 0.3 s for 1e6 spikes of 100,000 neurons.
    With few intervals a neuron the CV comes out too low: for a Poisson process with 2 intervals
    each the mean is 0.5 instead of 1. Compare ``without_bias`` then, or values of equal window and
    rate. A window that holds few intervals favours the short ones, which no correction of the CV
    mends. A rate that changes in time raises it; `isi_cv2` hardly moves.

    Examples
    --------
    One neuron with the intervals 10 and 30 ms (mean 20, standard deviation 10):

    >>> isi_cv([0.5, 10.5, 40.5], [7, 7, 7])
    isi_cv: 0.5; neurons 1, intervals 2, without_bias 1
    """
    trains = spike_trains(
        "isi_cv",
        spike_times_ms,
        spike_neurons,
        neurons=neurons,
        start_ms=start_ms,
        stop_ms=stop_ms,
    )
    return mean_over_neurons(
        "isi_cv",
        trains,
        lambda spikes, low: cv_of_each(spikes.times_ms, spikes.starts, low),
        min_intervals,
        null,
    )
