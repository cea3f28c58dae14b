"""What a run holds beside its spikes: states, weights and population rates over time."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hal9lib.recording.plan import Plan
from hal9lib.recording.recorder import Rates, States, Weights


class StateTrace(NamedTuple):
    """One state variable over time: values (samples, neurons).

    `times_ms` (samples,) are the ends of the steps; `neurons` (neurons,) count within their
    population, in the order they were asked for.
    """

    times_ms: NDArray[np.float64]
    neurons: NDArray[np.int32]
    values: NDArray[Any]


class WeightSample(NamedTuple):
    """One projection's weights at one time: (synapses,) each, with each end's number within its
    population.
    """

    time_ms: float
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[Any]


class RateTrace(NamedTuple):
    """Population rates: `hz` in spikes per second and neuron, (bins,) for each population.

    `times_ms` (bins,) are the middles of the bins.
    """

    times_ms: NDArray[np.float64]
    hz: Mapping[str, NDArray[np.float64]]


def state_traces(plan: Plan, taken: Sequence[States]) -> dict[str, StateTrace]:
    """A trace for each probe, by its name such as ``E.v_mv``, from what a recorder gave."""
    return {
        probe.name: StateTrace(
            _times_ms(plan, states.steps), np.array(probe.neurons, np.int32), states.values
        )
        for probe, states in zip(plan.state, taken, strict=True)
    }


def weight_samples(plan: Plan, taken: Sequence[Sequence[Weights]]) -> dict[str, list[WeightSample]]:
    """The samples of each projection, by its name such as ``E->I``, from what a recorder gave."""
    found: dict[str, list[WeightSample]] = {}
    for probe, pieces in zip(plan.weights, taken, strict=True):
        projection = plan.network.projections[probe.projection]
        first = np.int32(projection.source.first), np.int32(projection.target.first)
        found[probe.name] = [
            WeightSample(
                float(_times_ms(plan, np.array([piece.step]))[0]),
                piece.sources - first[0],
                piece.targets - first[1],
                piece.weights,
            )
            for piece in pieces
        ]
    return found


def rate_trace(plan: Plan, taken: Rates) -> RateTrace | None:
    """The rates of each population from what a recorder gave; None where none were asked for."""
    if plan.rates_steps is None:
        return None
    middles_ms = _times_ms(plan, taken.steps) - 0.5 * plan.rates_steps * plan.dt_ms
    names = (population.name for population in plan.network.populations)
    return RateTrace(middles_ms, dict(zip(names, taken.hz.T, strict=True)))


def _times_ms(plan: Plan, steps: NDArray[Any]) -> NDArray[np.float64]:
    return (steps.astype(np.float64) + 1.0) * plan.dt_ms
