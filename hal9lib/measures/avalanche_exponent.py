"""Exponent of a discrete power law between two cuts, by maximum likelihood.

Source: Clauset, Shalizi & Newman 2009, doi:10.1137/070710111; with an upper cut, Deluca & Corral
2013, doi:10.2478/s11600-013-0154-9, and Marshall et al. 2016, doi:10.3389/fphys.2016.00250.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import symbols
from hal9lib.measures import _power_law_kernels as kernels
from hal9lib.measures._against import p_value
from hal9lib.measures._intervals import NORMAL_QUANTILE, clipped
from hal9lib.measures._power_law import LEAST_CHOSEN, PowerLaw, cuts, fitted
from hal9lib.measures._power_law_rivals import compared
from hal9lib.nulls._null import LEAST_DRAWS
from hal9lib.result import Result


def avalanche_exponent(
    sizes: ArrayLike,
    *,
    low: int | None = 1,
    high: int | None = None,
    draws: int | None = None,
    seed: int = 0,
    rivals: bool = False,
) -> Result:
    """The likeliest exponent of ``p(x) = x^-a / Z`` over whole x from `low` to `high`.

    Clauset, Shalizi & Newman 2009 (doi:10.1137/070710111); Z is the sum of ``x^-a`` between the
    cuts. p is that of the fit: a SMALL p says that the sizes do NOT follow a power law.

    Parameters
    ----------
    sizes : (avalanches,) sizes or durations, whole numbers from 1; those beyond the cuts are left
        out.
    low : the lower cut. None chooses the value that brings data and law closest (least
        Kolmogorov-Smirnov distance), of those that leave 50 sizes.
    high : the upper cut, included; None for none.
    draws : samples of the fitted law behind p, 999 or more; None for no p.
    seed : of the draws, 0 to 2^64 - 1.
    rivals : compare the law with others.

    Returns
    -------
    Result without a unit. ``details`` holds ``low``, ``high``, ``used``, how many sizes lie between
    the cuts, and ``distance``, Kolmogorov and Smirnov's at any x. p is the share of samples of the
    fitted law that lie at least as far from their own fits, each with its own cut where `low` is
    chosen; then a sample holds as many sizes below the cut, drawn from the data's.
    With `rivals`, ``against_exponential``, ``against_log_normal`` (rounded to whole numbers) and
    ``against_truncated`` (a power law times an exponential) are log likelihood ratios, above 0
    where the power law is likelier, and ``p_exponential`` … their p (Vuong 1989,
    doi:10.2307/1912557).

    Raises
    ------
    ParameterError : sizes that are not whole numbers from 1, fewer than 10 between the cuts or all
        alike there, or that do not fall off; a cut, draws or seed that is not allowed.

    Notes
    -----
    Known values: the exponent of samples of a power law; 3/2 of the sizes and 2 of the durations of
    a critical branching process, far from the lower end only: up to 200,000 its exact sizes
    (Borel's distribution) give 1.486 from 1, 1.4989 from 10 and 1.4999 from 100 up, its exact
    durations 1.616, 1.9127 and 1.9866.
    The interval is normal, from the law's information, for avalanches independent of one another
    and the cuts as given: a cut that was chosen is treated as if it had been known. The bias of
    ``a - 1`` is 1 / used, which is not taken off.
    Cost: a sort and some 20 sums of 30 terms: 0.05 s for 1e6 sizes. 999 draws behind p: 0.04 s for
    300 sizes, 1 s for 1e4, 11 s for 1e5. Choosing a cut takes as many fits and distances as there
    are different values, in all the square of that number: 0.3 s for 1e5 sizes with 3,000 values,
    and as much again for each draw.

    Examples
    --------
    Sizes 1 and 2 only, two of the first for one of the second: ``1^-a / 2^-a = 2``.

    >>> round(avalanche_exponent([1, 1, 2] * 10, high=2).value, 9)
    1.0
    """
    data = symbols("avalanche_exponent.sizes", sizes, low=1, high=2**53)
    at_least, at_most = cuts("avalanche_exponent", low, high)
    if draws is not None:
        draws = checks.whole("avalanche_exponent.draws", draws, low=LEAST_DRAWS, high=10**9)
    seed = checks.whole("avalanche_exponent.seed", seed, low=0, high=2**64 - 1)
    law = fitted("avalanche_exponent.sizes", data, at_least, at_most)
    half = NORMAL_QUANTILE * law.error
    details: dict[str, Any] = {"low": law.low} | ({"high": law.high} if law.high else {})
    details |= {"used": law.size, "distance": law.distance} | (compared(law) if rivals else {})
    found = None
    if draws is not None:
        below = data[data < law.low] if at_least == 0 else data[:0]
        found = _distances(law, below, draws, seed)
    return Result(
        value=law.exponent,
        unit="1",
        interval=clipped((law.exponent - half, law.exponent + half), law.exponent, low=0.0),
        null=None if found is None else f"the power law fitted ({draws:,} draws)",
        p=None if found is None else p_value(law.distance, found, "greater"),
        measure="avalanche_exponent",
        method="95 %, normal, from the law's information",
        details=details,
        arrays={}
        if found is None
        else {"null_draws": found, "null_observed": np.array(law.distance)},
    )


def _distances(
    law: PowerLaw, below: NDArray[np.int64], draws: int, seed: int
) -> NDArray[np.float64]:
    """(draws,) Kolmogorov-Smirnov distances of samples of the law from their own fits."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    chosen = min(LEAST_CHOSEN, law.size) if len(below) else 0
    found: NDArray[np.float64] = kernels.distances_of_draws(
        generator, draws, below, law.size, law.exponent, law.low, law.high, chosen
    )
    return found
