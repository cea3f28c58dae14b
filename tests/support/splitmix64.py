"""The random numbers behind the golden files: splitmix64, the same in every language."""

import numpy as np

_MASK = (1 << 64) - 1


def words(seed, count):
    """(count,) 64-bit words of splitmix64 started at `seed`."""
    state, drawn = seed, np.empty(count, np.uint64)
    for k in range(count):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        drawn[k] = z ^ (z >> 31)
    return drawn


def bits(seed, count):
    """(count,) 0 or 1: the top bit of each word."""
    return (words(seed, count) >> np.uint64(63)).astype(np.int64)


def uniforms(seed, count):
    """(count,) numbers in [0, 1): the top 53 bits of each word."""
    return (words(seed, count) >> np.uint64(11)).astype(float) / 2.0**53
