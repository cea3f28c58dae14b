"""What a part of a network may be: every refusal of `Network.add`, `connect` and `drive`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.connectivity._model import Connectivity
from hal9lib.distributions import Distribution, Values, number_or_distribution
from hal9lib.errors import ParameterError
from hal9lib.neurons._model import NeuronModel, Receptor
from hal9lib.parts import (
    WEIGHT_UNITS,
    Number,
    Population,
    Projection,
    default_name,
    keyword_of,
)
from hal9lib.plasticity._model import SynapseRule

#: Delays are kept in a ring of this many milliseconds at most.
MAX_DELAY_MS = 1_000.0


def projection_of(
    ends: tuple[Population, Population],
    connectivity: Connectivity,
    weights: dict[str, Any],
    delay_ms: Any,
    receptor: str | None,
    rule: Any,
    name: str | None,
) -> Projection:
    """A projection between two populations, every value checked."""
    source, target = ends
    if not isinstance(connectivity, Connectivity):
        raise ParameterError(
            f"connectivity = {connectivity!r} is not allowed; use a connectivity rule such as "
            "hal9.connectivity.fixed_indegree(100)."
        )
    connectivity.size(source, target)  # refuses what cannot be met
    keyword, given = weight_of(weights)
    weight = number_or_distribution(keyword, given)
    projection = Projection(
        checks.label("name", name or default_name(source, target)),
        source,
        target,
        connectivity,
        weight,
        receptor_of(target, keyword, sign_of(weight), receptor),
        delay_of(delay_ms),
        rules_of(rule, keyword, weight),
    )
    check_values(projection)
    return projection


def weight_of(weights: dict[str, Any]) -> tuple[str, Any]:
    """The one weight that was given, and its keyword."""
    given = {name: value for name, value in weights.items() if value is not None}
    if len(given) != 1:
        raise ParameterError(
            f"{len(given)} weights are not allowed; give one of {', '.join(WEIGHT_UNITS)}."
        )
    return next(iter(given.items()))


def receptor_of(target: Population, keyword: str, sign: int, receptor: str | None) -> str:
    """The receptor that a weight of this unit and sign (0: both occur) goes to."""
    known = target.neuron.receptors
    if receptor is not None:
        if receptor not in known:
            raise ParameterError(
                f"receptor = {receptor!r} is not one of {target.neuron.name}; "
                f"known: {', '.join(known) or 'none'}."
            )
        fitting = [receptor]
    else:
        fitting = [name for name, r in known.items() if _takes(r, keyword, sign)]
    if len(fitting) == 1 and _takes(known[fitting[0]], keyword, sign):
        return fitting[0]
    shown = {1: "a positive weight", -1: "a negative weight", 0: "weights of both signs"}[sign]
    listed = ", ".join(f"{name} ({_listed(r)})" for name, r in known.items())
    raise ParameterError(
        f"{keyword}: {shown} fits {len(fitting) if receptor is None else 'not'} "
        f"{'receptors' if receptor is None else receptor} of {target.neuron.name}, which has "
        f"{listed or 'no receptor: it takes no input'}; give the weight in its unit and sign"
        f"{', or name it with receptor=' if len(fitting) > 1 else ''}."
    )


def sign_of(weight: Number) -> int:
    """1 or -1 where all values have that sign (0 counts as either), else 0."""
    low, high = bounds_of(weight)
    if low >= 0.0:
        return 1
    return -1 if high <= 0.0 else 0


def bounds_of(value: Number) -> tuple[float, float]:
    """The least and the largest value there can be."""
    if isinstance(value, Distribution):
        return value.support
    if isinstance(value, Values):
        array = value.array
        return float(array.min(initial=np.inf)), float(array.max(initial=-np.inf))
    return value, value


def delay_of(value: Any) -> Number:
    """A delay above 0 and at most MAX_DELAY_MS."""
    if isinstance(value, int | float | np.number):
        return checks.number("delay_ms", value, low=0.0, high=MAX_DELAY_MS, open_low=True)
    return number_or_distribution("delay_ms", value)


def check_delay(delay_ms: Number, dt_ms: float) -> None:
    """ParameterError unless the delay is at least a step and, where it is given, whole steps."""
    low, _ = bounds_of(delay_ms)
    if low / dt_ms < 1.0 - 1e-9:
        how = " (the least that is drawn)" if isinstance(delay_ms, Distribution) else ""
        raise ParameterError(
            f"delay_ms = {low:g}{how} is not allowed; use at least the time step dt_ms = {dt_ms:g}."
        )
    if isinstance(delay_ms, Distribution):
        return  # rounded to whole steps when it is drawn
    given = delay_ms.array if isinstance(delay_ms, Values) else np.array([delay_ms])
    steps = given / dt_ms
    wrong = np.abs(steps - np.rint(steps)) > 1e-9 * steps + 1e-6
    if wrong.any():
        raise ParameterError(
            f"delay_ms = {given[wrong][0]:g} is not allowed; "
            f"use a whole multiple of dt_ms = {dt_ms:g}."
        )


def check_values(projection: Projection) -> None:
    """ParameterError where weights or delays given one by one are not one for each synapse."""
    for name, value in (("weight", projection.weight), ("delay_ms", projection.delay_ms)):
        if not isinstance(value, Values):
            continue
        rule = projection.connectivity
        if rule.order is None:
            raise ParameterError(
                f"{name} is an array, and {rule.name} draws its synapses: there is no order to "
                "give them in; use a number or a distribution, or a rule made from arrays."
            )
        if len(value.array) != len(rule.order):
            raise ParameterError(
                f"{name} has {len(value.array):,} values for {len(rule.order):,} synapses; "
                "use one for each."
            )
    low, high = bounds_of(projection.delay_ms)
    if low <= 0.0 or high > MAX_DELAY_MS:
        raise ParameterError(
            f"delay_ms from {low:g} to {high:g} is not allowed; use more than 0 and at most "
            f"{MAX_DELAY_MS:g}: a distribution can be cut with low and high."
        )


def number_of(projection: int | str | Projection, known: Sequence[Projection]) -> int:
    """A projection's number in its network, by number, name or itself."""
    names = [p.name for p in known]
    name = projection.name if isinstance(projection, Projection) else projection
    index = names.index(name) if name in names else name
    if not isinstance(index, int) or not 0 <= index < len(names):
        raise ParameterError(
            f"projection = {name!r} is not in this network; known: {', '.join(names) or 'none'}."
        )
    return index


