"""Values that differ from neuron to neuron or synapse to synapse, described rather than drawn.

A `Distribution` is drawn by the engine with counter-based random numbers, so that the same network
and seed give the same values on any machine and any number of threads. `Values` are given.
Wherever a number may be one of them, a list or an array of numbers stands for `Values`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.values import Values

#: The kinds by number, as the engine's `quantile` knows them.
KINDS = ("uniform", "normal", "lognormal", "exponential")
#: A truncation that leaves less of a distribution than this is taken for a mistake.
LEAST_MASS = 1e-6


@dataclass(frozen=True)
class Distribution:
    """A named distribution, in the unit of the parameter that holds it.

    Made by `uniform`, `normal`, `lognormal` and `exponential`, which check what they are given.

    Attributes
    ----------
    kind : one of those names.
    parameters : what its function takes, in its order; -inf and inf where it is not truncated.
    """

    kind: str
    parameters: tuple[float, ...]

    def __repr__(self) -> str:
        shown = [f"{value:g}" for value in self.parameters[:2]]
        if self.kind == "exponential":
            shown = shown[:1]
        if self.kind != "uniform":
            bounds = zip(("low", "high"), self.parameters[-2:], strict=True)
            shown += [f"{name}={value:g}" for name, value in bounds if math.isfinite(value)]
        return f"{self.kind}({', '.join(shown)})"

    @property
    def support(self) -> tuple[float, float]:
        """The bounds between which all values lie; a bound itself is reached by rounding only.

        >>> exponential(2.0, high=10.0).support
        (0.0, 10.0)
        """
        low, high = self.parameters[-2:]
        if self.kind in ("lognormal", "exponential"):
            return (max(0.0, low), high) if self.parameters[0] > 0.0 else (low, min(0.0, high))
        return low, high

    @property
    def numbers(self) -> tuple[int, float, float, float, float, float, float]:
        """The arguments of the engine's `quantile` before its random word.

        The kind, its two parameters, the bounds of all values, the probability below the lower
        one, and the probability between the two.
        """
        first, second = self.parameters[0], self.parameters[1]
        low, high = self.support
        below = self._below(low)
        return KINDS.index(self.kind), first, second, low, high, below, self._below(high) - below

    def _below(self, value: float) -> float:
        """The probability of less than `value`, a multiple of 2^-48: libraries differ beyond."""
        first, second = self.parameters[0], self.parameters[1]
        if self.kind == "uniform":
            probability = float(value >= second)
        elif self.kind == "normal":
            probability = _normal_cdf((value - first) / second)
        else:
            # Of a negative scale the values are those of the positive one, mirrored.
            size = math.copysign(1.0, first) * value
            if size <= 0.0:
                probability = 0.0
            elif self.kind == "lognormal":
                probability = _normal_cdf(math.log(size / abs(first)) / second)
            else:
                probability = -math.expm1(-size / abs(first))
            probability = 1.0 - probability if first < 0.0 else probability
        return round(probability * 2.0**48) / 2.0**48

    def description(self) -> dict[str, Any]:
        """The JSON-able form; null stands where it is not truncated."""
        given = [value if math.isfinite(value) else None for value in self.parameters]
        while given[-1] is None:
            given.pop()
        return {self.kind: given}


def uniform(low: float, high: float) -> Distribution:
    """Values spread evenly from `low` to `high`.

    >>> uniform(0.0, 20.0).description()
    {'uniform': [0.0, 20.0]}
    """
    low = checks.number("uniform.low", low)
    high = checks.number("uniform.high", high)
    _in_order("uniform", low, high)
    return Distribution("uniform", (low, high))


def normal(
    mean: float, sd: float, low: float | None = None, high: float | None = None
) -> Distribution:
    """Normally distributed values, truncated to [low, high] where these are given.

    As if a value beyond a bound were drawn again, not moved to it: between the bounds the density
    keeps its shape, and no value piles up on them. `mean` and `sd` are those of the normal
    distribution before it was cut.

    >>> normal(1.5, 0.75, low=0.1)
    normal(1.5, 0.75, low=0.1)
    >>> normal(1.5, 0.75, high=-10.0)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: normal(1.5, 0.75, high=-10) has less than 1e-06 of its values \
