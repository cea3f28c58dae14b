"""Times one draw of each null model at a million elements, and writes the table nulls.md.

Type ``python tests/benchmarks/time_nulls.py``; with a folder after it the table goes there. Each
time is the median of three draws after a first one, beside that of sorting as many random numbers
in between: on a busy machine the ratio says more than the seconds.
"""

import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

import numba
import numpy as np

from hal9lib import nulls
from hal9lib.graph import Graph
from hal9lib.nulls._null import Null
from hal9lib.spike_trains import SpikeTrains, spike_trains

MILLION = 1_000_000
COMMAND = "python tests/benchmarks/time_nulls.py"
_RANDOM = np.random.default_rng(1)


def graph() -> Graph:
    """1e6 links between 1e5 nodes at random."""
    nodes = 100_000
    empty = Graph(nodes, np.arange(MILLION) // 10, np.arange(MILLION) % 10, np.ones(MILLION))
    return nulls.random_digraph(seed=1).sample(empty, np.random.default_rng(1))


def undirected(one: Graph) -> Graph:
    """Each of the first half of the links both ways."""
    once = one.sources < one.targets
    pairs = np.concatenate(
        [
            one.sources[once] * one.nodes + one.targets[once],
            one.targets[once] * one.nodes + one.sources[once],
        ]
    )
    sources, targets = np.divmod(np.sort(pairs), one.nodes)
    return Graph(one.nodes, sources, targets, np.ones(len(pairs)))


def spikes(step_ms: float = 0.0) -> SpikeTrains:
    """1e6 spikes of 1e4 neurons in 20 s, anywhere or on a grid, none twice."""
    if not step_ms:
        times = _RANDOM.random(MILLION) * 20_000.0
        return spike_trains("x", times, np.arange(MILLION) % 10_000, neurons=10_000)
    steps = int(20_000 / step_ms)
    place = np.sort(_RANDOM.integers(10_000 * steps, size=MILLION + MILLION // 100))
    place = place[np.concatenate([[True], np.diff(place) > 0])][:MILLION]
    owner, step = np.divmod(place, steps)
    return spike_trains("x", (step + 1) * step_ms, owner, neurons=10_000)


def cases() -> list[tuple[str, Null, object, int]]:
    """What is timed: words, null, data, how many elements."""
    links, anywhere, grid = graph(), spikes(), spikes(0.1)
    both = undirected(links)
    series = _RANDOM.normal(size=(MILLION, 10))
    links_as, spikes_as = "1e6 links, 1e5 nodes", "1e6 spikes, 1e4 neurons"
    series_as = "1e6 times, 10 units"
    return [
        (links_as, nulls.random_digraph(), links, MILLION),
        (links_as, nulls.random_dag(), links, MILLION),
        (links_as, nulls.rewired(), links, MILLION),
        (f"{links_as}, undirected", nulls.rewired(), both, both.edges),
        ("1e6 labels", nulls.layer_permutation(), _RANDOM.integers(9, size=MILLION), MILLION),
        (spikes_as, nulls.shuffled_spikes(of="intervals"), anywhere, MILLION),
        (spikes_as, nulls.shuffled_spikes(of="neurons"), anywhere, MILLION),
        (f"{spikes_as}, on a grid", nulls.shuffled_spikes(of="neurons"), grid, MILLION),
        (spikes_as, nulls.jittered_spikes(width_ms=20.0), anywhere, MILLION),
        (spikes_as, nulls.dithered_spikes(dither_ms=20.0), anywhere, MILLION),
        (spikes_as, nulls.dithered_spikes(dither_ms=20.0, of="trains"), anywhere, MILLION),
        (series_as, nulls.phase_randomised(), series, 10 * MILLION),
        (series_as, nulls.phase_randomised(together=True), series, 10 * MILLION),
        (series_as, nulls.shifted_series(), series, 10 * MILLION),
        (series_as, nulls.permuted_times(), series, 10 * MILLION),
    ]


def timed(null: Null, data: object, elements: int) -> tuple[float, float]:
    """Median seconds of a draw, and of a sort of as many numbers, taken in turns."""
    null.surrogate(data)  # compiles what is to be compiled
    draws, sorts = [], []
    for k in range(3):
        numbers = _RANDOM.random(elements)
        begun = time.perf_counter()
        null.surrogate(data, k)
        drawn = time.perf_counter()
        np.sort(numbers)
        draws.append(drawn - begun)
        sorts.append(time.perf_counter() - drawn)
    return float(np.median(draws)), float(np.median(sorts))


def row(words: str, null: Null, seconds: float, sort_s: float, elements: int) -> str:
    """One line of the table."""
    told = ", ".join(f"{key}={value!r}" for key, value in null.options.items() if value is not None)
    return (
        f"| {null.name}({told}) | {words} | {seconds:.3g} | {seconds / elements * 1e9:.3g} | "
        f"{seconds / sort_s:.3g} |"
    )


def machine() -> str:
    """The processor's name, as the system gives it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main(folder: Path) -> None:
    """Print the table and write it."""
    lines = [
        "# Nulls, timed",
        "",
        f"One draw, on one core: the median of three, by `{COMMAND}`, on {date.today()}.",
        f"{machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}.",
        "The last column is the time as a multiple of one `np.sort` of as many random numbers,",
        "timed in turns with the draws: on a busy machine it says more than the seconds.",
        "",
        "| Null | Data | Seconds | ns an element | Sorts |",
        "|---|---|---|---|---|",
    ]
    for words, null, data, elements in cases():
        lines.append(row(words, null, *timed(null, data, elements), elements))
        print(lines[-1], flush=True)  # noqa: T201 (it is a command)
    (folder / "nulls.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
