"""Running a calibration: counts of alarms and finds, bias, coverage, seconds."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.extras import needs
from hal9lib.result import Result

LEVEL = 0.05
#: (purpose, trial) is the counter of a trial's random numbers, the seed their key.
_NOISE, _POWER, _VALUE, _LARGE = range(4)

Trial = Callable[[Generator], Result]


def on_noise(case: Calibration, repeats: int, seed: int, progress: bool) -> dict[str, Any]:
    """Alarms at 5 % among `repeats` data sets with nothing in them, and whether p is uniform."""
    if case.noise is None:
        return {}
    p = np.array([r.p for r in _trials(case.noise, _NOISE, repeats, seed, progress)], float)
    # Where uniform is not asked, p may be too large (ties), never too small.
    side = "greater" if "uniform" in case.not_asked else "two-sided"
    test = needs("scipy.stats", "a calibration").kstest(p, "uniform", alternative=side)
    return {
        "noise": case.noise_as,
        "noise_repeats": repeats,
        "alarms": int(np.count_nonzero(p <= LEVEL)),
        "uniform_p": float(test.pvalue),
    }


def on_planted(
    case: Calibration, power_repeats: int, value_repeats: int, seed: int, progress: bool
) -> dict[str, Any]:
    """Power, median bias and coverage of the interval on data with known structure."""
    found: dict[str, Any] = {"planted": case.planted_as, "truth": case.truth}
    if "power" not in case.not_asked:
        trial = _with_null(case, True)
        p = np.array([r.p for r in _trials(trial, _POWER, power_repeats, seed, progress)], float)
        share = float(np.count_nonzero(p <= LEVEL)) / power_repeats
        found |= {"power_repeats": power_repeats, "power": share}
    trial = _with_null(case, False)
    results = list(_trials(trial, _VALUE, value_repeats, seed, progress))
    median = float(np.median([r.value for r in results]))
    found |= {"value_repeats": value_repeats, "median": median}
    if "bias" not in case.not_asked:
        found["bias"] = median / case.truth - 1.0
    if "coverage" not in case.not_asked:
        found["coverage"] = sum(case.truth in r for r in results) / value_repeats
    return found


def on_large(case: Calibration, seed: int) -> dict[str, Any]:
    """Seconds for one measure of the large input, after a first call on it; memory at its peak."""
    if case.large is None:
        return {}
    call = case.large(_generator(seed, _LARGE, 0))
    call()  # compiles what is to be compiled
    begun = time.perf_counter()
    call()
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024
    return {"large": case.large_as, "seconds": seconds, "peak_rss_mb": peak_bytes / 1e6}


def _with_null(case: Calibration, with_null: bool) -> Trial:
    return lambda generator: case.planted(generator, with_null)


def _trials(
    trial: Trial, purpose: int, repeats: int, seed: int, progress: bool
) -> Iterator[Result]:
    from tqdm.auto import tqdm

    words = ("noise", "power", "values", "cost")[purpose]
    for number in tqdm(range(repeats), desc=words, disable=not progress, leave=False):
        yield trial(_generator(seed, purpose, number))


def _generator(seed: int, purpose: int, number: int) -> Generator:
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, purpose + 1, number]))
