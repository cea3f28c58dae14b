"""Calibration of `information_kept`: independent layers, and a copy with errors."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.information_kept import information_kept as measure
from hal9lib.nulls._null import Null
from hal9lib.nulls.permuted_times import permuted_times
from hal9lib.result import Result

_STATES = 4
_TIMES = 300
#: The next layer takes one of the other states, each as likely, with this chance.
_ERROR = 0.3


def information_kept() -> Calibration:
    """The truth is ``1 - (H2(e) + e log2 3) / 2``, of 4 states as likely and errors e."""
    doubt = -_ERROR * np.log2(_ERROR / (_STATES - 1)) - (1.0 - _ERROR) * np.log2(1.0 - _ERROR)
    return Calibration(
        noise=_noise,
        noise_as="two independent layers of 4 states, as likely, 300 times",
        planted=_planted,
        truth=float(1.0 - doubt / np.log2(_STATES)),
        planted_as="a layer of 4 states, copied with errors of chance 0.3, 300 times",
        large=_large,
        large_as="1,000,000 times, 16 states each, such as levels of activity of 100,000 neurons",
    )


def _noise(generator: Generator) -> Result:
    layer, other = generator.integers(0, _STATES, (2, _TIMES))
    return measure(layer, other, null=_null(generator))


def _planted(generator: Generator, with_null: bool) -> Result:
    layer = generator.integers(0, _STATES, _TIMES)
    null = _null(generator) if with_null else None
    return measure(layer, _copied(generator, layer, _STATES), null=null)


def _copied(generator: Generator, layer: NDArray[np.int64], states: int) -> NDArray[np.int64]:
    wrong = generator.random(len(layer)) < _ERROR
    return (layer + wrong * generator.integers(1, states, len(layer))) % states


def _null(generator: Generator) -> Null:
    return permuted_times(seed=int(generator.integers(2**32)))


def _large(generator: Generator) -> Callable[[], Result]:
    layer = generator.integers(0, 16, 1_000_000)
    following = _copied(generator, layer, 16)
    return lambda: measure(layer, following)
