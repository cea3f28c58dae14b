"""Partners by distance, from the cells of a grid: the functions that the engine compiles.

A source at distance d is a partner with the probability p(d). Cell after cell of those in reach is
gone through with a bound b >= p on all its members. Each member costs -log(1 - b) of an
exponentially distributed store; where the store runs out, that member is a candidate (it is one
with probability b), taken with probability p / b, and the store is drawn anew. A cell without a
candidate costs one subtraction.

The array `data` begins with where its parts lie: the cells' first members, the members' numbers,
their positions, those of the targets, the cells' costs and bounds by offset. From 6 on there are
for each of three axes: origin, width of a cell, cells, reach in cells, period (0: none).
"""

import numpy as np

from hal9lib.connectivity._drawing import uniform64
from hal9lib.engine.mathematics import exp64, log64
from hal9lib.rng import philox4x32


def near_partners(key0, key1, stream, neuron, _others, same_population, arguments, data, out):
    """Draw the sources of one target into `out`; returns how many."""
    skip_self = same_population and arguments[4] == 0.0
    starts, members, places, mine = int(data[0]), int(data[1]), int(data[2]), int(data[3])
    costs, bounds = int(data[4]), int(data[5])
    x, y, z = data[mine + 3 * neuron], data[mine + 3 * neuron + 1], data[mine + 3 * neuron + 2]
    first_x, steps_x = window(x, data[6:11])
    first_y, steps_y = window(y, data[11:16])
    first_z, steps_z = window(z, data[16:21])
    w0, w1, w2, w3 = philox4x32(
        np.uint32(0), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
    )
    store = -log64(uniform64(w0, w1))
    count = 0
    draw = 1
    for i in range(steps_x * steps_y):
        cell_x, at_x = cell_and_offset(first_x + i // steps_y, x, data[6:11])
        cell_y, at_y = cell_and_offset(first_y + i % steps_y, y, data[11:16])
        row = starts + (cell_x * int(data[13]) + cell_y) * int(data[18])
        row_offset = (at_x * (int(data[14]) + 1) + at_y) * (int(data[19]) + 1)
        k = first_z
        while k < first_z + steps_z and data[costs + row_offset] > 0.0:
            cell, at_z = cell_and_offset(k, z, data[16:21])
            length = in_one_go(data[costs + row_offset], row, first_z + steps_z - k, cell, data)
            offset = row_offset if length > 1 else row_offset + at_z
            k += length
            cost = data[costs + offset]
            place, stop = int(data[row + cell]), int(data[row + cell + length])
            while place < stop and store < (stop - place) * cost:
                # The quotient may round up to the number of those left.
                place = min(place + int(store / cost), stop - 1)
                w0, w1, w2, w3 = philox4x32(
                    np.uint32(draw), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
                )
                draw += 1
                store = -log64(uniform64(w0, w1))
                there = places + 3 * place
                squared = apart(x - data[there], data[10])
                squared += apart(y - data[there + 1], data[15])
                squared += apart(z - data[there + 2], data[20])
                source = int(data[members + place])
                place += 1
                wanted = not (skip_self and source == neuron) and count < len(out)
                share = uniform64(w2, w3) * data[bounds + offset]
                if wanted and share <= probability_at(squared, arguments):
                    out[count] = source
                    count += 1
            if place < stop:
                store -= (stop - place) * cost
    return count


def in_one_go(cost, row, left, cell, data):
    """How many cells of a row have one bound, that of the nearest: all, where few members cost."""
    cells = int(data[18])
    members = data[row + cells] - data[row]
    far = cost * members * min(left, cells) < 0.1 * cells
    return min(left, cells - cell) if far else 1


def probability_at(squared, arguments):
    """The probability of a pair at the square of its distance."""
    kind, peak, scale, cutoff = arguments[0], arguments[1], arguments[2], arguments[3]
    if squared > cutoff * cutoff:
        return 0.0
    if kind == 0.0:
        return peak * exp64(-0.5 * squared / (scale * scale))
    if kind == 1.0:
        return peak * exp64(-np.sqrt(squared) / scale)
    return peak


def apart(difference, period):
    """The square of a distance along one axis, the short way round where it is periodic."""
    distance = abs(difference)
    if period > 0.0 and distance > 0.5 * period:
        distance = period - distance
    return distance * distance


def cell_of(value, axis):
    """The number of the cell along one axis."""
    last = int(axis[2]) - 1
    return min(max(int((value - axis[0]) / axis[1]), 0), last)


def window(value, axis):
    """(first cell, how many) to be gone through along one axis; the first may lie before cell 0."""
    cell, cells, reach = cell_of(value, axis), int(axis[2]), int(axis[3])
    if axis[4] > 0.0:
        return (cell - reach, 2 * reach + 1) if 2 * reach + 1 < cells else (0, cells)
    first = max(cell - reach, 0)
    return first, min(cell + reach, cells - 1) - first + 1


def cell_and_offset(number, value, axis):
    """(cell, its distance in cells from that of a value) along one axis, counted round."""
    cells = int(axis[2])
    cell = (number + cells) % cells
    offset = abs(cell - cell_of(value, axis))
    return cell, min(offset, cells - offset) if axis[4] > 0.0 else offset


HELPERS = (
    exp64,
    log64,
    uniform64,
    probability_at,
    apart,
    cell_of,
    window,
    cell_and_offset,
    in_one_go,
)
