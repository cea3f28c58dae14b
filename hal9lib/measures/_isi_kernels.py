"""Kernels over inter-spike intervals: one value of each neuron, NaN where it has too few."""

import numpy as np
from numpy.typing import NDArray

from hal9lib.jit import kernel


@kernel
def cv_of_each(
    times_ms: NDArray[np.float64], starts: NDArray[np.int64], min_intervals: int
) -> NDArray[np.float64]:
    """(2, neurons) ``std(ISI) / mean(ISI)``, and the same less its bias by the jackknife."""
    found = np.full((2, len(starts) - 1), np.nan)
    for neuron in range(found.shape[1]):
        begin, end = starts[neuron], starts[neuron + 1]
        n = end - begin - 1
        if n < min_intervals:
            continue
        mean = (times_ms[end - 1] - times_ms[begin]) / n
        # Two passes: the variance of a clock's intervals must come out as 0, not as rounding.
        squares = 0.0
        for k in range(begin + 1, end):
            squares += (times_ms[k] - times_ms[k - 1] - mean) ** 2
        cv = np.sqrt(squares / n) / mean
        left_out = 0.0  # the sum of the CVs without one interval each
        for k in range(begin + 1, end):
            off = times_ms[k] - times_ms[k - 1] - mean
            rest = max(0.0, squares - off * off * n / (n - 1))
            left_out += np.sqrt(rest / (n - 1)) / (mean - off / (n - 1))
        found[0, neuron] = cv
        found[1, neuron] = n * cv - (n - 1) * left_out / n
    return found


@kernel
def cv2_of_each(
    times_ms: NDArray[np.float64], starts: NDArray[np.int64], min_intervals: int
) -> NDArray[np.float64]:
    """(neurons,) mean of ``2 |J - I| / (J + I)`` over adjacent intervals I, J."""
    found = np.full(len(starts) - 1, np.nan)
    for neuron in range(len(found)):
        begin, end = starts[neuron], starts[neuron + 1]
        if end - begin - 1 >= min_intervals:
            total = 0.0
            for k in range(begin + 2, end):
                before, after = times_ms[k - 1] - times_ms[k - 2], times_ms[k] - times_ms[k - 1]
                total += 2.0 * abs(after - before) / (after + before)
            found[neuron] = total / (end - begin - 2)
    return found


@kernel
def lvr_of_each(
    times_ms: NDArray[np.float64],
    starts: NDArray[np.int64],
    min_intervals: int,
    refractory_ms: float,
) -> NDArray[np.float64]:
    """(neurons,) mean of ``3 (1 - 4 I J / (I + J)^2) (1 + 4 R / (I + J))``."""
    found = np.full(len(starts) - 1, np.nan)
    for neuron in range(len(found)):
        begin, end = starts[neuron], starts[neuron + 1]
        if end - begin - 1 >= min_intervals:
            total = 0.0
            for k in range(begin + 2, end):
                before, after = times_ms[k - 1] - times_ms[k - 2], times_ms[k] - times_ms[k - 1]
                both = after + before
                # 1 - 4 I J / (I + J)^2, as a square so that a clock gives 0 and no rounding error.
                total += ((after - before) / both) ** 2 * (1.0 + 4.0 * refractory_ms / both)
            found[neuron] = 3.0 * total / (end - begin - 2)
    return found
