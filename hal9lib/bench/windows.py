"""What the measuring process does: build, first spike, windows of the run and of the limit."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hal9lib import models
from hal9lib.bench.cores import free_cores
from hal9lib.bench.limit import LimitProbe
from hal9lib.engine.simulation import Simulation
from hal9lib.network import Network
from hal9lib.run import Run, versions

#: Model time before the clock starts, while the network settles and caches fill.
WARM_MS = 100.0


def measure_here(task: Mapping[str, Any]) -> dict[str, Any]:
    """Measure in this process; `task` holds the arguments of `measure`."""
    load = os.getloadavg()[0]
    started = time.perf_counter()
    network = models.load(task["model"])(**task["arguments"])
    if task["neurons_alone"]:
        network = Network.from_description(network.description() | {"projections": []})
    with Simulation(
        network, dt_ms=task["dt_ms"], threads=task["threads"], precision=task["precision"],
        record=_record(network, task["weights_every_ms"]),
    ) as simulation:  # fmt: skip
        times = {"build_s": time.perf_counter() - started}
        pieces = [_to_the_first_spike(simulation)]
        times["first_spike_s"] = time.perf_counter() - started
        if simulation.time_ms < WARM_MS:
            simulation.advance(WARM_MS - simulation.time_ms)
        pieces.append(simulation.take_spikes())
        windows = _Windows(simulation, task["window_ms"])
        free = [free_cores(simulation.threads)]
        windows.run()
        peak = peak_bytes()  # before the probe takes memory of its own
        windows.add_probe()
        for _ in range(task["repeats"] - 1):
            windows.run()
        free.append(free_cores(simulation.threads))
        return {
            **_asked(task, simulation),
            **{name: round(value, 4) for name, value in times.items()},
            **windows.summary(),
            "peak_rss_mb": round(peak / 1e6, 1),
            "spike_hash": _spike_hash(simulation, [*pieces, *windows.spikes]),
            "load": round(load, 2),
            # Before and after: below the number of threads, others were using the machine.
            "free_cores": [round(cores, 2) for cores in free],
            "versions": versions(),
        }


def _asked(task: Mapping[str, Any], simulation: Simulation) -> dict[str, Any]:
    """What was measured, and how."""
    network = simulation.network
    return {
        "model": network.model,
        "arguments": dict(task["arguments"]),
        "neurons": network.neurons,
        "synapses": network.synapses,
        "threads": simulation.threads,
        "precision": task["precision"],
        "dt_ms": task["dt_ms"],
        "warm_ms": WARM_MS,
        "window_ms": task["window_ms"],
    }


def _record(network: Network, weights_every_ms: float | None) -> dict[str, Any]:
    """All spikes, and where it is asked for the weights of every plastic projection."""
    plastic = [p.name for p in network.projections if p.rules and weights_every_ms]
    weights = [{"projection": name, "every_ms": weights_every_ms} for name in plastic]
    return {"spikes": "all", "weights": weights} if weights else {"spikes": "all"}


def _spike_hash(simulation: Simulation, pieces: list[tuple[Any, Any]]) -> str:
    steps, neurons = (np.concatenate([piece[part] for piece in pieces]) for part in (0, 1))
    return Run(simulation.network, simulation.time_ms, simulation.dt_ms, steps, neurons).spike_hash


def _to_the_first_spike(simulation: Simulation) -> tuple[Any, Any]:
    """Advance by a ms (a step, if that is longer) until something spiked or the warm-up is over."""
    piece_ms = max(1, round(1.0 / simulation.dt_ms)) * simulation.dt_ms
    pieces = []
    while simulation.time_ms < WARM_MS - 1e-6:
        simulation.advance(piece_ms)
        pieces.append(simulation.take_spikes())
        if len(pieces[-1][0]):
            break
    return tuple(np.concatenate([piece[part] for piece in pieces]) for part in (0, 1))  # type: ignore[return-value]


class _Windows:
    """Windows of a running simulation, and of the limit probe between them."""

    def __init__(self, simulation: Simulation, window_ms: float) -> None:
        self._simulation, self._window_ms = simulation, window_ms
        # For every spike as many events as its neuron has synapses onto others, exactly.
        self._degrees, self._weighted = simulation.out_degrees()
        self._probes: dict[bool, LimitProbe] = {}
        self.spikes: list[tuple[Any, Any]] = []
        self._walls: list[float] = []
        self._events: list[int] = []
        self._limits: list[float] = []

    def run(self) -> None:
        """One window, and one of the probe after it if there is one."""
        begun = time.perf_counter()
        self._simulation.advance(self._window_ms)
        self._walls.append(time.perf_counter() - begun)
        self.spikes.append(self._simulation.take_spikes())
        self._events.append(int(self._degrees[self.spikes[-1][1]].sum()))
        self._probe()

    def add_probe(self) -> None:
        """Make the probes this network asks for, and take the first window of theirs."""
        network = self._simulation.network
        total, own = int(self._degrees.sum()), int(self._weighted.sum())
        for weighted, synapses in ((False, total - own), (True, own)):
            if synapses:
                mean = synapses / network.neurons
                self._probes[weighted] = LimitProbe(
                    network.neurons, mean, self._simulation.threads, weighted=weighted
                )
        self._probe()

    def _probe(self) -> None:
        """The limit for the mixture of constant and own weights that the last window delivered."""
        if not self._probes:
            return
        events = self._events[-1]
        own = int(self._weighted[self.spikes[-1][1]].sum())
        seconds = float(np.clip(self._walls[-1], 0.05, 1.0))
        needed = 0.0
        for weighted, probe in self._probes.items():
            part = own if weighted else events - own
            needed += part / probe.window(seconds)
        self._limits.append(events / needed if needed else 0.0)

    def summary(self) -> dict[str, Any]:
        """The medians, and each window's values."""
        model_s = self._window_ms * 1e-3
        walls = np.array(self._walls) / model_s
        speeds = np.array(self._events) / np.array(self._walls)
        found: dict[str, Any] = {
            "wall_per_model_s": round(float(np.median(walls)), 5),
            "walls_per_model_s": [round(float(w), 5) for w in walls],
            "us_per_step": round(float(np.median(walls)) * self._simulation.dt_ms * 1e3, 3),
            "rate_hz": round(self._rate_hz(), 3),
            "synaptic_events": self._events,
            "synaptic_events_per_s": round(float(np.median(speeds))),
            "limit_events_per_s": 0,
            "limits_events_per_s": [round(limit) for limit in self._limits],
            "share_of_limit": 0.0,
            "shares_of_limit": [],
        }
        if self._limits and min(self._limits) > 0.0:
            # The first window has the probe after it only, every other one on both sides.
            beside = [self._limits[0]]
            beside += [0.5 * (a + b) for a, b in zip(self._limits, self._limits[1:], strict=False)]
            shares = speeds / np.array(beside)
            found["limit_events_per_s"] = round(float(np.median(self._limits)))
            found["share_of_limit"] = round(float(np.median(shares)), 4)
            found["shares_of_limit"] = [round(float(s), 4) for s in shares]
        return found

    def _rate_hz(self) -> float:
        spikes = sum(len(piece[0]) for piece in self.spikes)
        model_s = self._window_ms * 1e-3 * len(self._walls)
        return spikes / self._simulation.network.neurons / model_s


def peak_bytes() -> int:
    """The most memory this process has held.

    Read from the kernel's own line where there is one: what getrusage says of a process includes
    the one it was started from.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
