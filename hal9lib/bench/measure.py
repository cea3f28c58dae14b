"""One measurement of one network: what it cost to build and to step, against the limit."""

import resource
import sys
import time
from typing import Any

import numpy as np

from hal9lib.bench.limit import limit_events_per_s
from hal9lib.engine.simulation import Simulation
from hal9lib.network import Network
from hal9lib.run import Run, versions

#: Model time before the clock starts, while the network settles and caches fill.
WARM_MS = 100.0


def measure(
    network: Network, duration_ms: float, threads: int | None = None, repeats: int = 3
) -> dict[str, Any]:
    """Measure a network; the best of `repeats` windows of `duration_ms` each.

    Returns one JSON-able object with the fields that `hal9 bench` prints; times in seconds,
    rates in Hz, memory in MB (10^6 bytes).
    """
    started = time.perf_counter()
    with Simulation(network, threads=threads) as simulation:
        build_s = time.perf_counter() - started
        simulation.advance(simulation.dt_ms)
        first_spike_s = time.perf_counter() - started
        simulation.advance(WARM_MS - simulation.dt_ms)
        spikes = [simulation.take_spikes()]
        walls, events = [], []
        for _ in range(repeats):
            begun = time.perf_counter()
            simulation.advance(duration_ms)
            walls.append(time.perf_counter() - begun)
            spikes.append(simulation.take_spikes())
            events.append(_events(network, spikes[-1][1]))
        total_ms = simulation.time_ms
        used = simulation.threads
    steps, neurons = (np.concatenate([piece[part] for piece in spikes]) for part in (0, 1))
    run = Run(network, total_ms, 0.1, steps, neurons, threads=used)
    best = int(np.argmin(walls))
    limit = limit_events_per_s(network.neurons, network.synapses // network.neurons, used)
    return {
        "model": network.model,
        "neurons": network.neurons,
        "synapses": network.synapses,
        "threads": used,
        "build_s": round(build_s, 4),
        "first_spike_s": round(first_spike_s, 4),
        "wall_per_model_s": round(walls[best] / (duration_ms * 1e-3), 4),
        "rate_hz": round(run.rate_hz(start_ms=WARM_MS), 3),
        "synaptic_events_per_s": round(events[best] / walls[best]),
        "limit_events_per_s": round(limit),
        "share_of_limit": round(events[best] / walls[best] / limit, 4),
        "peak_rss_mb": round(_peak_bytes() / 1e6, 1),
        "spike_hash": run.spike_hash,
        "versions": versions(),
    }


def _events(network: Network, neurons: np.ndarray) -> int:
    """Synaptic events of these spikes, counted from the mean out-degree of each population."""
    total = 0.0
    for population in network.populations:
        inside = (neurons >= population.first) & (neurons < population.first + population.size)
        out_degree = sum(
            p.connectivity.synapses(p.source.size, p.target.size) / p.source.size
            for p in network.projections
            if p.source is population
        )
        total += float(np.count_nonzero(inside)) * out_degree
    return round(total)


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
