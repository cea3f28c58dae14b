"""How far labelings of the same neurons agree, pair by pair."""

import numpy as np

from hal9lib.jit import kernel


@kernel
def adjusted_rand(labelings, count):
    """(seeds, seeds) adjusted Rand index of rows with labels below `count`; 1 on the diagonal."""
    seeds, neurons = labelings.shape
    pairs = neurons * (neurons - 1) / 2.0
    found = np.ones((seeds, seeds))
    alone = np.zeros(seeds)
    for s in range(seeds):
        size = np.zeros(count)
        for neuron in range(neurons):
            size[labelings[s, neuron]] += 1.0
        alone[s] = (size * (size - 1.0)).sum() / 2.0
    for s in range(seeds):
        for t in range(s):
            table = np.zeros((count, count), np.int64)
            for neuron in range(neurons):
                table[labelings[s, neuron], labelings[t, neuron]] += 1
            both = 0.0
            for size in table.flat:
                both += size * (size - 1.0) / 2.0
            chance = alone[s] * alone[t] / pairs
            most = (alone[s] + alone[t]) / 2.0
            if most != chance:
                found[s, t] = found[t, s] = (both - chance) / (most - chance)
    return found


@kernel
def leave_one_out(pairs):
    """(mean over pairs of rows, (rows,) the mean without each row) of a symmetric matrix."""
    rows = len(pairs)
    total, own = 0.0, np.zeros(rows)
    for s in range(rows):
        for t in range(s):
            total += pairs[s, t]
            own[s] += pairs[s, t]
            own[t] += pairs[s, t]
    count = rows * (rows - 1) / 2.0
    return total / count, (total - own) / max(1.0, count - (rows - 1))
