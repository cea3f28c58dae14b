"""Calibration of `mean_over_seeds`: 30 seeds of a skewed measure, and their p-values."""

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.mean_over_seeds import mean_over_seeds as measure
from hal9lib.result import Result

_SEEDS = 30


def mean_over_seeds() -> Calibration:
    """The p of a planted set are those of a weak effect: each seed alone seldom shows it."""
    return Calibration(
        noise=_noise,
        noise_as="30 seeds, p uniform in steps of 1/1,000, as 999 draws give them",
        planted=_planted,
        truth=3.0,
        planted_as="30 seeds of a gamma distribution of mean 3 and shape 9; p of each the smallest "
        "of three uniform ones",
        not_asked={"cost": "its input is one number a seed"},
    )


def _p_of_draws(generator: Generator, best_of: int) -> list[float]:
    return (generator.integers(1, 1_001, (_SEEDS, best_of)).min(axis=1) / 1_000).tolist()


def _noise(generator: Generator) -> Result:
    return measure(generator.normal(0.0, 1.0, _SEEDS), p=_p_of_draws(generator, 1))


def _planted(generator: Generator, with_null: bool) -> Result:
    values = generator.gamma(9.0, 3.0 / 9.0, _SEEDS)
    return measure(values, p=_p_of_draws(generator, 3) if with_null else None)
