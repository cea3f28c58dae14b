"""Other laws than a power law for the same whole numbers, and likelihood ratios against them.

Source: Vuong 1989, doi:10.2307/1912557; which laws: Clauset et al. 2009, doi:10.1137/070710111.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.extras import needs
from hal9lib.measures._power_law import PowerLaw

Floats = NDArray[np.float64]
#: (parameters) → (values,) log likelihood of each value of the data.
Likelihood = Callable[[Floats], Floats]

#: As many terms are summed; beyond, the sum is an integral, in the logarithm of x.
_SUMMED = 1_000


def compared(law: PowerLaw) -> dict[str, float]:
    """For each rival the log likelihood ratio, above 0 where the power law is likelier, and its p.

    p is Vuong's, two-sided; the power law with an exponential end holds the power law as its limit,
    so there it is half the tail of chi-squared (the limit lies on the edge of what is possible).
    """
    own = _truncated(law)(np.array([law.exponent, -np.inf]))
    found: dict[str, float] = {}
    for name, (likelihood, starts) in _rivals(law).items():
        other = _best(law, likelihood, starts)
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


def _rivals(law: PowerLaw) -> dict[str, tuple[Likelihood, list[list[float]]]]:
    """Each rival's likelihood and where to begin the search for its parameters."""
    mean = float(law.counts @ law.values) / law.size
    logs = np.log(law.values)
    log_mean = float(law.counts @ logs) / law.size
    log_sd = max(0.1, (float(law.counts @ (logs - log_mean) ** 2) / law.size) ** 0.5)
    rate, last = -math.log(max(mean - law.low, 0.1) + 1.0), -float(logs[-1])
    truncated = _truncated(law)
    return {
        "exponential": (lambda of: truncated(np.append(0.0, of)), [[rate]]),
        "log_normal": (
            _log_normal(law),
            [[log_mean, math.log(log_sd)], [log_mean - 5.0 * log_sd, math.log(3.0 * log_sd)]],
        ),
        "truncated": (truncated, [[law.exponent, last], [law.exponent / 2.0, rate]]),
    }


def _truncated(law: PowerLaw) -> Likelihood:
    """p(x) ~ x^-s exp(-rate x), of the parameters s and log rate."""
    places, widths = _nodes(law)
    x = law.values.astype(float)

    def likelihood(of: Floats) -> Floats:
        at_places = -of[0] * np.log(places) - np.exp(of[1]) * places
        top = at_places.max()
        total = top + np.log(widths @ np.exp(at_places - top))
        found: Floats = -of[0] * np.log(x) - np.exp(of[1]) * x - total
        return found

    return likelihood


def _log_normal(law: PowerLaw) -> Likelihood:
    """A log-normal, rounded to whole numbers, of the parameters mean and log sd of log x."""
    log_ndtr = needs("scipy.special", "rival laws").log_ndtr
    below, above = np.log(law.values - 0.5), np.log(law.values + 0.5)
    ends = math.log(law.low - 0.5), math.log(law.high + 0.5) if law.high else math.inf

    def log_mass(begin: Floats, end: Floats) -> Floats:
        # In the upper half, where the normal is near 1, its other tail has the digits.
        turned = begin + end > 0.0
        begin, end = np.where(turned, -end, begin), np.where(turned, -begin, end)
        most = log_ndtr(end)
        found: Floats = most + np.log1p(-np.exp(log_ndtr(begin) - most))
        return found

    def likelihood(of: Floats) -> Floats:
        sd = np.exp(of[1])
        whole = log_mass((ends[0] - of[0]) / sd, (ends[1] - of[0]) / sd)
        return log_mass((below - of[0]) / sd, (above - of[0]) / sd) - whole

    return likelihood


def _best(law: PowerLaw, likelihood: Likelihood, starts: list[list[float]]) -> Floats:
    """(values,) log likelihood of each value at the likeliest parameters."""
    minimize = needs("scipy.optimize", "rival laws").minimize

    def cost(parameters: Floats) -> float:
        if np.abs(parameters).max() > 300.0:
            return math.inf
        found = -float(law.counts @ likelihood(parameters)) / law.size
        return found if math.isfinite(found) else math.inf

    options = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2_000}
    with np.errstate(all="ignore"):  # a step to where nothing is possible costs infinity
        ends = [minimize(cost, start, method="Nelder-Mead", options=options) for start in starts]
    return likelihood(min(ends, key=lambda end: float(end.fun)).x)


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
