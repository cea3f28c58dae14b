"""Bayes factors of fixed ratios against a free one.

Source: Kass & Raftery 1995, doi:10.1080/01621459.1995.10476572.
"""

import math

import numpy as np
from numpy.typing import NDArray

from hal9lib.extras import needs

#: Ratios that were proposed for adjacent layers, and 1, which is none.
FIXED = {"1": 1.0, "phi": (1.0 + 5.0**0.5) / 2.0, "2": 2.0, "e": math.e, "10": 10.0}

#: The free ratio lies between 1/100 and 100, the logarithm of it anywhere there as likely.
LARGEST = 100.0


def bayes_factors(mean_log: float, error: float, freedom: int) -> NDArray[np.float64]:
    """(ratios of FIXED,) how much better each predicts the data than a free ratio does.

    The likelihood of a log ratio is Student's t around it, with the standard error of the mean log
    ratio and its degrees of freedom. The free ratio's is the mean of that over ``-log 100`` to
    ``log 100``, a difference of two tails: ``B(r) = 2 log(100) f((m - log r)/s) / s / (F(upper) -
    F(lower))``.
    """
    tail = needs("scipy.special", "a Bayes factor").stdtr
    away, reach = abs(mean_log), math.log(LARGEST)  # both sides alike; far tails are exact below 0
    free = tail(freedom, (reach - away) / error) - tail(freedom, -(reach + away) / error)
    distance = (mean_log - np.log(list(FIXED.values()))) / error
    half = 0.5 * (freedom + 1.0)
    peak = math.exp(math.lgamma(half) - math.lgamma(0.5 * freedom)) / (freedom * math.pi) ** 0.5
    fixed = peak * (1.0 + distance**2 / freedom) ** -half / error
    return fixed * 2.0 * reach / free
