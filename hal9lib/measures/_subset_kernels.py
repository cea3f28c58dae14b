"""Kernel that visits all subsets of units, each one unit more than one seen before."""

import numpy as np

from hal9lib.jit import kernel


@kernel
def over_subsets(covariance, shares):
    """(units + 1,) sums of log determinants by subset size, and a gradient (units, units).

    The gradient is that of the sum over subsets of ``weight[size] log|S_subset|``; `shares[d, j]`
    is what all subsets together weigh whose first d + 1 units end with unit j. A unit is added to a
    subset by the regression on those before: its residual variance is the factor that the
    determinant gains, its coefficients border the inverse.
    """
    units = len(covariance)
    chosen = np.empty(units, np.int64)
    inverse = np.zeros((units + 1, units, units))
    log_det, sums = np.zeros(units + 1), np.zeros(units + 1)
    gradient, slope = np.zeros((units, units)), np.empty(units)
    depth, unit = 0, 0
    while depth > 0 or unit < units:
        if unit == units:  # none is left to add: drop the last one
            depth -= 1
            unit = chosen[depth] + 1
            continue
        residual = covariance[unit, unit]
        for i in range(depth):
            slope[i] = 0.0
            for k in range(depth):
                slope[i] += inverse[depth, i, k] * covariance[chosen[k], unit]
            residual -= slope[i] * covariance[chosen[i], unit]
        chosen[depth], slope[depth] = unit, -1.0
        for i in range(depth + 1):
            for k in range(depth + 1):
                gain = slope[i] * slope[k] / residual
                gradient[chosen[i], chosen[k]] += shares[depth, unit] * gain
                before = inverse[depth, i, k] if i < depth and k < depth else 0.0
                inverse[depth + 1, i, k] = before + gain
        log_det[depth + 1] = log_det[depth] + np.log(residual)
        depth += 1
        sums[depth] += log_det[depth]
        unit += 1
    return sums, gradient
