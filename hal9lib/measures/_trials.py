"""Trials with a stimulus beside trials without: checks, and what relabelled trials would give.

Source: Nichols & Holmes 2002, doi:10.1002/hbm.1058 (permuted labels, largest statistic).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import block
from hal9lib.errors import ParameterError

#: Fewer relabelled draws give no p below 0.001.
LEAST_DRAWS = 999

_AXES = ("trials", "times", "units")


def two_runs(
    measure: str, response: ArrayLike, baseline: ArrayLike, least: tuple[int, int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Response and baseline as arrays (trials, times, units) of the same times and units."""
    with_stimulus = block(f"{measure}.response", response, axes=_AXES, least=least)
    without = block(f"{measure}.baseline", baseline, axes=_AXES, least=least)
    if with_stimulus.shape[1:] != without.shape[1:]:
        raise ParameterError(
            f"{measure}.baseline has shape {without.shape} and response has "
            f"{with_stimulus.shape}; use a run without stimulus of the same times and units."
        )
    return with_stimulus, without


def draws_and_generator(
    measure: str, draws: Any, seed: Any, purpose: int, *, none: bool = False
) -> tuple[int, np.random.Generator]:
    """How often trials are relabelled, or 0 where `none` is allowed; the random numbers."""
    if not (none and draws == 0):
        draws = checks.whole(f"{measure}.draws", draws, low=LEAST_DRAWS, high=10**7)
    key = checks.whole(f"{measure}.seed", seed, low=0, high=2**64 - 1)
    return draws, np.random.Generator(np.random.Philox(key=key, counter=[0, 0, purpose, 0]))


def relabelled(
    generator: np.random.Generator, responses: int, baselines: int, draws: int, at_once: int
) -> Iterator[NDArray[np.float64]]:
    """All draws of labels in pieces (draws, trials): 1 / responses or -1 / baselines at random."""
    labels = np.repeat([1.0 / responses, -1.0 / baselines], [responses, baselines])
    for begin in range(0, draws, at_once):
        many = min(at_once, draws - begin)
        yield generator.permuted(np.tile(labels, (many, 1)), axis=1)
