"""Information between the past and the future of Gaussian units, and the weakest bipartition.

A covariance of `2 n` columns holds the past of `n` units, then their future. `shift[k]` is the bias
of the logarithm of the determinant of `k` columns. Information is in nats.
"""

import numpy as np

from hal9lib.jit import kernel

_CONSTANT = 1.0 + np.log(2.0 * np.pi)  # twice the entropy of a Gaussian of variance 1


@kernel
def log_det(cov, chosen):
    """Logarithm of the determinant of the chosen rows and columns; NaN where it is singular."""
    size = len(chosen)
    lower = np.empty((size, size))
    total = 0.0
    for i in range(size):
        for j in range(i + 1):
            rest = cov[chosen[i], chosen[j]]
            for k in range(j):
                rest -= lower[i, k] * lower[j, k]
            if i > j:
                lower[i, j] = rest / lower[j, j]
            elif rest > 1e-10:
                lower[i, i] = np.sqrt(rest)
                total += np.log(rest)
            else:
                return np.nan
    return total


@kernel
def entropy(cov, chosen, shift):
    """Entropy of the chosen columns, without the constant that each of them adds."""
    return 0.5 * (log_det(cov, chosen) - shift[len(chosen)])


@kernel
def information(cov, past, future, shift):
    """Mutual information of two sets of columns."""
    both = np.concatenate((past, future))
    return entropy(cov, past, shift) + entropy(cov, future, shift) - entropy(cov, both, shift)


@kernel
def information_table(cov, part, shift):
    """(3, 3) information of the past of part 0, part 1, both (rows) about the future of each."""
    n = len(part)
    sets = (np.flatnonzero(part == 0), np.flatnonzero(part == 1), np.arange(n))
    table = np.empty((3, 3))
    for a in range(3):
        for b in range(3):
            table[a, b] = information(cov, sets[a], sets[b] + n, shift)
    return table


@kernel
def revised_information(cov, part, shift, whole):
    """(phi, scale): whole minus sum plus double redundancy; the smaller entropy of the parts."""
    n = len(part)
    first, second = np.flatnonzero(part == 0), np.flatnonzero(part == 1)
    one = information(cov, first, first + n, shift)
    two = information(cov, second, second + n, shift)
    across = information(cov, first, second + n, shift)
    back = information(cov, second, first + n, shift)
    phi = whole - one - two + min(min(one, two), min(across, back))
    h_first = entropy(cov, first, shift) + 0.5 * _CONSTANT * len(first)
    h_second = entropy(cov, second, shift) + 0.5 * _CONSTANT * len(second)
    return phi, min(h_first, h_second)


@kernel
def weakest_bipartition(cov, shift):
    """(part of each unit, phi, scale) where phi / scale is smallest; scale <= 0 where undefined."""
    n = len(cov) // 2
    units = np.arange(n)
    whole = information(cov, units, units + n, shift)
    best_phi, best_scale, best = np.inf, 1.0, np.zeros(n, np.int64)
    for mask in range(1, 2 ** (n - 1)):
        part = (mask >> units) & 1
        phi, scale = revised_information(cov, part, shift, whole)
        if scale <= 0.0:
            return part, phi, scale
        if phi * best_scale < best_phi * scale:
            best_phi, best_scale, best = phi, scale, part
    return best, best_phi, best_scale