within its bounds; use wider ones.
    """
    mean = checks.number("normal.mean", mean)
    sd = checks.number("normal.sd", sd, low=0.0, open_low=True)
    return _truncated("normal", (mean, sd), low, high)


def lognormal(
    median: float, sigma: float, low: float | None = None, high: float | None = None
) -> Distribution:
    """Values whose logarithm is normal, truncated to [low, high] where these are given.

    Parameters
    ----------
    median : half of the values lie below it. In other words exp(mu); of a negative median all
        values are negative, as inhibitory weights are.
    sigma : standard deviation of the logarithm. The mean is median * exp(sigma^2 / 2).

    Examples
    --------
    Synaptic weights of cortex in mV (Song et al. 2005, doi:10.1371/journal.pbio.0030068):

    >>> lognormal(median=0.4956, sigma=0.9355).support
    (0.0, inf)
    """
    median = _not_zero("lognormal.median", median)
    sigma = checks.number("lognormal.sigma", sigma, low=0.0, high=20.0, open_low=True)
    return _truncated("lognormal", (median, sigma), low, high)


def exponential(mean: float, low: float | None = None, high: float | None = None) -> Distribution:
    """Exponentially distributed values of this mean, truncated to [low, high] where given.

    Of a negative mean all values are negative.

    >>> exponential(2.0).description()
    {'exponential': [2.0]}
    """
    return _truncated("exponential", (_not_zero("exponential.mean", mean),), low, high)


def number_or_distribution(
    name: str,
    value: Any,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
) -> float | Distribution | Values:
    """`value` as a finite float, a Distribution or Values, also from their JSON-able forms.

    All must lie within [low, high], or (low, high] where `open_low`.

    >>> number_or_distribution("tau_ms", {"uniform": [5.0, 15.0]}, low=0.0, open_low=True)
    uniform(5, 15)
    >>> number_or_distribution("tau_ms", normal(10.0, 3.0), low=0.0, open_low=True)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: tau_ms = normal(10, 3) is not allowed, some of its values are \
too low; use low=0 or more.
    """
    if isinstance(value, Mapping):
        value = _from_description(name, value)
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim):
        value = Values(value, name=name)
    if isinstance(value, Distribution):
        least, most = value.support
        problem = "low" if least < low else "high" if most > high else ""
        if problem:
            use = f"low={low:g} or more" if problem == "low" else f"high={high:g} or less"
            raise ParameterError(
                f"{name} = {value!r} is not allowed, some of its values are too {problem}; "
                f"use {use}."
            )
        return value
    if isinstance(value, Values):
        array = value.array
        bad = (array <= low if open_low else array < low) | (array > high)
        if bad.any():
            where = int(np.argmax(bad))
            checks.number(f"{name}[{where}]", array[where], low=low, high=high, open_low=open_low)
        return value
    return checks.number(name, value, low=low, high=high, open_low=open_low)


def _from_description(name: str, value: Mapping[str, Any]) -> Distribution | Values:
    makers: dict[str, Callable[..., Distribution]] = {
        "uniform": uniform,
        "normal": normal,
        "lognormal": lognormal,
        "exponential": exponential,
    }
    kind = next(iter(value), "")
    given = value.get(kind)
    try:
        if "values" in value:
            return Values.from_description(name, value)
        if len(value) == 1 and kind in makers and isinstance(given, list):
            return makers[kind](*given)
    except TypeError as problem:
        raise ParameterError(f"{name} = {_short(value)} is not allowed: {problem}") from problem
    raise ParameterError(
        f"{name} = {_short(value)} is not allowed; use a number, an array of numbers, or one of "
        f"{', '.join(KINDS)} with its parameters, such as {{'uniform': [0.0, 1.0]}}."
    )


def _truncated(
    kind: str, parameters: tuple[float, ...], low: float | None, high: float | None
) -> Distribution:
    least = -math.inf if low is None else checks.number(f"{kind}.low", low)
    most = math.inf if high is None else checks.number(f"{kind}.high", high)
    _in_order(kind, least, most)
    found = Distribution(kind, (*parameters, least, most))
    if not found.numbers[-1] >= LEAST_MASS:
        raise ParameterError(
            f"{found!r} has less than {LEAST_MASS:g} of its values within its bounds; "
            "use wider ones."
        )
    return found


def _in_order(kind: str, low: float, high: float) -> None:
    if high <= low:
        raise ParameterError(f"{kind}.high = {high:g} is not allowed; use more than low = {low:g}.")


def _not_zero(name: str, value: Any) -> float:
    number = checks.number(name, value)
    if number == 0.0:
        raise ParameterError(f"{name} = 0.0 is not allowed; use a finite number other than 0.")
    return number


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
