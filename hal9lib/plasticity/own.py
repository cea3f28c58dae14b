"""A plasticity rule of a researcher's own: small functions, checked, then compiled into the loop.

The example is pair-based STDP (Song, Miller & Abbott 2000, doi:10.1038/78829). What a function may
be made of stands in `hal9lib.own.grammar`, what an event is in `hal9lib.plasticity._model`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.own import declared
from hal9lib.own.constants import Constants
from hal9lib.own.events import Synapse, try_events
from hal9lib.own.grammar import Function
from hal9lib.own.made import make
from hal9lib.plasticity._checks import largest_weight_of, one_of
from hal9lib.plasticity._model import SynapseRule, Trace

#: What each event may ask for beside weight, state, traces, parameters and constants.
_EVENTS = {
    "on_pre": ("dt_ms", "since_pre_ms"),
    "on_post": ("dt_ms",),
    "on_interval": ("dt_ms", "incoming"),
}


def own(
    on_pre: Callable[..., tuple] | str | None = None,
    on_post: Callable[..., tuple] | str | None = None,
    on_interval: Callable[..., tuple] | str | None = None,
    parameters: Any = None,
    state: Any = None,
    pre_traces: Any = None,
    post_traces: Any = None,
    constants: Callable[..., dict] | str | None = None,
    interval_ms: float | None = None,
    scales_delivery: bool = False,
    largest_weight: float | None = None,
    name: str = "own",
    check_units: bool = True,
) -> SynapseRule:
    """A plasticity rule of one's own, from a small function an event (doi:10.1038/78829, example).

    A function asks by name for ``weight`` (its magnitude, 0 or more), state variables, traces,
    parameters, constants and ``dt_ms``, and returns the weight, then the state in its declared
    order. It is made of arithmetic, comparisons, conditional expressions, ``if``, and exp, log,
    sqrt and the like. An event sees every trace as it was just before its own spike.

    Parameters
    ----------
    on_pre : at the arrival of a presynaptic spike, a function or its source text; it may ask for
        ``since_pre_ms``, the time since the arrival before.
    on_post : at a spike of the target.
    on_interval : every `interval_ms`; it may ask for ``incoming``, the sum of the magnitudes onto
        this target.
    parameters, state : numbers by name; the state is that of each synapse at time 0.
    pre_traces, post_traces : ``{"x": ("sum", 20.0)}``, exponentially decaying counts of the spikes
        of a side: raised by 1 at each (``sum``) or set to 1 (``nearest``), and their time constant
        in ms or the name of a parameter that holds it.
    constants : a function that returns a dict, worked out once for a run; it may ask for
        parameters and ``dt_ms``.
    scales_delivery : whether `on_pre` returns first a factor of what is delivered.
    largest_weight : the bound that the rule keeps; an initial weight above it is refused.
    name : what it is called in errors, letters, digits and _.
    check_units : whether sums and comparisons of two units, known from suffixes, are refused.

    Raises
    ------
    ParameterError : a name that is not declared or not used, results in another order, two units
        in one sum, a weight below 0 or above its bound, a nan, and what else is wrong.

    Examples
    --------
    >>> def on_pre(weight, y, depression):
    ...     return max(weight - depression * y, 0.0)
    >>> def on_post(weight, x, potentiation):
    ...     return min(weight + potentiation * x, 0.3)
    >>> rule = own(on_pre, on_post, pre_traces={"x": ("sum", "tau_ms")},
    ...            post_traces={"y": ("sum", "tau_ms")}, largest_weight=0.3,
    ...            parameters={"potentiation": 0.003, "depression": 0.00315, "tau_ms": 20.0})
    >>> rule.on_post(weight=0.25, x=0.5, potentiation=0.003)
    (0.2515,)
    >>> import hal9lib as hal9
    >>> network = hal9.Network()
    >>> cells = network.add(hal9.neurons.lif(), 100, name="cells")
    >>> _ = network.connect(cells, cells, hal9.connectivity.fixed_indegree(10), weight_mv=0.1,
    ...                     delay_ms=1.5, rule=rule)

    A weight that may become negative is refused:

    >>> own("def on_pre(weight):\\n    return weight - 0.1")
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: own.on_pre returns weight = -0.1 at event 1 of arrivals before \
spikes, where the weight was 0; a weight is a magnitude, its sign stays: use max(weight, 0.0).
    """
    name = declared.name_of("own.name", name)
    flags = {"check_units": check_units, "scales_delivery": scales_delivery}
    units, scaling = (declared.flag_of(f"own.{key}", value) for key, value in flags.items())
    given = _given(name, parameters, state, pre_traces, post_traces)
    events = {"on_pre": on_pre, "on_post": on_post, "on_interval": on_interval}
    made = _functions(name, events, constants, given, (units, scaling))
    used = {event: made[event] for event in made if event in events}
    asked = [argument for function in used.values() for argument in function.arguments]
    rule = _OwnRule(
        name=name,
        parameters=given["parameters"],
        constants=Constants(asked, made.get("constants")),
        **{event: make(function, event) for event, function in used.items()},  # type: ignore[arg-type]
        interval_ms=_interval(name, interval_ms, on_interval),
        pre_traces=_traces("pre_traces", given),
        post_traces=_traces("post_traces", given),
        state=given["state"],
        scales_delivery=scaling,
        largest_weight=largest_weight_of(f"{name}.largest_weight", largest_weight),
        texts={key: function.text for key, function in made.items()},
        given=given["pre_traces"] | given["post_traces"],
        check_units=units,
    )
    try_events(rule.trial(used))
    return rule


@dataclass(frozen=True, eq=False)
class _OwnRule(SynapseRule):
    """A rule that is described by, and comes back from a pickle as, the text of its functions."""

    texts: Mapping[str, str] = field(default_factory=dict)
    #: Trace -> (what a spike does, time constant or the name of its parameter), as given.
    given: Mapping[str, tuple[str, float | str]] = field(default_factory=dict)
    check_units: bool = True

    def description(self) -> dict[str, Any]:
        shown = {
            **{event: self.texts.get(event) for event in (*_EVENTS, "constants")},
            "parameters": dict(self.parameters),
            # A list, because the order of results is the order of the state.
            "state": [[key, value] for key, value in self.state.items()],
            "pre_traces": {key: list(self.given[key]) for key in self.pre_traces},
            "post_traces": {key: list(self.given[key]) for key in self.post_traces},
            "interval_ms": self.interval_ms,
            "scales_delivery": self.scales_delivery,
            "largest_weight": self.largest_weight,
            "name": self.name,
            "check_units": self.check_units,
        }
        return {"name": "own", "parameters": shown}

    def trial(self, events: Mapping[str, Function]) -> Synapse:
        """What is tried of this rule."""
        sides = {
            side: {key: (trace.tau_ms, trace.at_spike) for key, trace in traces.items()}
            for side, traces in (("pre_traces", self.pre_traces), ("post_traces", self.post_traces))
        }
        return Synapse(
            self.name, events, self.constants, self.parameters, self.state, **sides,
            interval_ms=self.interval_ms, scales_delivery=self.scales_delivery,
            largest_weight=self.largest_weight,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OwnRule) and self.description() == other.description()

    def __hash__(self) -> int:
        return hash((self.name, *self.texts.values()))

    def __reduce__(self) -> tuple:
        return _again, (self.description()["parameters"],)


def _again(given: Mapping[str, Any]) -> SynapseRule:
    return own(**given)


def _given(name: str, parameters: Any, state: Any, pre: Any, post: Any) -> dict[str, dict]:
    """All that is declared, in canonical order; the state keeps its own."""
    known = declared.numbers_of(f"{name}.parameters", parameters)
    return {
        "state": declared.numbers_of(f"{name}.state", state),
        "parameters": dict(sorted(known.items())),
        "pre_traces": _kinds(f"{name}.pre_traces", pre, known),
        "post_traces": _kinds(f"{name}.post_traces", post, known),
    }


def _kinds(label: str, given: Any, parameters: Mapping[str, float]) -> dict[str, tuple]:
    """(what a spike does, time constant or its parameter's name) of each trace."""
    found = {}
    for key, value in sorted(declared.pairs_of(label, given)):
        where = f"{label}[{key!r}]"
        if isinstance(value, Trace):
            value = (value.at_spike, value.tau_ms)
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ParameterError(
                f"{where} = {value!r} is not allowed; use what a spike does and a time constant "
                "in ms, as in ('sum', 20.0)."
            )
        at_spike, tau = one_of(where, value[0], ("sum", "nearest")), value[1]
        if isinstance(tau, str) and tau not in parameters:
            raise ParameterError(
                f"{where} = {value!r} is not allowed; {tau!r} is not one of the parameters "
                f"({', '.join(parameters) or 'none'}): use a number of ms or a parameter's name."
            )
        tau_ms = parameters[tau] if isinstance(tau, str) else tau
        tau_ms = checks.number(where, tau_ms, low=0.0, open_low=True)
        found[key] = (at_spike, tau if isinstance(tau, str) else tau_ms)
    return found


def _traces(side: str, given: Mapping[str, Mapping]) -> dict[str, Trace]:
    known = given["parameters"]
    return {
        key: Trace(known[tau] if isinstance(tau, str) else tau, at_spike)
        for key, (at_spike, tau) in given[side].items()
    }


def _interval(name: str, interval_ms: Any, on_interval: Any) -> float | None:
    if (interval_ms is None) != (on_interval is None):
        missing = "interval_ms" if interval_ms is None else "on_interval"
        raise ParameterError(f"{name}.{missing} = None is not allowed; on_interval needs both.")
    if interval_ms is None:
        return None
    return checks.number(f"{name}.interval_ms", interval_ms, low=0.0, open_low=True)


def _functions(
    name: str,
    events: Mapping[str, Any],
    constants: Any,
    given: Mapping[str, Mapping],
    flags: tuple[bool, bool],
) -> dict[str, Function]:
    """The checked functions, whose arguments and results fit what is given."""
    units, scaling = flags
    if all(function is None for function in events.values()):
        raise ParameterError(f"{name} has no event; use one of {', '.join(_EVENTS)}.")
    found: dict[str, Function] = {}
    groups: dict[str, Any] = dict(given)
    if constants is not None:
        found["constants"] = declared.constants_of(
            f"{name}.constants", constants,
            {"parameters": given["parameters"], "engine": ("dt_ms",)}, units=units,
        )  # fmt: skip
        groups["constants"] = found["constants"].keys
    engine = ("weight", "factor", *dict.fromkeys(a for more in _EVENTS.values() for a in more))
    declared.check_groups(name, {"engine": engine, **groups})
    results = ("weight", *given["state"])
    for event, function in events.items():
        if function is not None:
            order = ("factor", *results) if scaling and event == "on_pre" else results
            known = {**groups, "engine": ("weight", *_EVENTS[event])}
            found[event] = declared.function_of(
                f"{name}.{event}", function, known, order, units=units
            )
    taus = {tau for side in ("pre_traces", "post_traces") for _, tau in given[side].values()}
    asked = {key: names for key, names in groups.items() if key != "state"}
    asked["parameters"] = [key for key in given["parameters"] if key not in taus]
    declared.check_used(name, found.values(), asked)
    return found
