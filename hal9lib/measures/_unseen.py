"""Entropy from few samples, with what the unseen states would add.

Source: Chao, Wang & Jost 2013, doi:10.1111/2041-210X.12108.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.extras import needs

_FIRST_TERMS = 64


def entropy_bits(counts: NDArray[np.int64]) -> float:
    """Entropy, in bits, of states that were seen `counts` times each (0 allowed).

    ``sum of c/n (1/c + … + 1/(n-1))`` over the states, c times seen of n, which lacks nothing but
    what states too rare to be seen would add; that is taken from the f1 states seen once and the f2
    seen twice: ``f1/n sum over k >= 0 of z^(k+1) / (n + k)``, with
    ``1 - z = 2 f2 / ((n-1) f1 + 2 f2)``, or ``2 / ((n-1)(f1-1) + 2)`` where f2 = 0.
    """
    seen = counts[counts > 0]
    n = int(seen.sum())
    harmonic = np.cumsum(np.concatenate([[0.0], 1.0 / np.arange(1, n)]))
    nats = float(seen @ (harmonic[n - 1] - harmonic[seen - 1])) / n
    once, twice = int(np.count_nonzero(seen == 1)), int(np.count_nonzero(seen == 2))
    if once:
        twos = 2.0 * twice if twice else 2.0
        z = 1.0 - twos / ((n - 1) * (once if twice else once - 1) + twos)
        nats += once / n * _tail(n, z) if z > 0.0 else 0.0
    return nats / float(np.log(2.0))


def _tail(n: int, z: float) -> float:
    """``sum over k >= 0 of z^(k+1) / (n + k)``: 64 terms, and the rest as its integral.

    The rest by Euler and Maclaurin, f(0)/2 and f'(0)/12 beside the integral ``z e^x E1(x)``.
    """
    k = np.arange(_FIRST_TERMS)
    head = float((z ** (k + 1.0) / (n + k)).sum())
    first = z ** (_FIRST_TERMS + 1.0)
    start, fall = n + _FIRST_TERMS, -float(np.log(z))
    if first < 1e-16:
        return head
    special = needs("scipy.special", "an entropy")
    integral = float(special.hyperu(1.0, 1.0, start * fall))  # e^x E1(x)
    return head + first * (integral + 0.5 / start + (fall + 1.0 / start) / (12.0 * start))
