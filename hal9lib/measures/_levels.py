"""Trophic levels by conjugate gradients (MacKay, Johnson & Sansom 2020, doi:10.1098/rsos.201138).

``(diag(u) - W - W^T) h = v`` with ``u = in + out`` and ``v = in - out`` is the normal equation of
``min over h of sum w (h_target - h_source - 1)^2``. It is singular, once for each weakly connected
component, and consistent, so conjugate gradients from 0 solve it without a grounded node.
"""

from typing import Any

import numpy as np

from hal9lib.jit import kernel

#: Each level is the weighted mean that its neighbours ask for within this much.
TOLERANCE = 1e-12


@kernel
def incoherence(nodes: int, sources: Any, targets: Any, weights: Any) -> Any:
    """(F, levels up to a constant a component); F is NaN where no solution was found."""
    levels, settled = _levels(nodes, sources, targets, weights)
    lost = total = 0.0
    for link in range(len(sources)):
        weight = weights[link]
        lost += weight * (levels[targets[link]] - levels[sources[link]] - 1.0) ** 2
        total += weight
    return (lost / total if settled else np.nan), levels


@kernel
def _levels(nodes: int, sources: Any, targets: Any, weights: Any) -> Any:
    """Conjugate gradients with the diagonal as preconditioner."""
    both, left = np.zeros(nodes), np.zeros(nodes)
    for link in range(len(sources)):
        i, j, weight = sources[link], targets[link], weights[link]
        both[i] += weight
        both[j] += weight
        left[i] -= weight
        left[j] += weight
    levels, change, pull = np.zeros(nodes), np.zeros(nodes), np.empty(nodes)
    before = 1.0
    for step in range(1_000 + 2 * nodes):
        now = worst = 0.0
        for i in range(nodes):
            if both[i] > 0.0:
                error = left[i] / both[i]
                worst = max(worst, abs(error))
                now += left[i] * error
        if worst <= TOLERANCE:
            return levels, True
        ratio = now / before if step else 0.0
        for i in range(nodes):
            if both[i] > 0.0:
                change[i] = left[i] / both[i] + ratio * change[i]
            pull[i] = both[i] * change[i]
        for link in range(len(sources)):
            i, j, weight = sources[link], targets[link], weights[link]
            pull[i] -= weight * change[j]
            pull[j] -= weight * change[i]
        curvature = 0.0
        for i in range(nodes):
            curvature += change[i] * pull[i]
        if not curvature > 0.0:  # rounding has eaten what was left
            break
        length = now / curvature
        for i in range(nodes):
            levels[i] += length * change[i]
            left[i] -= length * pull[i]
        before = now
    return levels, False
