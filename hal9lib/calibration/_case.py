"""What a calibration consists of: noise, planted structure with its true value, a large input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hal9lib.errors import ParameterError
from hal9lib.result import Result

#: What is asked of a measure. `uniform`: p on noise is uniform and not just seldom small.
CRITERIA = ("alarms", "uniform", "power", "bias", "coverage", "cost")

Generator = np.random.Generator


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """One measure's trials.

    Attributes
    ----------
    planted : (generator, with_null) → the measure of data that was made with structure in it;
        `with_null` says whether a p-value is wanted, which costs at least 999 draws.
    truth : the value planted, in the measure's unit: what an endless sample would give.
    planted_as : size and noise of the planted data, in words.
    noise : generator → the measure, with its null, of data with nothing in it. noise_as : in words.
    large : generator → a call without arguments that measures 100,000 neurons (or the largest size
        the measure takes); making the data is not timed. large_as : that size, in words.
    not_asked : criterion → why it does not apply.
    """

    planted: Callable[[Generator, bool], Result]
    truth: float
    planted_as: str
    noise: Callable[[Generator], Result] | None = None
    noise_as: str = ""
    large: Callable[[Generator], Callable[[], Result]] | None = None
    large_as: str = ""
    not_asked: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.not_asked) - set(CRITERIA)
        if unknown:
            raise ParameterError(f"not_asked names {sorted(unknown)}; known: {CRITERIA}.")
        if self.noise is None and not {"alarms", "uniform"} <= set(self.not_asked):
            raise ParameterError("a calibration without noise says why: alarms and uniform.")
        if self.large is None and "cost" not in self.not_asked:
            raise ParameterError("a calibration without a large input says why: cost.")
