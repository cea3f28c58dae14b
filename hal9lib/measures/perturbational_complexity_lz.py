"""Response to perturbation: how little its significant pattern can be compressed (PCI).

Sources: Casali et al. 2013, doi:10.1126/scitranslmed.3006294 (the index);
Kaspar & Schuster 1987, doi:10.1103/PhysRevA.36.842 (phrases of a pattern in space and time);
Nichols & Holmes 2002, doi:10.1002/hbm.1058 (significance by relabelling).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._lz_columns_kernels import phrases
from hal9lib.measures._trials import draws_and_generator, relabelled, two_runs
from hal9lib.result import Result

_NAME = "perturbational_complexity_lz"
_MOST_POINTS = 100_000
_LEAST_SHARE = 0.01
_RESAMPLES = 200


def perturbational_complexity_lz(
    response: ArrayLike,
    baseline: ArrayLike,
    *,
    level: float = 0.01,
    draws: int = 999,
    seed: int = 0,
) -> Result:
    """``PCI = c log2(L) / (L H)`` of where trials differ from those without a stimulus.

    c is the number of Lempel-Ziv phrases of the binary matrix (times, units) of significant
    responses, read time by time and within each time unit by unit, those that respond least first,
    no phrase going on into the next time; L its size, H the entropy of its share of ones
    (doi:10.1126/scitranslmed.3006294). 0 where less than 1 % or all of it is significant. A point
    is significant where the two-sample t of its trials exceeds, in size, the largest anywhere in
    all but `level` of the draws in which trials change places between the runs. (The paper
    resamples the time before each stimulus instead.)

    Parameters
    ----------
    response : (trials, times, units) activity after a stimulus; 5 trials, 8 times, 2 units or more.
    baseline : (trials, times, units) the same without the stimulus: a run of its own, never left
        out. Its trials may be more or fewer.
    level : the chance of any significant point without a response, 0.001 to 0.5.
    draws : how often trials change places, 999 or more. seed : of the draws, 0 to 2^64 - 1.

    Returns
    -------
    Result without a unit. p is the share of draws with a PCI as large, 1 where there is no
    response. ``arrays["significant"]`` is the matrix (times, units), in the units' own order;
    ``details`` hold its share of ones, c, and the least t. The 95 % t interval resamples trials
    within each run, 200 times, the threshold held.

    Raises
    ------
    ParameterError : runs of other times or units, too few trials, more than 100,000 points.

    Notes
    -----
    Known values: a random matrix of 300 times and 60 units has 0.95, one of identical units
    0.0024 (c = 3), no response 0. Cost: 0.8 s for 60 units, 300 times, 20 + 20 trials, mostly
    the draws; 9 s at 100,000 points. Of 100,000 neurons use the mean activity of some 60 regions;
    more points are refused.
    More trials find more points, so compare values of equal trials, times and units. A response at
    the edge of what so many trials can find has a value a few per cent off, and its interval covers
    less than 95 %; one that is clear beyond doubt has always the same value, and its interval
    covers more. Short matrices of few significant points come out high.

    Examples
    --------
    All units respond together, for 4 of 16 times: three phrases of 64 points, a quarter ones, so
    3 * 6 / (64 * 0.811).

    >>> import numpy as np
    >>> without = np.random.default_rng(1).normal(size=(20, 16, 4))
    >>> stimulated = np.random.default_rng(2).normal(size=(20, 16, 4))
    >>> stimulated[:, 4:8] += 5.0
    >>> pci = perturbational_complexity_lz(stimulated, without)
    >>> round(pci.value, 3), round(3 * 6 / (64 * 0.8113), 3), pci.details["phrases"]
    (0.347, 0.347, 3)
    """
    with_stimulus, without = two_runs(_NAME, response, baseline, (5, 8, 2))
    trials, times, units = with_stimulus.shape
    if times * units > _MOST_POINTS:
        raise ParameterError(
            f"{_NAME}.response has {times * units:,} points (times x units), which is not allowed; "
            f"use {_MOST_POINTS:,} at most: the mean activity of some 60 regions."
        )
    level = checks.number(f"{_NAME}.level", level, low=0.001, high=0.5)
    draws, generator = draws_and_generator(_NAME, draws, seed, 1)
    own, least, others = _against_relabelled(with_stimulus, without, level, draws, generator)
    significant = (own > least).reshape(times, units)
    count, value = _complexity(significant)
    found = np.array([_complexity(one.reshape(times, units))[1] for one in others])
    as_large = int(np.count_nonzero(found >= value)) if value > 0.0 else draws
    resampled = _resampled(with_stimulus, without, generator)
    spread = np.array([_complexity((r > least).reshape(times, units))[1] for r in resampled])
    freedom = trials + len(without) - 2
    return Result(
        value=value,
        unit="1",
        interval=clipped(t_interval(value, float(spread.std(ddof=1)), freedom), value, low=0.0),
        null=f"trials relabelled ({draws:,} draws)",
        p=(1 + as_large) / (1 + draws),
        measure=_NAME,
        method="95 % t, trials resampled, threshold held",
        details={
            "significant_share": float(significant.mean()),
            "phrases": count,
            "least_t": least * (freedom / max(1e-300, 1.0 - least**2)) ** 0.5,
        },
        arrays={"significant": significant},
    )


def _complexity(significant: NDArray[np.bool_]) -> tuple[int, float]:
    """(phrases, PCI) of a matrix (times, units); 0 phrases where too little is significant."""
    share = float(significant.mean())
    if not _LEAST_SHARE <= share < 1.0:
        return 0, 0.0
    size = significant.size
    order = np.argsort(significant.sum(axis=0), kind="stable")
    count = int(phrases(significant[:, order].astype(np.int64)))
    entropy = -share * math.log2(share) - (1.0 - share) * math.log2(1.0 - share)
    return count, count * math.log2(size) / (size * entropy)


def _against_relabelled(
    with_stimulus: NDArray[np.float64],
    without: NDArray[np.float64],
    level: float,
    draws: int,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float64], float, list[NDArray[np.bool_]]]:
    """(points,) size of the statistic, its threshold, and what exceeds it in each draw that does.

    The statistic is the correlation of a point with the labels, of which the two-sample t is an
    increasing function. Draws in which nothing exceeds the threshold are not handed back.
    """
    counts = len(with_stimulus), len(without)
    data = np.concatenate((with_stimulus, without)).reshape(sum(counts), -1)
    data -= data.mean(axis=0)
    size = np.sqrt((data * data).sum(axis=0)) * (1.0 / counts[0] + 1.0 / counts[1]) ** 0.5
    data /= np.where(size > 1e-12, size, np.inf)  # a point that does not vary shows nothing
    labels = np.repeat([1.0 / counts[0], -1.0 / counts[1]], counts)
    own = np.abs(labels @ data)
    at_once = max(1, 4_000_000 // data.shape[1])
    kept = math.floor(level * (draws + 1) + 1e-9)
    largest = [own.max()]
    tops: list[NDArray[np.float64]] = []
    for some in relabelled(generator, *counts, draws, at_once):
        found = np.abs(some @ data)
        maxima = found.max(axis=1)
        largest.extend(maxima)
        # Only the largest can exceed the threshold, which is the one after `kept` of all.
        tops.extend(found[i] for i in np.argsort(maxima)[-kept:])
        tops = sorted(tops, key=np.max)[-kept:]
    # A tie with the threshold is no excess; neither is rounding.
    least = float(np.sort(largest)[-kept - 1]) + 1e-9
    return own, least, [top > least for top in tops]


def _resampled(
    with_stimulus: NDArray[np.float64], without: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.float64]:
    """(resamples, points) size of the statistic of trials drawn anew within each run."""
    n, m = len(with_stimulus), len(without)
    x, y = with_stimulus.reshape(n, -1), without.reshape(m, -1)
    centre = np.concatenate((x, y)).mean(axis=0)
    x, y = x - centre, y - centre
    first = generator.multinomial(n, np.full(n, 1.0 / n), _RESAMPLES).astype(float)
    second = generator.multinomial(m, np.full(m, 1.0 / m), _RESAMPLES).astype(float)
    mean_x, mean_y = first @ x / n, second @ y / m
    squares = first @ (x * x) + second @ (y * y)
    between = n * m / (n + m) * (mean_x - mean_y) ** 2
    total = squares - (n * mean_x + m * mean_y) ** 2 / (n + m)
    return np.sqrt(between / np.where(total > 1e-12 * (n + m), total, np.inf))
