"""Avalanches: runs of bins with activity between silent ones.

Source: Beggs & Plenz 2003, doi:10.1523/JNEUROSCI.23-35-11167.2003.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import symbols


@dataclass(frozen=True, eq=False)
class Avalanches:
    """The avalanches of one window, in the order of time.

    Attributes
    ----------
    sizes : (avalanches,) int64, spikes of each. durations : (avalanches,) int64, bins of each.
    starts : (avalanches,) int64, the bin in which each begins.
    shapes : (sum of durations,) int64, the activity of all, one avalanche after the other.
    """

    sizes: NDArray[np.int64]
    durations: NDArray[np.int64]
    starts: NDArray[np.int64]
    shapes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sizes)

    def __repr__(self) -> str:
        return f"Avalanches({len(self):,}, {int(self.sizes.sum()):,} spikes)"


def avalanches(activity: ArrayLike) -> Avalanches:
    """Runs of bins that are not empty, between empty ones (Beggs & Plenz 2003).

    doi:10.1523/JNEUROSCI.23-35-11167.2003. An avalanche that the window's beginning or end may
    have cut, because no empty bin lies on that side, is left out. The width of the bins decides
    what an avalanche is: the paper takes the mean interval between successive spikes of all.

    Parameters
    ----------
    activity : (bins,) spikes of all neurons in each bin, such as ``SpikeTrains.activity(bin_ms)``.

    Returns
    -------
    Avalanches; of length 0 where there is none.

    Raises
    ------
    ParameterError : activity that is not a list of whole numbers from 0.

    Notes
    -----
    Cost: a few passes over the bins; 0.4 s for 1e7.

    Examples
    --------
    The first run begins with the window and is left out:

    >>> found = avalanches([5, 0, 1, 2, 0, 0, 4, 0])
    >>> found.sizes, found.durations, found.starts, found.shapes
    (array([3, 4]), array([2, 1]), array([2, 6]), array([1, 2, 4]))
    """
    return of_counts(symbols("avalanches.activity", activity))


def of_counts(counts: NDArray[np.int64]) -> Avalanches:
    """The avalanches of (bins,) counts that were checked before."""
    edges = np.flatnonzero(np.diff(counts != 0))
    if len(counts) and counts[0] != 0:
        edges = edges[1:]
    edges = edges[: len(edges) // 2 * 2]
    before, last = edges[::2], edges[1::2]
    if len(before) == 0:
        none = np.empty(0, np.int64)
        return Avalanches(none, none, none, none)
    upto = np.concatenate([[0], np.cumsum(counts)])
    first, end = before[0] + 1, last[-1] + 1
    shapes = counts[first:end]
    return Avalanches(upto[last + 1] - upto[before + 1], last - before, before + 1,
                      shapes[shapes != 0])  # fmt: skip
