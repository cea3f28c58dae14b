"""Drawing partners: the plain functions behind several rules, and bounds on how many there are."""

import math

import numpy as np

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.rng import philox4x32

MAX_DEGREE = 100_000
#: A neuron has more partners than a bound with less than this probability.
RARE = 1e-18


def fixed_degree(key0, key1, stream, neuron, others, same_population, arguments, _data, out):
    """Draw the same number of partners for every neuron into `out`; returns how many."""
    degree = int(arguments[0])
    skip_self = same_population and arguments[1] == 0.0
    choices = np.uint64(others - 1 if skip_self else others)
    if arguments[2] == 0.0:
        draw_distinct(key0, key1, stream, neuron, choices, degree, out)
        for k in range(degree):
            out[k] += 1 if skip_self and out[k] >= neuron else 0
        return degree
    for group in range((degree + 3) // 4):
        w0, w1, w2, w3 = philox4x32(
            np.uint32(group), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
        )
        first = 4 * group
        for j in range(min(4, degree - first)):
            word = w0 if j == 0 else (w1 if j == 1 else (w2 if j == 2 else w3))
            partner = np.int64((np.uint64(word) * choices) >> np.uint64(32))
            if skip_self and partner >= neuron:
                partner += 1
            out[first + j] = partner
    return degree


def draw_distinct(key0, key1, stream, neuron, choices, count, out):
    """Draw `count` different numbers below `choices` into `out`, each set equally likely.

    A number that was drawn before is drawn again. Of more than half of all, those left out are
    drawn. A table that is at most half full tells which were drawn.
    """
    leave_out = 2 * count > np.int64(choices)
    wanted = np.int64(choices) - count if leave_out else count
    mask = np.int64(1)
    while mask < 2 * wanted:
        mask *= 2
    mask -= 1
    table = np.full(mask + 1, -1, np.int64)
    found = 0
    draw = 0
    while found < wanted:
        w0, w1, w2, w3 = philox4x32(
            np.uint32(draw), np.uint32(neuron), stream, np.uint32(0x5EED), key0, key1
        )
        draw += 1
        for j in range(4):
            word = w0 if j == 0 else (w1 if j == 1 else (w2 if j == 2 else w3))
            number = np.int64((np.uint64(word) * choices) >> np.uint64(32))
            place = number & mask
            while table[place] >= 0 and table[place] != number:
                place = (place + 1) & mask
            if found < wanted and table[place] < 0:
                table[place] = number
                out[found] = number
                found += 1
    if leave_out:
        kept = 0
        for candidate in range(np.int64(choices)):
            place = np.int64(candidate) & mask
            while table[place] >= 0 and table[place] != candidate:
                place = (place + 1) & mask
            if table[place] < 0:
                out[kept] = candidate
                kept += 1


def uniform64(high, low):
    """A float64 above 0 and at most 1 from two uint32 words."""
    fine = (np.float64(low) + 0.5) * 2.3283064365386963e-10
    return (np.float64(high) + fine) * 2.3283064365386963e-10


def flag(name: str, value: object) -> bool:
    """`value` if it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise ParameterError(f"{name} = {value!r} is not allowed; use True or False.")
    return bool(value)


def degree_arguments(
    rule: str, name: str, degree: int, self_connections: bool, multiple: bool
) -> tuple[int, bool, bool]:
    """The parameters of a rule of fixed degree, checked."""
    return (
        checks.whole(f"{rule}.{name}", degree, low=0, high=MAX_DEGREE),
        flag(f"{rule}.self_connections", self_connections),
        flag(f"{rule}.multiple", multiple),
    )


def check_degree(
    name: str, degree: int, choices: int, without_self: bool, multiple: bool, other: str
) -> None:
    """ParameterError where there are not enough others to choose from."""
    if without_self and choices == 1 and degree:
        raise ParameterError(
            f"{name} = {degree} is not allowed; a population of one neuron "
            f"has no other {other}: use 0, or self_connections=True."
        )
    if not multiple and degree > choices - without_self:
        raise ParameterError(
            f"{name} = {degree:,} is not allowed; without multiple connections there are "
            f"{choices - without_self:,} {other}s: use {choices - without_self:,} or less, "
            "or multiple=True."
        )


def most_of_binomial(choices: int, probability: float) -> int:
    """What a binomial number exceeds with a probability below 1e-18, by Chernoff's bound."""
    low, high = math.floor(choices * probability), choices
    while low < high:  # the bound falls from the mean on
        middle = (low + high) // 2
        if choices * _divergence((middle + 1) / choices, probability) > -math.log(RARE):
            high = middle
        else:
            low = middle + 1
    return low


def most_of_sum(mean: float, choices: int) -> int:
    """The same of a sum of `choices` events of any probabilities, whose mean is at most `mean`."""
    low, high = min(choices, math.floor(mean)), choices
    while low < high:
        middle = (low + high) // 2
        k = middle + 1
        if mean == 0.0 or k * math.log(k / mean) - k + mean > -math.log(RARE):
            high = middle
        else:
            low = middle + 1
    return low


def _divergence(x: float, p: float) -> float:
    """Kullback-Leibler divergence of a coin of chance x from one of chance p, for x above p."""
    if p == 0.0:
        return math.inf
    if p == 1.0:
        return 0.0
    rest = (1.0 - x) * math.log((1.0 - x) / (1.0 - p)) if x < 1.0 else 0.0
    return x * math.log(x / p) + rest
