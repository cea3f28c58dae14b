"""The cases of the results page: what is measured, and what it is to reach.

All at once take about ten minutes on two cores; the windows are short for that, and the slowest
peers run in the variants that are fastest for them (see `Case`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hal9lib import models
from hal9lib.bench import environments
from hal9lib.bench.against import against
from hal9lib.bench.measure import measure
from hal9lib.bench.peers.parameters import settings_of

#: Threads of most cases; the page says how many cores there are.
THREADS = 2
#: A peer's variant that takes longer, building included, is stopped and does not count.
PEER_LIMIT_S = 180.0


@dataclass(frozen=True)
class Target:
    """A figure to reach: its name in a record, what it is called, and the bound."""

    figure: str
    words: str
    bound: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether a value is good enough."""
        return value >= self.bound if self.at_least else value <= self.bound

    def missed_by(self, value: float) -> float:
        """The factor that is lacking, 1 where the target is met."""
        if self.met(value):
            return 1.0
        return self.bound / value if self.at_least else value / self.bound


@dataclass(frozen=True)
class Case:
    """One row of the page.

    `threads` is what the engine itself would choose on free cores, one for a small network;
    `peer_threads` are the numbers that a peer is tried on. `aside` also measures HAL9 on the other
    number of threads and without its synapses, which the slowest cases leave out.
    """

    name: str
    model: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    window_ms: float = 500.0
    repeats: int = 5
    threads: int = THREADS
    aside: bool = True
    peers: tuple[str, ...] = ("nest", "brian2")
    peer_window_ms: float = 200.0
    peer_repeats: int = 3
    peer_threads: tuple[int, ...] = (1, THREADS)
    targets: tuple[Target, ...] = ()


def _faster(peer: str, factor: float) -> Target:
    return Target(f"{peer}_ratio", f"times {environments.PEERS[peer].title}", factor)


def _share(bound: float) -> Target:
    return Target("share_of_limit", "of the limit", bound)


def _at_most(figure: str, words: str, bound: float) -> Target:
    return Target(figure, words, bound, at_least=False)


CASES = (
    Case(
        "brunel 12,500 x 1,250", "brunel", {"neurons": 12_500, "indegree": 1_250},
        peer_window_ms=100.0,
        targets=(
            _share(0.70), _faster("nest", 20.0), _faster("brian2", 20.0),
            Target("two_against_one", "times one thread", 1.25),
        ),
    ),
    Case(
        "brunel 100,000 x 1,000", "brunel", {"neurons": 100_000, "indegree": 1_000},
        window_ms=200.0, repeats=3, peers=("nest",), peer_window_ms=100.0, peer_repeats=1,
        peer_threads=(THREADS,),
        targets=(
            _share(0.65), _faster("nest", 50.0), _at_most("build_s", "s to build", 3.0),
            _at_most("peak_rss_mb", "MB", 450.0),
        ),
    ),
    Case(
        "brunel 1,000,000 x 1,000", "brunel", {"neurons": 1_000_000, "indegree": 1_000},
        window_ms=100.0, repeats=2, aside=False, peers=(),
        targets=(
            _at_most("build_s", "s to build", 60.0), _at_most("peak_rss_mb", "MB", 3_500.0),
        ),
    ),
    Case(
        "general (adex_stdp)", "adex_stdp", repeats=3, peer_window_ms=500.0, peer_repeats=1,
        peer_threads=(THREADS,), targets=(_faster("nest", 4.0), _faster("brian2", 4.0)),
    ),
    Case(
        "potjans, full scale", "potjans_diesmann", window_ms=1_000.0, repeats=2, aside=False,
        peers=(),
        targets=(
            _at_most("wall_per_model_s", "times real time", 4.0),
            _at_most("peak_rss_mb", "MB", 3_000.0),
        ),
    ),
    Case(
        "stdp", "brunel_stdp", peer_window_ms=100.0,
        targets=(_faster("brian2", 6.0), _faster("nest", 20.0)),
    ),
    Case("cuba 4,000", "vogels_abbott_cuba", targets=(_faster("brian2", 1.5),)),
    Case(
        "coba 4,000", "vogels_abbott_coba", peer_window_ms=100.0,
        targets=(_faster("brian2", 3.0),),
    ),
    Case(
        "izhikevich 1,000", "izhikevich_2003", {"neurons": 1_000}, window_ms=1_000.0,
        threads=1, peer_window_ms=500.0, targets=(_faster("brian2", 4.0),),
    ),
    Case(
        "izhikevich 100,000", "izhikevich_2003", {"neurons": 100_000, "indegree": 100},
        repeats=3, peer_threads=(THREADS,), targets=(_faster("brian2", 5.0),),
    ),
    Case(
        "100 neurons", "brunel", {"neurons": 100, "indegree": 80}, window_ms=1_000.0, threads=1,
        peers=(), targets=(_at_most("us_per_step", "µs a step", 10.0),),
    ),
)  # fmt: skip

#: Of every case on two threads that asks for nothing more.
NEVER_SLOWER = Target("two_against_one", "times one thread", 0.95)

#: What `hal9lib.bench.startup` measures.
STARTUP = (
    _at_most("import_s", "s to import hal9lib", 0.3),
    _at_most("first_spike_warm_s", "s to the first spike, warm cache", 1.0),
    _at_most("first_spike_cold_s", "s to the first spike, empty cache", 10.0),
)


def measure_case(case: Case, say: Callable[[str], None]) -> dict[str, Any]:
    """One case's record: HAL9, its neurons alone and the other number of threads, its peers.

    A model that is not there leaves a record with ``missing`` alone.
    """
    if case.model not in models.names():
        return {"missing": f"no model is called {case.model}"}
    say(f"HAL9: {case.name} …")
    common: dict[str, Any] = {"window_ms": case.window_ms} | settings_of(case.model)
    record = measure(
        case.model, case.arguments, repeats=case.repeats, threads=case.threads, **common
    )
    if case.aside:
        record |= _aside(case, record["wall_per_model_s"], common)
    if case.peers:
        peers = [environments.PEERS[name] for name in case.peers]
        record = against(
            record,
            peers,
            say,
            window_ms=case.peer_window_ms,
            repeats=case.peer_repeats,
            threads=case.peer_threads,
            limit_s=PEER_LIMIT_S,
        )
    for name, ratios in record.get("ratios", {}).items():
        record[f"{name}_ratio"] = ratios["wall_per_model_s"]
    return record


def _aside(case: Case, wall: float, common: dict[str, Any]) -> dict[str, float]:
    """HAL9 on the other number of threads, and its neurons and drives without synapses."""
    other = 1 if case.threads == THREADS else THREADS
    walls = {case.threads: wall}
    walls[other] = measure(case.model, case.arguments, repeats=2, threads=other, **common)[
        "wall_per_model_s"
    ]
    alone = measure(
        case.model, case.arguments, repeats=2, threads=case.threads, neurons_alone=True, **common
    )
    return {
        "one_thread_wall_per_model_s": walls[1],
        "two_against_one": round(walls[1] / walls[THREADS], 3),
        "neurons_alone_wall_per_model_s": alone["wall_per_model_s"],
    }
