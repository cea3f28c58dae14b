"""Mean of one measure over seeds, with Fisher's combined p (doi:10.1371/journal.pone.0022647).

Seeds are replicates: the interval says where the mean of further seeds would lie. Draws of a null
model are not, so they never enter it.
"""

import numpy as np
from numpy.typing import ArrayLike

from hal9lib.arrays import as_many, numbers
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.measures._intervals import mean_interval, t_quantile
from hal9lib.result import Result


def mean_over_seeds(values: ArrayLike, *, p: ArrayLike | None = None, unit: str = "1") -> Result:
    """Mean over seeds with a 95 % t interval, and one p of all (doi:10.1371/journal.pone.0022647).

    ``mean ± t(n - 1) sd / sqrt(n)``. With `p`, the seeds' own p-values against a null model are
    combined into ``P(chi2(2 n) >= -2 sum ln p_k)``, Fisher's method (1932), exact for
    independent uniform p and errs to the safe side where ties make them larger.

    Parameters
    ----------
    values : (seeds,) the measure of each seed: numbers or Results, 2 or more. 30 are good practice.
    p : (seeds,) the p-value of each, in (0, 1]; None leaves the combination out.
    unit : the values' unit.

    Returns
    -------
    Result in `unit`. ``details``: ``seeds``, ``sd`` over seeds, ``another_low`` and
    ``another_high``, between which one more seed falls in 95 % of cases; with `p`, how many
    ``seeds_below_0.05`` there are.

    Raises
    ------
    ParameterError : fewer than 2 seeds, a value that is not finite, a p outside (0, 1].

    Notes
    -----
    Known values: the t interval of textbooks; ``scipy.stats.combine_pvalues``. Cost: one pass.
    The interval takes the mean over seeds as about normal, which a few seeds of a skewed measure
    are not. Fisher's p is small when one seed is extreme: look at ``seeds_below_0.05`` too.

    Examples
    --------
    >>> mean_over_seeds([1.0, 2.0, 3.0], p=[0.5, 0.5, 0.5])
    mean_over_seeds: 2, -0.4841 to 4.484 (95 % t over seeds); against the seeds' nulls (Fisher) \
p = 0.66; seeds 3, sd 1, another_low -2.968, another_high 6.968, seeds_below_0.05 0
    """
    array = numbers("mean_over_seeds.values", values)
    if len(array) < 2:
        raise ParameterError(
            f"mean_over_seeds.values has {len(array)} seeds; use 2 or more, better 30."
        )
    sd = float(array.std(ddof=1))
    reach = t_quantile(len(array) - 1) * sd * (1.0 + 1.0 / len(array)) ** 0.5
    mean = float(array.mean())
    details = {
        "seeds": len(array),
        "sd": sd,
        "another_low": mean - reach,
        "another_high": mean + reach,
    }
    combined = None
    if p is not None:
        each = numbers("mean_over_seeds.p", p, above_zero=True)
        as_many("mean_over_seeds.p", each, "values", array)
        combined = _fisher(each)
        details["seeds_below_0.05"] = int(np.count_nonzero(each <= 0.05))
    return Result(
        value=mean,
        unit=unit,
        interval=mean_interval(array),
        null=None if combined is None else "the seeds' nulls (Fisher)",
        p=combined,
        measure="mean_over_seeds",
        method="95 % t over seeds",
        details=details,
    )


def _fisher(p: np.ndarray) -> float:
    if (p > 1.0).any():
        where = int(np.argmax(p > 1.0))
        raise ParameterError(
            f"mean_over_seeds.p[{where}] = {p[where]:g} is not allowed; "
            "use finite numbers above 0 up to 1."
        )
    chi2 = needs("scipy.stats", "a combined p").chi2
    return float(chi2.sf(-2.0 * np.log(p).sum(), 2 * len(p)))
