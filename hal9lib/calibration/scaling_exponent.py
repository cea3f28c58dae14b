"""Calibration of `scaling_exponent`: a planted law with errors of a constant ratio."""

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.scaling_exponent import scaling_exponent as measure
from hal9lib.result import Result

_TRUTH = 1.2


def scaling_exponent() -> Calibration:
    """An exponent has an interval and no null model."""
    no_null = "an exponent is compared with a law, by its interval"
    return Calibration(
        planted=_planted,
        truth=_TRUTH,
        planted_as="7 sizes from 1e3 to 1e5, exponent 1.2, errors of 20 %",
        not_asked={
            "alarms": no_null,
            "uniform": no_null,
            "power": no_null,
            "cost": "its input is a handful of sizes, whatever they are sizes of",
        },
    )


def _planted(generator: Generator, _with_null: bool) -> Result:
    x = np.geomspace(1e3, 1e5, 7)
    return measure(x, 3.0 * x**_TRUTH * np.exp(generator.normal(0.0, 0.2, 7)))
