"""Lempel-Ziv 1976 phrases of a binary matrix read column by column.

A phrase is the shortest word, within its column, that is found nowhere before: neither in an
earlier column nor in its own up to the letter before its last. What is left of a column when it
ends is no phrase. A suffix automaton of all that was read answers in a few steps a letter.
"""

import numpy as np

from hal9lib.jit import kernel

_SEPARATOR = 2


@kernel
def extend(links, lengths, after, states, last, letter):
    """Append a letter to the automaton; returns (states, the state of the whole)."""
    whole = states
    states += 1
    lengths[whole] = lengths[last] + 1
    p = last
    while p >= 0 and after[p, letter] < 0:
        after[p, letter] = whole
        p = links[p]
    if p < 0:
        links[whole] = 0
        return states, whole
    q = after[p, letter]
    if lengths[p] + 1 == lengths[q]:
        links[whole] = q
        return states, whole
    clone = states
    states += 1
    lengths[clone] = lengths[p] + 1
    after[clone] = after[q]
    links[clone] = links[q]
    while p >= 0 and after[p, letter] == q:
        after[p, letter] = clone
        p = links[p]
    links[q] = clone
    links[whole] = clone
    return states, whole


@kernel
def phrases(columns):
    """How many phrases (columns, letters) of 0 and 1 have, and one for what is left at the end."""
    most = 2 * columns.shape[0] * (columns.shape[1] + 1) + 2
    links = np.full(most, -1, np.int32)
    lengths = np.zeros(most, np.int32)
    after = np.full((most, 3), -1, np.int32)
    states, last, count = 1, 0, 1
    for column in columns:
        state, matched = 0, 0
        for letter in column:
            if after[state, letter] >= 0:
                state = after[state, letter]
                matched += 1
            else:
                state, matched = 0, 0
                count += 1
            states, last = extend(links, lengths, after, states, last, letter)
            # The word so far may have got a state of its own by that.
            while matched > 0 and lengths[links[state]] >= matched:
                state = links[state]
        states, last = extend(links, lengths, after, states, last, _SEPARATOR)
    return count
