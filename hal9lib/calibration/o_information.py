"""Calibration of `o_information`: independent units, and a parity of them."""

from collections.abc import Callable

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.calibration._groups import coin_bits, coins, noisy_parity
from hal9lib.measures.o_information import o_information as measure
from hal9lib.nulls.shifted_series import shifted_series
from hal9lib.result import Result

_TIMES, _UNITS, _ERROR = 400, 4, 0.2


def o_information() -> Calibration:
    """Of four, TC is ``1 - h`` and DTC ``3 (1 - h)``, with the entropy h of the errors."""
    return Calibration(
        noise=_noise,
        noise_as="4 independent coins, each turned over with a chance of 0.3 a step, 400 times; "
        "against shifted_series",
        planted=_planted,
        truth=-2.0 * (1.0 - coin_bits(_ERROR)),
        planted_as="3 such coins and their parity with errors of chance 0.2, 400 times",
        large=_large,
        large_as="1,000 triplets of 100,000 neurons, 200 times",
    )


def _noise(generator: Generator) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32)))
    return measure(coins(generator, _TIMES, _UNITS), states="discrete", null=null)


def _planted(generator: Generator, with_null: bool) -> Result:
    null = shifted_series(seed=int(generator.integers(2**32))) if with_null else None
    return measure(noisy_parity(generator, _TIMES, _UNITS, _ERROR), states="discrete", null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    series = generator.integers(0, 2, (200, 100_000))
    return lambda: measure(series, states="discrete", order=3)
