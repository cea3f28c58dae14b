"""The physical limit: how fast this machine adds a weight to random targets, and nothing else.

Delivering a spike is a scatter-add over the targets of its source. The probe has rows of the same
length and targets of the same spread as the model it stands beside, and delivers the same number
of spikes a step from sources drawn at random; it integrates no neuron.
"""

import threading
import time

import numpy as np

from hal9lib.engine import kernels
from hal9lib.engine.assembly import compiled, function_source


def deliver_rows(sources, starts, targets, weight, local):
    """Add a weight to the targets of each source; the engine's inner loop by itself."""
    ahead = 6
    for k in range(len(sources)):
        if k + ahead < len(sources):
            prefetch(targets, np.int64(starts[sources[k + ahead]]))
        begin = np.int64(starts[sources[k]])
        deliver_row(local, targets[begin : np.int64(starts[sources[k] + 1])], weight)


# Given by the generated module; named here so that this file reads as plain Python.
prefetch = kernels.prefetch
deliver_row = kernels.deliver_row


def limit_events_per_s(neurons: int, indegree: int, threads: int, seconds: float = 0.5) -> float:
    """Synaptic events per second that `threads` scatter-adds reach together on this machine."""
    module = compiled(
        (function_source(kernels.deliver_row), function_source(deliver_rows)),
        ("deliver_rows",),
        "float32",
    )
    share = max(1, neurons // threads)
    row = max(1, indegree // threads)
    sources = min(neurons, max(1, 200_000_000 // row))
    events = [0] * threads
    stop = time.perf_counter() + seconds

    def work(worker: int) -> None:
        rng = np.random.default_rng(worker)
        targets = rng.integers(0, min(share, 65_536), sources * row).astype(np.uint16)
        starts = (np.arange(sources + 1) * row).astype(np.uint32)
        local = np.zeros(min(share, 65_536), np.float32)
        spikes = rng.integers(0, sources, 4_000)
        module.deliver_rows(spikes[:8], starts, targets, np.float32(0.1), local)
        ready.wait()
        while time.perf_counter() < stop_at[0]:
            module.deliver_rows(spikes, starts, targets, np.float32(0.1), local)
            events[worker] += len(spikes) * row

    stop_at = [stop]
    ready = threading.Barrier(threads, action=lambda: stop_at.__setitem__(0, _in(seconds)))
    workers = [threading.Thread(target=work, args=(w,)) for w in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(events) / seconds


def _in(seconds: float) -> float:
    return time.perf_counter() + seconds
