"""Kernels of structural plasticity: elements that grow, and draws without replacement.

All in float64, whatever the simulation's precision.
"""

import numpy as np

from hal9lib.rng import philox4x32


def grow(neuron, now_ms, g):
    """Integrate a neuron's elements from where they were up to `now_ms`, its calcium decaying.

    Three-point Gauss-Legendre on pieces of at most an eighth of the time constant: the calcium
    is known exactly, and the integral to 1e-9 of the piece.
    """
    population = g.population[neuron]
    tau_ms = g.tau_ms[population]
    span = now_ms - g.last_ms[neuron]
    g.last_ms[neuron] = now_ms
    if span > 0.0 and g.first[population + 1] > g.first[population]:
        pieces = np.int64(8.0 * span / tau_ms) + 1
        h = span / pieces
        early, half = np.exp(-0.1127016653792583 * h / tau_ms), np.exp(-0.5 * h / tau_ms)
        late = half * half / early
        rate, whole = g.rate_hz[neuron], 0.0
        for e in range(g.first[population], g.first[population + 1]):
            at = g.offset[e] + neuron - g.start[population]
            middle, width = g.middle_hz[e], g.width_hz[e]
            if e == g.first[population] or middle != g.middle_hz[e - 1]:
                whole, rate = 0.0, g.rate_hz[neuron]
                for _ in range(pieces):
                    a, b, c = rate * early, rate * half, rate * late
                    a, b, c = (a - middle) / width, (b - middle) / width, (c - middle) / width
                    whole += 5.0 * np.exp(-a * a) + 8.0 * np.exp(-b * b)
                    whole += 5.0 * np.exp(-c * c)
                    rate *= half * half
                whole *= h / 18.0
            z = g.elements[at] + g.growth_per_ms[e] * (2.0 * whole - span)
            g.elements[at] = z if z > 0.0 else 0.0
        g.rate_hz[neuron] = rate


def see_spikes(steps, neurons, dt_ms, g):
    """What spikes, in order of time, do to the calcium and the elements of those that fired."""
    for k in range(len(steps)):
        neuron = neurons[k]
        grow(neuron, (steps[k] + 1) * dt_ms, g)
        g.rate_hz[neuron] += 1000.0 / g.tau_ms[g.population[neuron]]


def grow_all(now_ms, g):
    """Bring every neuron's elements up to `now_ms`."""
    for neuron in range(len(g.population)):
        grow(neuron, now_ms, g)


def draw_first(items, first, counts, owners, stream, moment, key0, key1):
    """For each owner, put `counts` of its items, drawn without replacement, before its others.

    Items of owner k lie from ``first[k]`` to ``first[k + 1]``. A draw is keyed on the owner's
    number, so that it is the same wherever its items are kept.
    """
    for k in range(len(counts)):
        begin, size = first[k], first[k + 1] - first[k]
        for i in range(counts[k]):
            word, _, _, _ = philox4x32(
                moment, np.uint32(owners[k]), np.uint32(i), stream, key0, key1
            )
            j = i + np.int64((np.uint64(word) * np.uint64(size - i)) >> np.uint64(32))
            chosen = items[begin + j]
            items[begin + j] = items[begin + i]
            items[begin + i] = chosen
