"""Null models: seeded surrogates that keep one thing and destroy another. One file each.

| Of | Null model | Keeps |
|---|---|---|
| graph | `random_digraph` | nodes, links |
| graph | `random_dag` | nodes, links; has no cycle |
| graph | `rewired` | every node's links in and out |
| labels | `layer_permutation` | layer sizes |
| spikes | `shuffled_spikes` | each neuron's intervals, or all times and each neuron's count |
| spikes | `jittered_spikes` | each neuron's counts in windows |
| spikes | `dithered_spikes` | each neuron's count and slow rate, or all but one interval |
| series | `phase_randomised` | power spectra, together also cross-spectra |
| series | `shifted_series` | each unit in time |
| series | `permuted_times` | each unit's values |

A measure takes one as ``null=``; by itself it draws with ``surrogate(data, draw)``.

>>> from hal9lib import nulls
>>> nulls.layer_permutation(seed=1)
layer_permutation(999 draws, seed 1)
"""

from hal9lib.family import Family

_family = Family(__name__, "null model")
names = _family.names
load = _family.load
__getattr__ = _family.attribute


def __dir__() -> list[str]:
    return ["load", "names", *names()]
