"""Random numbers for the neurons of a population: Poisson drive, and noise that a model asks for.

Neurons are taken in tiles. A draw is keyed on the step and on the neuron's place in its
population, so a neuron's numbers are the same whoever draws them.
"""

import numpy as np

from hal9lib.engine.mathematics import normal_quantile
from hal9lib.rng import philox4x32

# Set by the generated module; here so that this file reads and checks as plain Python.
real = np.float32


def draw_words(words, first, count, step, stream, purpose, key0, key1):
    """Fill words[0:count] for the neurons from `first` on, a multiple of 64, of a population.

    Sixteen counters give the words of 64 neighbours, the first word of each to the first sixteen
    and so on, because the compiler then draws them side by side.
    """
    moment = np.uint32(step & 0xFFFFFFFF)
    era = np.uint32((np.uint32(step >> 32) << np.uint32(16)) | np.uint32(purpose))
    for group in range((count + 63) >> 6):
        number = (first >> 2) + (group << 4)
        tile = words[group << 6 : (group + 1) << 6]
        for lane in range(16):
            w0, w1, w2, w3 = philox4x32(moment, np.uint32(number + lane), stream, era, key0, key1)
            tile[lane] = w0
            tile[lane + 16] = w1
            tile[lane + 32] = w2
            tile[lane + 48] = w3


def tally_poisson(words, tally, cdf, entries):
    """tally[i]: how many entries of a rising table lie below word i, eight entries at a time.

    Most groups have no word beyond the first eight. Counted in float32, because Numba adds two
    int32 in 64 bits, which halves the vectors.
    """
    one, none = np.float32(1), np.float32(0)
    largest = np.uint32(0)
    for i in range(64):
        largest = words[i] if words[i] > largest else largest
        tally[i] = none
    for k in range(0, entries, 8):
        c0, c1, c2, c3 = cdf[k], cdf[k + 1], cdf[k + 2], cdf[k + 3]
        c4, c5, c6, c7 = cdf[k + 4], cdf[k + 5], cdf[k + 6], cdf[k + 7]
        for i in range(64):
            word = words[i]
            low = (one if word > c0 else none) + (one if word > c1 else none)
            middle = (one if word > c2 else none) + (one if word > c3 else none)
            high = (one if word > c4 else none) + (one if word > c5 else none)
            top = (one if word > c6 else none) + (one if word > c7 else none)
            tally[i] += (low + middle) + (high + top)
        if largest <= c7:
            break


def look_up_poisson(words, tally, count, cdf, guide):
    """The same for a long table, begun where a guide says."""
    for i in range(count):
        word = words[i]
        k = np.intp(guide[word >> np.uint32(22)])
        while word > cdf[k]:
            k += 1
        tally[i] = np.float32(k)


def drive(worker, step, cells, drives, state):
    """Add this step's Poisson spikes to the input of the neurons that a worker owns."""
    words, tally = state.words[worker, 0], state.tally[worker, 0]
    for d in range(len(drives.target)):
        population = drives.target[d]
        first = cells.low[worker, population] - cells.first[population]
        size = cells.high[worker, population] - cells.low[worker, population]
        place = cells.place[worker, population]
        weight, entries, cdf = drives.weight[d], drives.counts[d], drives.cdf[d]
        stream = np.uint32(d)
        for begin in range(0, size, len(words)):
            count = min(len(words), size - begin)
            draw_words(
                words, first + begin, count, step, stream, 0xD21E, drives.key[0], drives.key[1]
            )
            if entries <= 64:
                for group in range(0, count, 64):
                    tally_poisson(words[group : group + 64], tally[group:], cdf, entries)
            else:
                look_up_poisson(words, tally, count, cdf, drives.guide[d])
            local = state.input[drives.slot[d]][place + begin : place + begin + count]
            for i in range(count):
                local[i] += weight * real(tally[i])


def draw_noise(worker, population, step, normal, cells, drives, state):
    """One random number for each neuron of a population that a worker owns, into `noise`."""
    words = state.words[worker, 0]
    first = cells.low[worker, population] - cells.first[population]
    size = cells.high[worker, population] - cells.low[worker, population]
    place = cells.place[worker, population]
    stream = np.uint32(population)
    for begin in range(0, size, len(words)):
        count = min(len(words), size - begin)
        draw_words(words, first + begin, count, step, stream, 0x2015, drives.key[0], drives.key[1])
        local = state.noise[place + begin : place + begin + count]
        if normal:
            for i in range(count):
                u = (np.float64(words[i]) + np.float64(0.5)) * np.float64(
                    2.3283064365386963e-10
                )  # 2^-32
                local[i] = real(normal_quantile(u))
        else:
            for i in range(count):
                local[i] = real(words[i]) * real(2.3283064365386963e-10)
