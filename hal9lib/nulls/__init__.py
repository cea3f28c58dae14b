"""Null models: seeded surrogates that keep one thing and destroy another. One file each.

``hal9lib.nulls.rewired(seed=1)`` is handed to a measure of the same kind of data as ``null=``, or
gives surrogates itself: ``rewired(seed=1).surrogate(graph)``.

Of graphs
    random_digraph, random_dag, rewired
Of labels, one a neuron
    layer_permutation
Of spikes
    shuffled_spikes, jittered_spikes, dithered_spikes
Of series (times, units)
    permuted_times, shifted_series, phase_randomised
"""

from hal9lib.family import Family

_family = Family(__name__, "null model")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
