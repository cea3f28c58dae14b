"""One neuron, stepped in plain Python: what a model's `step` means, without the engine."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hal9lib.neurons._model import NeuronModel

#: Weights that arrive in one step, by receptor.
Arriving = Mapping[str, float]


@dataclass(frozen=True)
class Stepped:
    """Spike times in ms, and each state variable at times 0, dt, 2 dt, and so on."""

    times_ms: np.ndarray
    traces: dict[str, np.ndarray]

    @property
    def intervals_ms(self) -> np.ndarray:
        return np.diff(self.times_ms)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.traces[name]


def stepped(
    model: NeuronModel,
    duration_ms: float,
    dt_ms: float,
    arriving: Mapping[int, Arriving] | Callable[[float], Arriving] | None = None,
    seed: int = 1,
) -> Stepped:
    """Step one neuron from its initial state.

    `arriving` gives the sums that arrive in a step, by its number, or by the time of its beginning
    where it is a function. What arrives in step s has arrived at its end, at (s + 1) dt.
    """
    rng = np.random.default_rng(seed)
    names = list(inspect.signature(model.step).parameters)
    values = dict(model.constants(model.parameters, dt_ms))
    values |= {name: state.initial for name, state in model.state.items()}
    traces = {name: [values[name]] for name in model.state}
    spikes = []
    for number in range(round(duration_ms / dt_ms)):
        values |= dict.fromkeys(model.receptors, 0.0)
        if callable(arriving):
            values |= arriving(number * dt_ms)
        elif arriving is not None and number in arriving:
            values |= arriving[number]
        if "random_uniform" in names:
            values["random_uniform"] = rng.random()
        if "random_normal" in names:
            values["random_normal"] = rng.standard_normal()
        spiked, *state = model.step(**{name: values[name] for name in names})
        for name, value in zip(model.state, state, strict=True):
            values[name] = value
            traces[name].append(value)
        if spiked:
            spikes.append((number + 1) * dt_ms)
    arrays = {name: np.array(trace, float) for name, trace in traces.items()}
    return Stepped(np.array(spikes), arrays)
