"""Calibration of `transfer_entropy`: chains that remember, alone or one copying the other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.transfer_entropy import transfer_entropy as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_STAY, _ERROR, _TIMES = 0.7, 0.3, 400


def transfer_entropy() -> Calibration:
    """The copy's own past tells little of the source, and how little is known in closed form."""
    return Calibration(
        noise=_noise,
        noise_as="two independent binary chains, each keeping its symbol with chance 0.7, 400 "
        "times; against shifted_series",
        planted=_planted,
        truth=_truth_bits(),
        planted_as="a binary chain that keeps its symbol with chance 0.7, copied a step later "
        "with errors of chance 0.3, 400 times",
        large=_large,
        large_as="one pair of the 100,000 neurons, 1,000,000 times",
    )


def _truth_bits() -> float:
    """``h(same) - h(error)``, `same` the chance that the copy repeats its symbol."""
    differ = 2.0 * _ERROR * (1.0 - _ERROR)  # of two steps' errors
    same = _STAY * (1.0 - differ) + (1.0 - _STAY) * differ
    return _coin_bits(same) - _coin_bits(_ERROR)


def _coin_bits(chance: float) -> float:
    return float(-chance * np.log2(chance) - (1.0 - chance) * np.log2(1.0 - chance))


def _chain(generator: Generator) -> NDArray[np.int64]:
    return np.cumsum(generator.random(_TIMES) > _STAY) % 2


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(_chain(generator), _chain(generator), null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    source = _chain(generator)
    target = np.roll(source, 1) ^ (generator.random(_TIMES) < _ERROR)
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(source, target, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    source, target = generator.integers(0, 2, (2, 1_000_000))
    return lambda: measure(source, target)
