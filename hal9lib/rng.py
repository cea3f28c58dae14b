"""Counter-based random numbers: a draw is a function of its key and counter, nothing else.

Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). The key is the network's seed;
the counter says what the draw is for (which stream, neuron and step), so that a result does not
depend on threads, on the order of work, or on how often a simulation was interrupted.
"""

import numpy as np

#: What the fourth word of a counter stands for: no two uses share a counter.
CONNECTIVITY = 0x5EED
INITIAL = 0x1417
DRIVE = 0xD21E
NOISE = 0x2015
PARAMETER = 0x9A4A
SYNAPSE = 0x5A9E
POSITION = 0x9051
STRUCTURE = 0x57C7


def philox4x32(c0, c1, c2, c3, k0, k1):
    """Four uint32 words of the counter (c0, c1, c2, c3) under the key (k0, k1), all uint32."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    for _ in range(10):
        p0 = np.uint64(c0) * np.uint64(0xD2511F53)
        p1 = np.uint64(c2) * np.uint64(0xCD9E8D57)
        n0 = np.uint32(p1 >> shift) ^ c1 ^ k0
        n2 = np.uint32(p0 >> shift) ^ c3 ^ k1
        c1 = np.uint32(p1 & low)
        c3 = np.uint32(p0 & low)
        c0 = n0
        c2 = n2
        # In 64 bits, because NumPy warns when 32-bit scalars wrap.
        k0 = np.uint32((np.uint64(k0) + np.uint64(0x9E3779B9)) & low)
        k1 = np.uint32((np.uint64(k1) + np.uint64(0xBB67AE85)) & low)
    return c0, c1, c2, c3


def key_of(seed: int) -> tuple[np.uint32, np.uint32]:
    """The key of a seed from 0 to 2^64 - 1.

    >>> [int(word) for word in key_of(2**32 + 9)]
    [9, 1]
    """
    return np.uint32(seed & 0xFFFFFFFF), np.uint32(seed >> 32)
