"""A binomial number drawn by counters, as plain functions that a rule hands to the engine."""

import math

import numpy as np

from hal9lib.connectivity._drawing import uniform64
from hal9lib.engine.mathematics import log64
from hal9lib.rng import philox4x32


def binomial(key0, key1, stream, node, trials, p):
    """How many of `trials` fall to a part of share p, 1/3 to 1/2: keyed on the node of the split.

    Few are asked one by one; many by the transformed rejection of Hoermann 1993
    (doi:10.1080/00949659308811496), which is exact. Its words have the highest bit of the draw set,
    the sources' words have not.
    """
    draw = np.uint64(0x80000000)
    if trials < 64:
        found = np.int64(0)
        least = np.uint64(np.rint(p * 4294967296.0))
        for group in range((trials + 3) // 4):
            w0, w1, w2, w3 = philox4x32(
                np.uint32(draw + np.uint64(group)), np.uint32(node), stream, np.uint32(0x5EED),
                key0, key1,
            )  # fmt: skip
            for j in range(min(4, trials - 4 * group)):
                word = w0 if j == 0 else (w1 if j == 1 else (w2 if j == 2 else w3))
                found += 1 if np.uint64(word) < least else 0
        return found
    q = 1.0 - p
    n = float(trials)
    spread = math.sqrt(n * p * q)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    mode = np.floor((n + 1.0) * p)
    while True:
        w0, w1, w2, w3 = philox4x32(
            np.uint32(draw), np.uint32(node), stream, np.uint32(0x5EED), key0, key1
        )
        draw += np.uint64(1)
        u = uniform64(w0, w1) - 0.5
        v = uniform64(w2, w3)
        edge = 0.5 - abs(u)
        k = np.floor((2.0 * a / edge + b) * u + n * p + 0.5) if edge > 0.0 else -1.0
        if edge >= 0.07 and v <= 0.92 - 4.2 / b:
            return np.int64(k)
        if 0.0 <= k <= n:
            v = v * (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b)
            # log of the probability of k over that of the mode, by Stirling's formula
            odds = (
                (mode + 0.5) * log64((mode + 1.0) * q / (p * (n - mode + 1.0)))
                + (n + 1.0) * log64((n - mode + 1.0) / (n - k + 1.0))
                + (k + 0.5) * log64((n - k + 1.0) * p / (q * (k + 1.0)))
                + stirling(mode) + stirling(n - mode) - stirling(k) - stirling(n - k)
            )  # fmt: skip
            if log64(v) <= odds:
                return np.int64(k)


def stirling(k):
    """log k! less (k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2, to 1e-9 from k = 9 on."""
    x = 1.0 / (k + 1.0)
    return x * (1.0 / 12.0 - x * x * (1.0 / 360.0 - x * x * (1.0 / 1260.0 - x * x / 1680.0)))
