"""Local irregularity of firing without refractoriness: LvR of adjacent inter-spike intervals.

Source: Shinomoto et al. 2009, doi:10.1371/journal.pcbi.1000433.
"""

from numpy.typing import ArrayLike

from hal9lib import checks
from hal9lib.measures._isi import mean_over_neurons
from hal9lib.measures._isi_kernels import lvr_of_each
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import spike_trains


def isi_lvr(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    neurons: int | None = None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    refractory_ms: float = 5.0,
    min_intervals: int = 2,
    null: Null | None = None,
) -> Result:
    """Mean over neurons of LvR, the revised local variation (doi:10.1371/journal.pcbi.1000433).

    ``LvR = 3 mean((1 - 4 I J / (I + J)^2) (1 + 4 R / (I + J)))`` over adjacent intervals I, J, with
    R the refractoriness constant. It depends little on the firing rate, so neurons that fire at
    different rates can be compared. ``refractory_ms=0`` gives Lv (Shinomoto et al. 2003,
    doi:10.1162/089976603322518759).

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order.
    spike_neurons : (spikes,) the neuron of each, from 0.
    neurons : how many there are; without it, as many as the highest number names.
    start_ms, stop_ms : only spikes in (start, stop]; without `stop_ms`, to the last spike.
    refractory_ms : R, 0 or more; the source uses 5.
    min_intervals : neurons with fewer intervals in the window are left out, 2 or more.
    null : a null model of spikes, such as ``shuffled_spikes(of="intervals")``: each neuron's
        intervals in random order. Far on either side is extreme.

    Returns
    -------
    Result without a unit, 0 or more; ``arrays`` hold the ``neurons`` used and their ``values``. The
    interval is that of the mean over these neurons, None for a single one.

    Raises
    ------
    ParameterError : a value that is not allowed, no neuron with enough intervals, or the same
        spike twice.

    Notes
    -----
    Known values: 0 for a clock; with R = 0, 1 for a Poisson process and ``3 / (2 k + 1)`` for
    gamma intervals of shape k. With R above 0 a Poisson process has ``1 + 4 R r``, r its rate; one
    with the dead time R has 1 to first order in R r. Not biased by how few intervals there are; a
    window that holds few intervals favours the short ones, though.
    Cost: a sort of the spikes and one pass; 0.3 s for 1e6 spikes of 100,000 neurons.

    Examples
    --------
    One neuron with the intervals 10 and 30 ms, so 3 * (1 - 4 * 300 / 1600) * (1 + 20 / 40):

    >>> isi_lvr([0.5, 10.5, 40.5], [0, 0, 0])
    isi_lvr: 1.125; neurons 1, intervals 2, refractory_ms 5
    """
    refractory = checks.number("isi_lvr.refractory_ms", refractory_ms, low=0.0)
    trains = spike_trains(
        "isi_lvr",
        spike_times_ms,
        spike_neurons,
        neurons=neurons,
        start_ms=start_ms,
        stop_ms=stop_ms,
    )
    return mean_over_neurons(
        "isi_lvr",
        trains,
        lambda spikes, low: lvr_of_each(spikes.times_ms, spikes.starts, low, refractory)[None],
        min_intervals,
        null,
        {"refractory_ms": refractory},
    )
