"""Layer labels dealt out at random: the null of "which neuron is in which layer does not matter".

Source: permutation of labels, Fisher's randomisation test as in Good 2005, doi:10.1007/b138696.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.nulls._null import LEAST_DRAWS, Null


def layer_permutation(
    *, draws: int = LEAST_DRAWS, seed: int = 0, progress: bool | None = None
) -> Null:
    """Every way to deal the labels out among the neurons is as likely (doi:10.1007/b138696).

    Keeps: how many neurons each layer has, exactly; and whatever the labels are not part of, such
    as the graph or the spikes.
    Destroys: any relation between a neuron's layer and all else.

    Parameters
    ----------
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Exact: where labels do not matter, p is uniform but for ties. With few neurons the number of
    different deals bounds p: 2 layers of 3 neurons have 20, so p is never below 0.05.
    Cost: a random number a label; 0.02 s for 1e6 (tests/benchmarks/nulls.md).

    Examples
    --------
    >>> layer_permutation(seed=1).surrogate([0, 0, 0, 1, 1, 2])
    array([1, 0, 0, 0, 2, 1])
    """
    return Null("layer_permutation", "labels", _sample, draws, seed, progress)


def _sample(labels: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    return generator.permutation(labels)
