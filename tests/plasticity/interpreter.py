"""The contract of a plasticity rule, obeyed step by step in plain Python: all inputs of one target.

It says what an engine has to do with a rule's functions, and nothing of how fast.
"""

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hal9lib.plasticity._model import SynapseRule, Trace

#: Time since the last arrival, at the first one.
NEVER_MS = 1e9


@dataclass
class _Side:
    """The traces of one side of a synapse under one rule."""

    traces: dict[str, Trace]
    values: dict[str, tuple[float, float]] = field(default_factory=dict)

    def at(self, time_ms: float) -> dict[str, float]:
        return {name: self._value(name, time_ms) for name in self.traces}

    def spike(self, time_ms: float) -> None:
        for name, trace in self.traces.items():
            left = self._value(name, time_ms) if trace.at_spike == "sum" else 0.0
            self.values[name] = (left + 1.0, time_ms)

    def _value(self, name: str, time_ms: float) -> float:
        value, then_ms = self.values.get(name, (0.0, 0.0))
        return value * math.exp(-(time_ms - then_ms) / self.traces[name].tau_ms)


@dataclass
class Synapse:
    """One synapse: its weight, each rule's state and traces, and what it has delivered."""

    rules: Sequence[SynapseRule]
    weight: float
    dt_ms: float
    delivered: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.constants = [r.constants(r.parameters, self.dt_ms) for r in self.rules]
        self.states = [dict(r.state) for r in self.rules]
        self.pre = [_Side(dict(r.pre_traces)) for r in self.rules]
        self.post = [_Side(dict(r.post_traces)) for r in self.rules]
        self.last_arrival_ms = -NEVER_MS

    def arrival(self, time_ms: float) -> None:
        """A presynaptic spike arrives."""
        factor, before = 1.0, self.weight
        since = {"since_pre_ms": time_ms - self.last_arrival_ms}
        for index, rule in enumerate(self.rules):
            if rule.on_pre is not None:
                result = self._call(rule.on_pre, index, time_ms, since)
                if rule.scales_delivery:
                    factor *= result[0]
                    result = result[1:]
                self._keep(index, result)
        self.delivered.append(factor * before)
        self.last_arrival_ms = time_ms
        for side in self.pre:
            side.spike(time_ms)

    def spike(self, time_ms: float) -> None:
        """The target spikes."""
        for index, rule in enumerate(self.rules):
            if rule.on_post is not None:
                self._keep(index, self._call(rule.on_post, index, time_ms, {}))
        for side in self.post:
            side.spike(time_ms)

    def interval(self, index: int, time_ms: float, incoming: float) -> None:
        """An interval of rule number `index` ends."""
        rule = self.rules[index]
        self._keep(index, self._call(rule.on_interval, index, time_ms, {"incoming": incoming}))

    def _call(self, function: Any, index: int, time_ms: float, given: dict[str, float]) -> tuple:
        known = given | {"weight": self.weight} | self.states[index]
        known |= self.pre[index].at(time_ms) | self.post[index].at(time_ms)
        known |= self.constants[index]
        return function(**{name: known[name] for name in inspect.signature(function).parameters})

    def _keep(self, index: int, result: tuple) -> None:
        self.weight = result[0]
        self.states[index] = dict(zip(self.states[index], result[1:], strict=True))


def run(
    rules: Sequence[SynapseRule],
    weights: Sequence[float],
    arrivals: Sequence[Sequence[int]],
    spikes: Sequence[int],
    dt_ms: float,
    steps: int,
) -> list[Synapse]:
    """All inputs of one target after `steps`: of a step ends of intervals, arrivals, the spike."""
    synapses = [Synapse(rules, weight, dt_ms) for weight in weights]
    coming = [set(map(int, train)) for train in arrivals]
    spiking = set(map(int, spikes))
    every = [round(rule.interval_ms / dt_ms) if rule.interval_ms else steps + 1 for rule in rules]
    ends = {step for n in every for step in range(n, steps + 1, n)}
    for step in sorted(s for s in spiking.union(ends, *coming) if s <= steps):
        time_ms = (step + 1) * dt_ms
        for index, n in enumerate(every):
            if step in ends and step % n == 0:
                incoming = math.fsum(s.weight for s in synapses)
                for synapse in synapses:
                    synapse.interval(index, time_ms, incoming)
        if step == steps:
            break
        for synapse, train in zip(synapses, coming, strict=True):
            if step in train:
                synapse.arrival(time_ms)
        if step in spiking:
            for synapse in synapses:
                synapse.spike(time_ms)
    return synapses


def changed(rule: SynapseRule, weight: float, arrivals: Any, spikes: Any, dt_ms: float) -> float:
    """The weight of one synapse under one rule after these trains."""
    steps = 1 + max([0, *map(int, arrivals), *map(int, spikes)])
    return run([rule], [weight], [arrivals], spikes, dt_ms, steps)[0].weight
