"""Calibration of `layer_stability`: labels dealt out at random, and noisy copies of some."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.layer_stability import layer_stability as measure
from hal9lib.nulls.layer_permutation import layer_permutation
from hal9lib.result import Result

_LAYERS, _SIZE, _SEEDS = 4, 30, 30
_LOW, _HIGH = 0.6, 0.9
#: Of the share of labels that a seed keeps, the mean square.
_MEAN_SQUARE = (_HIGH**3 - _LOW**3) / (3.0 * (_HIGH - _LOW))


def layer_stability() -> Calibration:
    """Two seeds that keep shares a and b of the labels agree by ``a^2 b^2``."""
    return Calibration(
        noise=_noise,
        noise_as="6 seeds, 30 neurons, each in one of 3 layers at random; null layer_permutation",
        planted=_planted,
        truth=_MEAN_SQUARE**2,
        planted_as="30 seeds of 4 layers of 30 neurons, each seed keeping 60 to 90 % of the labels "
        "and dealing out the rest; null layer_permutation",
        large=_large,
        large_as="30 seeds of 100,000 neurons in 10 layers",
    )


def _noise(generator: Generator) -> Result:
    null = layer_permutation(seed=int(generator.integers(2**63)))
    return measure(generator.integers(0, 3, (6, 30)), null=null)


def _copies(generator: Generator, seeds: int, layers: int, size: int) -> NDArray[np.int64]:
    shape = (seeds, layers * size)
    kept = generator.random(shape) < generator.uniform(_LOW, _HIGH, (seeds, 1))
    return np.where(kept, np.arange(shape[1]) // size, generator.integers(0, layers, shape))


def _planted(generator: Generator, with_null: bool) -> Result:
    null = layer_permutation(seed=int(generator.integers(2**63))) if with_null else None
    return measure(_copies(generator, _SEEDS, _LAYERS, _SIZE), null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    labelings = _copies(generator, 30, 10, 10_000)
    return lambda: measure(labelings)
