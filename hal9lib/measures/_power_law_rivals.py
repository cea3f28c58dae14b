"""Other laws than a power law for the same whole numbers, and likelihood ratios against them.

Source: Vuong 1989, doi:10.2307/1912557; which laws: Clauset et al. 2009, doi:10.1137/070710111.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.extras import needs
from hal9lib.measures._power_law import PowerLaw

Floats = NDArray[np.float64]
LogWeight = Callable[[Floats, Floats], Floats]

#: As many terms are summed; beyond, the sum is an integral, in the logarithm of x.
_SUMMED = 1_000


def compared(law: PowerLaw) -> dict[str, float]:
    """For each rival the log likelihood ratio, above 0 where the power law is likelier, and its p.

    p is Vuong's, two-sided; the power law with an exponential end holds the power law as its limit,
    so there it is half the tail of chi-squared (the limit lies on the edge of what is possible).
    """
    x = law.values.astype(float)
    own = _log_likelihoods(-law.exponent * np.log(x), _nodes(law), _power, [law.exponent])
    found: dict[str, float] = {}
    for name, (log_weight, starts) in _rivals(law, x).items():
        other = _best(law, x, log_weight, starts)
        ratio = float(law.counts @ (own - other))
        if name == "truncated":
            ratio = min(ratio, 0.0)
            p = 0.5 * math.erfc(math.sqrt(-ratio)) if ratio < 0.0 else 1.0
        else:
            spread = own - other - ratio / law.size
            deviation = math.sqrt(float(law.counts @ spread**2))
            p = math.erfc(abs(ratio) / deviation / math.sqrt(2.0)) if deviation > 0.0 else 1.0
        found |= {f"against_{name}": ratio, f"p_{name}": p}
    return found


def _rivals(law: PowerLaw, x: Floats) -> dict[str, tuple[LogWeight, list[Any]]]:
    mean = float(law.counts @ x) / law.size
    log_mean = float(law.counts @ np.log(x)) / law.size
    log_sd = max(0.1, (float(law.counts @ (np.log(x) - log_mean) ** 2) / law.size) ** 0.5)
    rate = -math.log(max(mean - law.low, 0.1) + 1.0)
    return {
        "exponential": (_exponential, [[rate]]),
        "log_normal": (
            _log_normal,
            [[log_mean, math.log(log_sd)], [log_mean - 5.0 * log_sd, math.log(3.0 * log_sd)]],
        ),
        "truncated": (_truncated, [[law.exponent, -math.log(x[-1])], [law.exponent / 2.0, rate]]),
    }


def _power(x: Floats, parameters: Floats) -> Floats:
    return -parameters[0] * np.log(x)


def _exponential(x: Floats, parameters: Floats) -> Floats:
    return -np.exp(parameters[0]) * x


def _log_normal(x: Floats, parameters: Floats) -> Floats:
    log_x = np.log(x)
    return -log_x - 0.5 * ((log_x - parameters[0]) / np.exp(parameters[1])) ** 2


def _truncated(x: Floats, parameters: Floats) -> Floats:
    return -parameters[0] * np.log(x) - np.exp(parameters[1]) * x


def _best(law: PowerLaw, x: Floats, log_weight: LogWeight, starts: list[Any]) -> Floats:
    """(values,) log likelihood of each value under the likeliest law of this form."""
    minimize = needs("scipy.optimize", "rival laws").minimize
    nodes = _nodes(law)

    def cost(parameters: Floats) -> float:
        if np.abs(parameters).max() > 300.0:
            return math.inf
        each = _log_likelihoods(log_weight(x, parameters), nodes, log_weight, parameters)
        return -float(law.counts @ each) / law.size

    options = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2_000}
    ends = [minimize(cost, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(ends, key=lambda end: end.fun).x
    return _log_likelihoods(log_weight(x, best), nodes, log_weight, best)


def _log_likelihoods(
    log_weights: Floats, nodes: tuple[Floats, Floats], log_weight: LogWeight, of: Any
) -> Floats:
    """Log weights less the log of their sum over all that is possible."""
    places, widths = nodes
    at_nodes = log_weight(places, of)
    top = at_nodes.max()
    return log_weights - top - np.log(widths @ np.exp(at_nodes - top))


def _nodes(law: PowerLaw) -> tuple[Floats, Floats]:
    """(places, widths): sum of f over x = low … high is nearly that of widths times f(places)."""
    summed = law.low + _SUMMED
    if law.high and law.high <= summed:
        places = np.arange(law.low, law.high + 1.0)
        return places, np.ones(len(places))
    places = np.arange(law.low, summed, dtype=float)
    begin = math.log(summed - 0.5)
    if law.high:
        end = math.log(law.high + 0.5)
    else:  # where a power law's tail is below 1e-12
        end = begin + min(600.0, 28.0 / max(law.exponent - 1.0, 0.05))
    panels = math.ceil(end - begin)
    inner, weights = np.polynomial.legendre.leggauss(16)
    half = (end - begin) / panels / 2.0
    centres = begin + half * (2.0 * np.arange(panels) + 1.0)
    tail = np.exp((centres[:, None] + half * inner).ravel())
    widths = np.tile(half * weights, panels) * tail
    return np.append(places, tail), np.append(np.ones(len(places)), widths)
