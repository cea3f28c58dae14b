"""A rule's partners as the engine hears them: its function compiled, asked neuron by neuron."""

from functools import cache

import numpy as np

import hal9lib as hal9
from hal9lib.connectivity._model import Connectivity
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.parts import Population
from hal9lib.rng import key_of, philox4x32


def partners(key0, key1, stream, neuron, others, same_population, arguments, data, out):
    """Stands for the rule's own function, which the generated module has under this name."""
    raise NotImplementedError


def ask_each(
    key0, key1, stream, neurons, others, same_population, arguments, data, out, starts, found
):
    """Write each neuron's partners to `found`, where they begin to `starts`."""
    total = 0
    for index in range(len(neurons)):
        neuron = neurons[index]
        count = partners(key0, key1, stream, neuron, others, same_population, arguments, data, out)
        for k in range(count):
            found[total] = out[k]
            total += 1
        starts[index + 1] = total


@cache
def module_of(rule_partners, helpers):
    """Cached for a session; the folder of kernels keeps it between sessions."""
    parts = (
        function_source(philox4x32),
        *(function_source(helper, cast=False) for helper in helpers),
        function_source(rule_partners, "partners", cast=False),
        function_source(ask_each),
    )
    return compiled(parts, ("ask_each",), "float32")


def population(size: int, name: str = "cells", positions=None) -> Population:
    """Neurons to connect, with no network around them."""
    if positions is not None:
        positions = np.asarray(positions, np.float64)
    return Population(name, size, 0, hal9.neurons.lif(), positions)


def asked(rule: Connectivity, source, target, *, seed=5, stream=0, neurons=None):
    """(starts, partners): those of the i-th neuron are partners[starts[i]:starts[i + 1]]."""
    _, most = rule.size(source, target)
    drawing, others = (target, source) if rule.by == "target" else (source, target)
    neurons = np.arange(drawing.size) if neurons is None else np.asarray(neurons)
    starts = np.zeros(len(neurons) + 1, np.int64)
    found = np.full(most * len(neurons), -1, np.int64)
    module_of(rule.partners, rule.helpers).ask_each(
        *key_of(seed),
        np.uint32(stream),
        neurons,
        others.size,
        source is target,
        np.array(rule.arguments, np.float64),
        rule.data(source, target),
        np.full(max(1, most), -1, np.int64),
        starts,
        found,
    )
    return starts, found[: starts[-1]]


def pairs(rule: Connectivity, source, target, **options):
    """(sources, targets) of all synapses."""
    starts, found = asked(rule, source, target, **options)
    drawing = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return (found, drawing) if rule.by == "target" else (drawing, found)
