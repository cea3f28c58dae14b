"""A plasticity rule's events, tried: trains of arrivals and spikes onto a few initial weights."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import ParameterError
from hal9lib.own.grammar import Function
from hal9lib.own.numbers import evaluate

EVENTS = 300
#: Times since an arrival that never was.
_LONG_MS = 1e9
_TOO_LARGE = 1e30
_SYNAPSES = 100  # onto one target, all with the same weight


@dataclass(frozen=True)
class Synapse:
    """What is tried: the functions of the events by name, and what their arguments are."""

    name: str
    events: Mapping[str, Function]
    constants: Callable[[Mapping[str, Any], float], Mapping[str, Any]]
    parameters: Mapping[str, float]
    state: Mapping[str, float]
    #: Trace -> (time constant in ms, "sum" or "nearest"), for either side.
    pre_traces: Mapping[str, tuple[float, str]]
    post_traces: Mapping[str, tuple[float, str]]
    interval_ms: float | None
    scales_delivery: bool
    largest_weight: float | None


def try_events(synapse: Synapse) -> None:
    """ParameterError where a weight leaves its range, or anything becomes nan.

    Four trains of three hundred events: an arrival 5 ms before each spike of the target, one 5 ms
    after it, bursts, and both at random; each with weights from 0 to the largest.
    """
    for name, train in _trains().items():
        _run(synapse, name, train)


def _trains() -> dict[str, list[tuple[float, str]]]:
    """(time in ms, event) of each train, in order."""
    rng = np.random.default_rng(1)
    count = EVENTS // 2
    regular = 50.0 * np.arange(1, count + 1)
    burst = 2.0 * np.arange(1, count + 1) + 200.0 * (np.arange(count) // 10)
    random = [np.cumsum(rng.exponential(20.0, count)) for _ in range(2)]
    found = {
        "arrivals before spikes": (regular - 5.0, regular),
        "arrivals after spikes": (regular + 5.0, regular),
        "bursts": (burst, burst + 1.0),
        "random spikes": (random[0], random[1]),
    }
    return {
        name: sorted([(t, "on_pre") for t in pre] + [(t, "on_post") for t in post])
        for name, (pre, post) in found.items()
    }


def _run(synapse: Synapse, train_name: str, train: list[tuple[float, str]]) -> None:
    largest = synapse.largest_weight or 10.0
    now: dict[str, Any] = {"weight": largest * np.array([0.0, 0.01, 0.5, 1.0])}
    now |= {name: np.full(4, value) for name, value in synapse.state.items()}
    fixed = {**synapse.constants(synapse.parameters, 0.1), "since_pre_ms": _LONG_MS}
    traces = {"on_pre": synapse.pre_traces, "on_post": synapse.post_traces}
    now |= {name: 0.0 for side in traces.values() for name in side}
    time, last_arrival, next_interval = 0.0, -_LONG_MS, synapse.interval_ms or math.inf
    for count, (when, event) in enumerate(train, 1):
        while next_interval <= when:
            _fade(now, traces, next_interval - time)
            time, next_interval = next_interval, next_interval + (synapse.interval_ms or math.inf)
            _event(synapse, "on_interval", now, fixed, f"at {time:g} ms of {train_name}")
        _fade(now, traces, when - time)
        time = when
        fixed["since_pre_ms"] = when - last_arrival
        _event(synapse, event, now, fixed, f"at event {count} of {train_name}")
        last_arrival = when if event == "on_pre" else last_arrival
        for name, (_tau, at_spike) in traces[event].items():
            now[name] = now[name] + 1.0 if at_spike == "sum" else 1.0


def _fade(now: dict[str, Any], traces: Mapping[str, Mapping], elapsed_ms: float) -> None:
    for side in traces.values():
        for name, (tau_ms, _at_spike) in side.items():
            now[name] = now[name] * math.exp(-elapsed_ms / tau_ms)


def _event(
    synapse: Synapse, event: str, now: dict[str, Any], fixed: Mapping[str, Any], where: str
) -> None:
    if event not in synapse.events:
        return
    function = synapse.events[event]
    known = {**now, **fixed, "incoming": _SYNAPSES * now["weight"]}
    results = evaluate(function, {name: known[name] for name in function.arguments})
    names = ["weight", *synapse.state]
    if event == "on_pre" and synapse.scales_delivery:
        names = ["factor", *names]
    for name, found in zip(names, results, strict=True):
        values = np.broadcast_to(found, 4)
        _check(function.label, name, values, where, synapse.largest_weight, now["weight"])
        if name != "factor":
            now[name] = values


def _check(
    label: str, name: str, values: NDArray[Any], where: str, largest: float | None, before: Any
) -> None:
    bad = ~(np.abs(values) < _TOO_LARGE)
    use = "see that it stays finite"
    if name == "weight" and not bad.any():
        bad, use = values < 0.0, "a weight is a magnitude, its sign stays: use max(weight, 0.0)"
        if largest is not None and not bad.any():
            slack = 1.0 + 1e-6
            bad, use = values > slack * largest, f"use min(weight, {largest:g}), its largest"
    if bad.any():
        case = int(np.argmax(bad))
        raise ParameterError(
            f"{label} returns {name} = {values[case]:.6g} {where}, where the weight was "
            f"{before[case]:.6g}; {use}."
        )
