"""Synapses counted and written, for one block of targets and one projection onto it.

Two passes over a connectivity rule (count, then fill), because its draws are keyed by counters and
cost less than keeping them: there is no second copy of the synapses, but of values that were given.
A synapse's weight and delay are drawn from words keyed on the neuron that draws it and on its
number there.
"""

import numpy as np

from hal9lib.engine.mathematics import quantile
from hal9lib.rng import philox4x32


def partners(key0, key1, stream, neuron, others, same_population, arguments, data, out):
    """Stands for the rule's own function, which the generated module has under this name."""
    raise NotImplementedError


def value_of(draw, word, place):
    """A weight or delay: one for all, one of a given list, or drawn."""
    kind = draw.kind[0]
    if kind == -1:
        return draw.numbers[0]
    if kind == -2:
        return draw.values[place]
    n = draw.numbers
    return quantile(kind, n[0], n[1], n[2], n[3], n[4], n[5], word)


def given_value(draw, _word, place):
    """`value_of` where neither weights nor delays are drawn: less to compile."""
    return draw.values[place] if draw.kind[0] == -2 else draw.numbers[0]


def delay_index(task, word, place):
    """Which of the bundle's delays a synapse has, in whole steps."""
    steps = np.int64(np.rint(value_of(task.delay, word, place) / task.dt_ms[0]))
    return np.int64(task.delay_index[steps])


def words_of(task, neuron, j):
    """Two random words of a synapse: for its weight and for its delay."""
    if task.weight.kind[0] < 0 and task.delay.kind[0] < 0:
        return np.uint32(0), np.uint32(0)
    w0, w1, _w2, _w3 = philox4x32(
        np.uint32(j), np.uint32(neuron), np.uint32(task.whole[0]), np.uint32(0x5A9E),
        task.key[0], task.key[1],
    )  # fmt: skip
    return w0, w1


def draw(task, neuron, scratch):
    """The partners of one neuron, into `scratch`; returns how many."""
    return partners(
        task.key[0], task.key[1], np.uint32(task.whole[0]), neuron, task.whole[1],
        task.whole[2] != 0, task.arguments, task.data, scratch,
    )  # fmt: skip


def count_rows(task, first, size, rows, scratch):
    """Count each row's synapses onto the targets [first, first + size): rows[row + 1]."""
    delays, by_target = task.whole[3], task.whole[4] != 0
    begin, end = (first, first + size) if by_target else (np.int64(0), task.whole[5])
    for neuron in range(begin, end):
        count = draw(task, neuron, scratch)
        offset = np.int64(task.data[neuron]) if task.whole[6] != 0 else np.int64(0)
        for j in range(count):
            source, target = (scratch[j], neuron) if by_target else (neuron, scratch[j])
            if by_target or first <= target < first + size:
                _, word = words_of(task, neuron, j)
                k = delay_index(task, word, offset + j)
                rows[source * delays + k + 1] += np.uint32(1)


def fill_rows(task, first, size, offset_in_block, cursor, targets, weights, scratch):
    """Write each synapse where its row has come to; its weight too where it has its own."""
    delays, by_target = task.whole[3], task.whole[4] != 0
    begin, end = (first, first + size) if by_target else (np.int64(0), task.whole[5])
    weighted = len(weights) > 0
    for neuron in range(begin, end):
        count = draw(task, neuron, scratch)
        offset = np.int64(task.data[neuron]) if task.whole[6] != 0 else np.int64(0)
        for j in range(count):
            source, target = (scratch[j], neuron) if by_target else (neuron, scratch[j])
            if by_target or first <= target < first + size:
                word, delay_word = words_of(task, neuron, j)
                row = source * delays + delay_index(task, delay_word, offset + j)
                place = np.int64(cursor[row])
                cursor[row] += np.uint32(1)
                targets[place] = np.uint16(target - first + offset_in_block)
                if weighted:
                    weights[place] = value_of(task.weight, word, offset + j) * task.sign[0]
