"""The physical limit: how fast this machine adds weights to random targets, and nothing else.

Delivering a spike is a scatter-add over the targets of its source. The probe is one fixed kernel
beside the engine: it integrates no neuron, keeps no record, and shares no code with the engine's
delivery. What it has in common with the network it stands beside is the work itself:

- 2 bytes a synapse where the weight is constant (a 16-bit target), 6 where each has its own
  (a float32 beside it);
- as many synapses as the network, so that the same memory is walked through;
- each worker's rows as long as an even share of the in-degree, onto blocks of at most 65,536
  targets;
- sources drawn over all rows, new ones for every call, in lists long enough that starting a list
  costs nothing, which a step of a network cannot have: the probe errs on the fast side.
"""

import threading
import time

import numpy as np

from hal9lib.engine.assembly import compiled, function_source
from hal9lib.engine.intrinsics import prefetch

#: Targets of one block are numbered in 16 bits.
_BLOCK = 65_536
#: Sources of one list, and lists drawn in advance.
_LIST, _LISTS = 4_096, 256


def scatter_constant(sources, starts, targets, weight, local):
    """Deliver lists of sources to every block; one weight for all. Returns the events."""
    ahead = 6  # rows whose first lines are fetched early
    events = np.int64(0)
    for k in range(len(sources)):
        for block in range(len(starts)):
            rows, row_targets, mine = starts[block], targets[block], local[block]
            for s in range(sources.shape[1]):
                if s + ahead < sources.shape[1]:
                    coming = sources[k, s + ahead]
                    stop = np.int64(rows[coming + 1])
                    line = np.int64(rows[coming])
                    last = min(stop, line + 256)  # eight lines of 32 targets
                    while line < last:
                        prefetch(row_targets, line)
                        line += 32
                begin, end = np.int64(rows[sources[k, s]]), np.int64(rows[sources[k, s] + 1])
                row = row_targets[begin:end]
                for synapse in range(len(row)):
                    mine[row[synapse]] += weight
                events += end - begin
    return events


def scatter_weighted(sources, starts, targets, weights, local):
    """The same where every synapse has its own weight."""
    ahead = 6
    events = np.int64(0)
    for k in range(len(sources)):
        for block in range(len(starts)):
            rows, row_targets, mine = starts[block], targets[block], local[block]
            row_weights = weights[block]
            for s in range(sources.shape[1]):
                if s + ahead < sources.shape[1]:
                    coming = sources[k, s + ahead]
                    stop = np.int64(rows[coming + 1])
                    line = np.int64(rows[coming])
                    last = min(stop, line + 128)
                    while line < last:
                        prefetch(row_targets, line)
                        prefetch(row_weights, line)
                        prefetch(row_weights, line + 16)
                        line += 32
                begin, end = np.int64(rows[sources[k, s]]), np.int64(rows[sources[k, s] + 1])
                row, own = row_targets[begin:end], row_weights[begin:end]
                for synapse in range(len(row)):
                    mine[row[synapse]] += own[synapse]
                events += end - begin
    return events


class LimitProbe:
    """The probe for a network of this size, with its memory; `window` measures once.

    Parameters
    ----------
    neurons, indegree : of the network; the in-degree may be a mean. threads : workers.
    weighted : whether every synapse has its own weight.

    Examples
    --------
    >>> probe = LimitProbe(neurons=1_000, indegree=100.0, threads=2)
    >>> probe.bytes
    200000
    """

    def __init__(
        self, neurons: int, indegree: float, threads: int, *, weighted: bool = False
    ) -> None:
        self._weighted = weighted
        function = scatter_weighted if weighted else scatter_constant
        entry = function.__name__
        self._scatter = getattr(compiled((function_source(function),), (entry,), "float32"), entry)
        self._workers = [
            _Share(worker, neurons, indegree / threads, max(1, neurons // threads), weighted)
            for worker in range(threads)
        ]
        _together([share.allocate for share in self._workers])
        self._calls = 0
        self._deliver(self._workers[0], slice(0, 1))  # compiles, before any clock runs

    @property
    def bytes(self) -> int:
        """Bytes of all targets and weights."""
        return sum(share.targets.nbytes + share.weights.nbytes for share in self._workers)

    def window(self, seconds: float) -> float:
        """Synaptic events per second that the workers reach together in a window."""
        rates = [0.0] * len(self._workers)
        ready = threading.Barrier(len(self._workers))

        def work(worker: int) -> None:
            share, events, turn = self._workers[worker], 0, self._calls
            ready.wait()
            begun = now = time.perf_counter()
            while now < begun + seconds:
                turn = (turn + share.lists_a_call) % _LISTS
                events += self._deliver(share, slice(turn, turn + share.lists_a_call))
                now = time.perf_counter()
            rates[worker] = events / (now - begun)

        _together([lambda w=w: work(w) for w in range(len(self._workers))])
        self._calls += 7  # the next window begins elsewhere
        return sum(rates)

    def _deliver(self, share: "_Share", lists: slice) -> int:
        weights = share.weights if self._weighted else np.float32(0.1)
        sources = share.sources[lists]
        return int(self._scatter(sources, share.starts, share.targets, weights, share.local))


class _Share:
    """One worker's rows, targets and buffers."""

    def __init__(
        self, worker: int, neurons: int, indegree: float, targets: int, weighted: bool
    ) -> None:
        self._seed, self._neurons, self._weighted = worker, neurons, weighted
        self._blocks = -(-targets // _BLOCK)
        self._size = -(-targets // self._blocks)
        self._row = indegree / self._blocks
        # A call is long beside what Python takes to make it.
        self.lists_a_call = int(np.clip(2_000_000 // max(1.0, indegree * _LIST), 1, 64))

    def allocate(self) -> None:
        rng = np.random.default_rng(self._seed)
        rows = (np.arange(self._neurons + 1) * self._row).astype(np.uint32)
        self.starts = np.tile(rows, (self._blocks, 1))
        shape = (self._blocks, int(rows[-1]))
        self.targets = rng.integers(0, self._size, shape, dtype=np.uint16)
        self.weights = np.full(shape if self._weighted else (self._blocks, 0), 0.1, np.float32)
        self.sources = rng.integers(0, self._neurons, (_LISTS, _LIST))
        self.local = np.zeros((self._blocks, self._size), np.float32)


def _together(tasks: list) -> None:
    """Run each task in its own thread and wait for all."""
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
