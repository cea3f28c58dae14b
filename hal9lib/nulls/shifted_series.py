"""Series shifted round by a random lag, each unit by its own.

Source: Andrzejak, Kraskov, Stögbauer, Mormann & Kreuz 2003, doi:10.1103/PhysRevE.68.066202.
"""

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.nulls._null import LEAST_DRAWS, Null
from hal9lib.nulls._places import distinct


def shifted_series(
    *,
    min_lag: int = 0,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    progress: bool | None = None,
) -> Null:
    """Each unit shifted in time by its own lag, its end put before its beginning.

    Keeps: each unit's values, exactly, whole numbers included, and all that is within a unit
    (distribution, spectrum, order), but for one seam where the end meets the beginning.
    Destroys: every relation between units at the same time, or at any fixed lag.

    Parameters
    ----------
    min_lag : the least distance in steps between the lags of any two units, 0 for lags drawn
        freely; units times `min_lag` may not be more than the times.
    draws : surrogates behind a p-value, 999 or more. seed : 0 to 2^64 - 1.
    progress : show a bar; None shows one where someone may look when it takes over two seconds.

    Notes
    -----
    Source: doi:10.1103/PhysRevE.68.066202. Exact, with ``min_lag=0``, for units that are
    independent and stationary round the seam; a trend that units share is a relation it destroys.
    With few times few lags differ: keep times well above 1 / p. Cost: one copy;
    0.1 s for 10 units of 1e6 times (tests/benchmarks/nulls.md).

    Examples
    --------
    >>> series = np.array([[0, 5], [1, 6], [2, 7]])
    >>> shifted_series(seed=1, min_lag=1).surrogate(series).tolist()
    [[0, 7], [1, 5], [2, 6]]
    """
    options = {"min_lag": checks.whole("shifted_series.min_lag", min_lag, low=0, high=2**40)}
    return Null("shifted_series", "series", _sample, draws, seed, progress, options)


def _sample(
    series: NDArray[np.generic], generator: np.random.Generator, min_lag: int
) -> NDArray[np.generic]:
    times, units = series.shape
    shifted = np.empty_like(series)
    for unit, lag in enumerate(_lags(generator, times, units, min_lag)):
        shifted[lag:, unit] = series[: times - lag, unit]
        shifted[:lag, unit] = series[times - lag :, unit]
    return shifted


def _lags(
    generator: np.random.Generator, times: int, units: int, min_lag: int
) -> NDArray[np.int64]:
    """(units,) lags; with a `min_lag` every way to keep them that far apart is as likely."""
    if min_lag == 0:
        return generator.integers(times, size=units)
    free = times - units * min_lag
    if free < 0:
        raise ParameterError(
            f"shifted_series.min_lag = {min_lag} is not allowed for {units} units of {times} times;"
            f" use at most {times // units}."
        )
    # The steps that are free, put between the units: bars among stars.
    bars = distinct(generator, free + units - 1, units - 1)
    before = np.concatenate([[0], bars - np.arange(units - 1)])
    places = before + min_lag * np.arange(units) + generator.integers(times)
    return generator.permutation(places % times)
