"""A plain NumPy simulator, written apart from the engine: one loop over steps, dense and slow.

It shares with the engine what defines a run (the counter-based random numbers and the rule that
draws sources) and nothing of how a run is computed: no workers, no blocks, no generated code.
"""

import math

import numpy as np

from hal9lib.network import Network
from hal9lib.rng import CONNECTIVITY, DRIVE, INITIAL, key_of, philox4x32


def simulate(network: Network, steps: int, dt_ms: float) -> tuple[np.ndarray, np.ndarray]:
    """(steps, neurons) of every spike, in float64."""
    cells = _Cells(network, dt_ms)
    matrices = [_weights(network, index) for index in range(len(network.projections))]
    delays = [round(p.delay_ms / dt_ms) for p in network.projections]
    history: list[np.ndarray] = []
    spike_steps, spike_neurons = [], []
    for step in range(steps):
        arriving = np.zeros(network.neurons)
        for matrix, delay in zip(matrices, delays, strict=True):
            if step >= delay:
                arriving += matrix @ history[step - delay]
        for stream, drive in enumerate(network.drives):
            arriving += _poisson(network, stream, drive, step, dt_ms)
        spiked = cells.step(arriving)
        history.append(spiked.astype(float))
        found = np.flatnonzero(spiked)
        spike_steps.append(np.full(len(found), step))
        spike_neurons.append(found)
    return np.concatenate(spike_steps), np.concatenate(spike_neurons)


class _Cells:
    """All neurons' state, moved one step by the published equations."""

    def __init__(self, network: Network, dt_ms: float) -> None:
        self.network, self.dt_ms = network, dt_ms
        self.v = np.concatenate([_initial(network, i) for i in range(len(network.populations))])
        self.u = np.zeros(network.neurons)
        self.left = np.zeros(network.neurons, int)
        for p in network.populations:
            if p.neuron.name == "izhikevich":
                self.u[_span(p)] = -65.0 * p.neuron.parameters["b"]

    def step(self, arriving: np.ndarray) -> np.ndarray:
        spiked = np.zeros(self.network.neurons, bool)
        for p in self.network.populations:
            move = self._lif if p.neuron.name == "lif" else self._izhikevich
            spiked[_span(p)] = move(_span(p), p.neuron.parameters, arriving[_span(p)])
        return spiked

    def _lif(self, span, p, arriving):
        free = self.left[span] == 0
        moved = p["rest_mv"] + (self.v[span] - p["rest_mv"]) * math.exp(-self.dt_ms / p["tau_m_ms"])
        v = np.where(free, moved + arriving, self.v[span])
        spiked = free & (v >= p["threshold_mv"])
        self.left[span] = np.where(
            spiked, round(p["refractory_ms"] / self.dt_ms), np.maximum(self.left[span] - 1, 0)
        )
        self.v[span] = np.where(spiked, p["reset_mv"], v)
        return spiked

    def _izhikevich(self, span, p, arriving):
        v, u = self.v[span], self.u[span]
        spiked = v >= 30.0
        v, u = np.where(spiked, p["c_mv"], v), np.where(spiked, u + p["d"], u)
        current = p["current"] + arriving
        for _ in range(2):
            v = v + 0.5 * self.dt_ms * (0.04 * v**2 + 5.0 * v + 140.0 - u + current)
        self.v[span], self.u[span] = v, u + self.dt_ms * p["a"] * (p["b"] * v - u)
        return spiked


def _weights(network: Network, index: int) -> np.ndarray:
    """(neurons, neurons) mV: what a spike of each source adds to each target."""
    projection = network.projections[index]
    rule = projection.connectivity
    assert CONNECTIVITY == 0x5EED, "the rule's file spells this constant out"
    matrix = np.zeros((network.neurons, network.neurons))
    out = np.empty(rule.max_degree(projection.source.size, projection.target.size), np.int64)
    for target in range(projection.target.size):
        count = rule.partners(
            *key_of(network.seed),
            np.uint32(index),
            target,
            projection.source.size,
            projection.source is projection.target,
            np.array(rule.arguments),
            rule.data(projection.source, projection.target),
            out,
        )
        sources = projection.source.first + out[:count]
        np.add.at(matrix[projection.target.first + target], sources, projection.weight)
    return matrix


def _poisson(network, stream, drive, step, dt_ms) -> np.ndarray:
    """(neurons,) mV from one drive: the count whose cumulative probability the word falls under."""
    mean = drive.rate_hz * dt_ms * 1e-3
    words = _words(network.seed, drive.target.size, np.uint32(step), np.uint32(stream), DRIVE)
    uniform = words.astype(np.float64) / 2.0**32
    cumulative, term, counts = 0.0, math.exp(-mean), np.zeros(drive.target.size)
    for k in range(200):
        cumulative += term
        counts += uniform >= cumulative
        term *= mean / (k + 1)
    arriving = np.zeros(network.neurons)
    arriving[_span(drive.target)] = counts * drive.weight
    return arriving


def _words(seed, size, c0, c2, purpose) -> np.ndarray:
    """One word a neuron: sixteen counters give those of 64 neighbours, plane by plane."""
    neuron = np.arange(size)
    groups = ((neuron >> 6) * 16 + (neuron & 15)).astype(np.uint32)
    same = np.zeros_like(groups)
    words = philox4x32(same + c0, groups, same + c2, same + np.uint32(purpose), *key_of(seed))
    return np.choose((neuron >> 4) & 3, words)


def _initial(network: Network, index: int) -> np.ndarray:
    population = network.populations[index]
    value = population.neuron.parameters["initial_v_mv"]
    if isinstance(value, float):
        return np.full(population.size, value)
    groups = np.arange((population.size + 3) // 4, dtype=np.uint32)
    same = np.zeros_like(groups)
    words = philox4x32(
        groups, same + np.uint32(index), same, same + np.uint32(INITIAL), *key_of(network.seed)
    )
    flat = np.stack(words, axis=1).reshape(-1)[: population.size]
    low, high = value.parameters
    return low + (high - low) * ((flat + 0.5) / 2.0**32)


def _span(population) -> slice:
    return slice(population.first, population.first + population.size)