def check_sizes(neuron: NeuronModel, size: int) -> None:
    """ParameterError where a parameter given one by one is not one for each neuron."""
    given = list(neuron.parameters.items())
    given += [(name, state.initial) for name, state in neuron.state.items()]
    for name, value in given:
        if isinstance(value, Values) and len(value.array) != size and neuron.schedule is None:
            raise ParameterError(
                f"{neuron.name}.{name} has {len(value.array):,} values for {size:,} neurons; "
                "use one for each, a number, or a distribution."
            )


def positions_of(positions: Any, size: int) -> NDArray[np.float64] | None:
    """(size, 1 to 3) finite positions as a read-only array, or None."""
    if positions is None:
        return None
    array = np.array(positions, np.float64)
    if array.ndim != 2 or array.shape[0] != size or not 1 <= array.shape[1] <= 3:
        raise ParameterError(
            f"positions of shape {array.shape} are not allowed; use ({size}, 1 to 3)."
        )
    if not np.isfinite(array).all():
        raise ParameterError("positions hold a number that is not finite; use finite numbers.")
    array.setflags(write=False)
    return array


def positions_from(description: Mapping[str, Any]) -> NDArray[np.float64] | None:
    """The positions of a population's JSON-able form."""
    if "positions" not in description:
        return None
    values = number_or_distribution("positions", description["positions"])
    return values.array.reshape(-1, description["dimensions"])  # type: ignore[union-attr]


def rules_of(rule: Any, keyword: str, weight: Number) -> tuple[SynapseRule, ...]:
    """The rules of one projection; ParameterError where their laws are broken by its weight."""
    rules = () if rule is None else (rule,) if isinstance(rule, SynapseRule) else tuple(rule)
    for each in rules:
        if not isinstance(each, SynapseRule):
            raise ParameterError(
                f"rule = {each!r} is not allowed; use a plasticity rule such as "
                "hal9.plasticity.stdp()."
            )
        largest = max(map(abs, bounds_of(weight)))
        if each.largest_weight is not None and largest > each.largest_weight:
            raise ParameterError(
                f"{keyword} reaches {largest:g}, above {each.name}'s largest weight "
                f"{each.largest_weight:g}; use a smaller weight, a larger bound, or cut the "
                "distribution with low= and high=."
            )
    if rules and sign_of(weight) == 0:
        raise ParameterError(
            f"{keyword} has both signs, and a plastic synapse keeps its own; "
            "use a projection for each sign, or cut the distribution at 0."
        )
    return rules


def _takes(receptor: Receptor, keyword: str, sign: int) -> bool:
    return receptor.unit == WEIGHT_UNITS[keyword] and receptor.sign in (0, sign)


def _listed(receptor: Receptor) -> str:
    kind = {1: ", excitatory", -1: ", inhibitory", 0: ""}[receptor.sign]
    return f"{keyword_of(receptor.unit)}{kind}"
