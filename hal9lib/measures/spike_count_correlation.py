"""Mean pairwise correlation of spike counts, without forming the matrix of pairs.

Source: Cohen & Kohn 2011, doi:10.1038/nn.2842; Renart et al. 2010, doi:10.1126/science.1179850.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._counts import Counts, bins_and_batches, count_cells
from hal9lib.measures._intervals import clipped
from hal9lib.measures._time_blocks import block_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import spike_trains


def spike_count_correlation(
    spike_times_ms: ArrayLike,
    spike_neurons: ArrayLike,
    *,
    bin_ms: float,
    neurons: int | None = None,
    start_ms: float = 0.0,
    stop_ms: float | None = None,
    batches: int = 20,
    null: Null | None = None,
) -> Result:
    """Mean over pairs of neurons of Pearson's r of their counts in bins (doi:10.1038/nn.2842).

    With z a neuron's counts less their mean, over their standard deviation, and Z the sum of z over
    N neurons, the mean is ``(mean_t(Z^2) - N) / (N (N - 1))``: no pair is looked at.

    Parameters
    ----------
    spike_times_ms : (spikes,) times of all spikes, in any order.
    spike_neurons : (spikes,) the neuron of each, from 0.
    bin_ms : how long a count takes; the window holds 3 or more whole ones, a rest is left out.
    neurons : how many there are; those whose count never varies, such as silent ones, are left out.
    start_ms, stop_ms : only spikes in (start, stop]; without `stop_ms`, to the last spike.
    batches : blocks in time behind the interval, 2 to 1,000; each longer than what counts remember.
    null : a null model of spikes such as ``jittered_spikes`` in windows longer than the bin, which
        keeps slow rates. Far on either side is extreme.

    Returns
    -------
    Result without a unit, -1 / (N - 1) to 1. ``arrays`` hold the ``neurons`` used and in ``values``
    the mean correlation of each with the others. The interval is about these neurons in a longer
    time.

    Raises
    ------
    ParameterError : a value that is not allowed, fewer than 2 neurons whose counts vary.

    Notes
    -----
    Known values: 1 for equal trains, 0 on average for independent ones whatever their rates (no
    bias), ``s / (s + 1)`` for Poisson counts that share a Poisson part s times their own.
    Cost: a sort of the spikes; 0.4 s for 1e6 spikes of 100,000 neurons, whose 5e9 pairs are not
    formed.
    It grows with the bin up to the time scale of what is shared. A shared slow rate counts.
    With a few spikes a neuron the interval is too narrow: 5 spikes each in 1,000 bins cover 65 %,
    in 100 bins 87 %. Choose bins in which a neuron fires more than once.

    Examples
    --------
    Counts of 1, 0, 1, 0 and 1, 0, 0, 1 are uncorrelated:

    >>> round(spike_count_correlation([5, 25, 4, 34], [0, 0, 1, 1], bin_ms=10, stop_ms=40).value, 9)
    0.0
    """
    name = "spike_count_correlation"
    trains = spike_trains(
        name, spike_times_ms, spike_neurons, neurons=neurons, start_ms=start_ms, stop_ms=stop_ms
    )
    bins, batches = bins_and_batches(name, trains, bin_ms, batches, 3)
    counts = count_cells(trains, bin_ms)
    many = int(np.count_nonzero(counts.spread))
    if many < 2:
        raise ParameterError(
            f"{name}: the counts of {many} neurons vary from bin to bin, and a correlation takes "
            "2; use a longer window, or neurons that fire."
        )
    value = _mean(counts)
    coupling, influence = _coupling_and_influence(counts)
    own = {"neurons": np.flatnonzero(counts.spread), "values": coupling}
    compared = against(
        name, null, "spikes", trains, lambda s: _mean(count_cells(s, bin_ms)), value, "both"
    )
    return Result(
        value=value,
        unit="1",
        interval=clipped(block_interval(value, influence, batches), value, -1.0, 1.0),
        null=compared.null,
        p=compared.p,
        measure=name,
        method=f"95 % t, {batches} blocks in time",
        details={"neurons": many, "bins": bins} | dict(compared.details),
        arrays=own | dict(compared.arrays),
    )


def _scales(counts: Counts) -> NDArray[np.float64]:
    """(size,) one over the standard deviation of each neuron's counts; 0 where they do not vary."""
    scale = np.zeros(counts.size)
    varying = counts.spread > 0
    scale[varying] = counts.length / np.sqrt(counts.spread[varying])
    return scale


def _sum_of_scores(counts: Counts, scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """(bins,) Z, the sum over neurons of their counts in units of their own spread."""
    total = counts.over_neurons(counts.counts * scale[counts.neurons])
    return total - float(counts.totals @ scale) / counts.length


def _mean(counts: Counts) -> float:
    scale = _scales(counts)
    many = np.count_nonzero(scale)
    if many < 2:
        return np.nan
    total = _sum_of_scores(counts, scale)
    return float((total @ total / counts.length - many) / (many * (many - 1)))


def _coupling_and_influence(
    counts: Counts,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each neuron's mean correlation; (bins,) what each bin adds to the mean, but for a constant.

    That of one r is ``z1 z2 - r (z1^2 + z2^2) / 2``, so of all it is Z^2 less the sum over neurons
    of ``z^2 (1 + R)``, R the sum of a neuron's correlations.
    """
    scale = _scales(counts)
    many = np.count_nonzero(scale)
    total = _sum_of_scores(counts, scale)
    scores = counts.counts * scale[counts.neurons]
    with_all = np.bincount(counts.neurons, scores * total[counts.bins], counts.size) / counts.length
    mean = (counts.totals / counts.length * scale)[counts.neurons]
    squares = counts.over_neurons(with_all[counts.neurons] * scores * (scores - 2.0 * mean))
    coupling = (with_all[scale > 0.0] - 1.0) / (many - 1)
    return coupling, (total**2 - squares) / (many * (many - 1))
