"""Local irregularity of firing: CV2 of adjacent inter-spike intervals.

Source: Holt, Softky, Koch & Douglas 1996, doi:10.1152/jn.1996.75.5.1806.
"""

from numpy.typing import ArrayLike

from hal9lib.measures._isi import mean_over_neurons
from hal9lib.measures._isi_kernels import cv2_of_each
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import spike_trains


def isi_cv2(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    neurons: int | None = None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    min_intervals: int = 2,
    null: Null | None = None,
) -> Result:
    """Mean over neurons of ``CV2 = mean(2 |J - I| / (J + I))`` (doi:10.1152/jn.1996.75.5.1806).

    I and J are adjacent intervals, so a rate that changes slowly over the window hardly moves it;
    `isi_cv` grows with such a change.

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order.
    spike_neurons : (spikes,) the neuron of each, from 0.
    neurons : how many there are; without it, as many as the highest number names.
    start_ms, stop_ms : only spikes in (start, stop]; without `stop_ms`, to the last spike.
    min_intervals : neurons with fewer intervals in the window are left out, 2 or more.
    null : a null model of spikes, such as ``shuffled_spikes(of="intervals")``: each neuron's
        intervals in random order. Far on either side is extreme: below it, intervals resemble
        their neighbours, as under a slowly changing rate.

    Returns
    -------
    Result without a unit, 0 to 2; ``arrays`` hold the ``neurons`` used and their ``values``. The
    interval is that of the mean over these neurons, None for a single one.

    Raises
    ------
    ParameterError : a value that is not allowed, no neuron with enough intervals, or the same
        spike twice.

    Notes
    -----
    Known values: 0 for a clock, 1 for a Poisson process, ``4 / (4^k k B(k, k))`` for gamma
    intervals of shape k, B the beta function (Poisson is k = 1). Not biased by how few intervals
    there are; a window that holds few intervals favours the short ones, though.
    Cost: a sort of the spikes and one pass; 0.3 s for 1e6 spikes of 100,000 neurons.

    Examples
    --------
    One neuron with the intervals 10 and 30 ms, so 2 * 20 / 40:

    >>> isi_cv2([0.5, 10.5, 40.5], [0, 0, 0])
    isi_cv2: 1; neurons 1, intervals 2
    """
    trains = spike_trains(
        "isi_cv2",
        spike_times_ms,
        spike_neurons,
        neurons=neurons,
        start_ms=start_ms,
        stop_ms=stop_ms,
    )
    return mean_over_neurons(
        "isi_cv2",
        trains,
        lambda spikes, low: cv2_of_each(spikes.times_ms, spikes.starts, low)[None],
        min_intervals,
        null,
    )
