"""Times of a series in another order, each unit's by itself.

Source: the permutation test of independence, Pitman 1937, doi:10.2307/2983647.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.nulls._null import LEAST_DRAWS, Null


def permuted_times(
    *,
    together: bool = False,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Every order of each unit's times is as likely (doi:10.2307/2983647).

    Keeps: each unit's values, exactly, whole numbers included; with ``together=True`` also what
    all units did at the same time.
    Destroys: order in time; with ``together=False`` also every relation between units.

    Parameters
    ----------
    together : False puts each unit's times in an order of its own, True all units' in the same.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Exact for samples that are independent of one another: then p is uniform but for ties. Samples
    that depend on the ones before are not, and give false alarms: use `shifted_series`. Cost: a
    random number a value; 0.2 s for 10 units of 1e6 times (tests/benchmarks/nulls.md).

    Examples
    --------
    >>> series = np.array([[0, 5], [1, 6], [2, 7]])
    >>> permuted_times(seed=2).surrogate(series).tolist()
    [[0, 7], [1, 6], [2, 5]]
    """
    if not isinstance(together, bool):
        raise ParameterError(
            f"permuted_times.together = {together!r} is not allowed; use True or False."
        )
    options = {"together": together}
    return Null("permuted_times", "series", _sample, draws, seed, progress, options)


def _sample(
    series: NDArray[np.generic], generator: np.random.Generator, together: bool
) -> NDArray[np.generic]:
    if together:
        return generator.permutation(series)
    return generator.permuted(series, axis=0)
