"""Times a researcher's own models beside the built-in ones they copy, and prints the ratios.

Type ``python tests/benchmarks/time_own.py``. Few synapses, so that the neurons' steps are most of
the work; for the rule many. One thread; the two take turns on stretches of the same length, and
the ratio is that of the medians: 1 is as fast as the built-in one, 0.7 is what is asked for.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import hal9lib as hal9
from hal9lib import neurons, plasticity
from hal9lib.network import Network
from own.models import as_own, own_izhikevich, own_lif, own_stdp

ROUNDS = 15
STRETCH_MS = 50.0


def cells(model, size=20_000, indegree=10):
    """Cells that are driven to some 10 to 40 Hz."""
    network = Network(seed=1)
    members = network.add(model, size, name="cells")
    receptor = next(iter(model.receptors.values()))
    strength = {"mv": 0.4, "pa": 400.0, "ns": 2.0}[receptor.unit]
    keyword = f"weight_{receptor.unit}"
    sources = hal9.connectivity.fixed_indegree(indegree)
    network.connect(members, members, sources, **{keyword: 0.1 * strength}, delay_ms=1.0)
    network.drive(members, rate_hz=3_000.0, **{keyword: strength})
    return network


def synapses(rule):
    """2,000 cells with 100 plastic inputs each."""
    network = Network(seed=1)
    members = network.add(neurons.lif(initial_v_mv=0.0), 2_000, name="cells")
    sources = hal9.connectivity.fixed_indegree(100)
    network.connect(members, members, sources, weight_mv=0.1, delay_ms=1.0, rule=rule)
    network.drive(members, rate_hz=5_000.0, weight_mv=0.25)
    return network


CASES = {
    "lif": (lambda: cells(own_lif()), lambda: cells(neurons.lif(initial_v_mv=0.0))),
    "izhikevich": (
        lambda: cells(own_izhikevich(current=5.0)),
        lambda: cells(neurons.izhikevich(current=5.0)),
    ),
    "lif_exp": (
        lambda: cells(as_own(neurons.lif_exp(), 0.1)),
        lambda: cells(neurons.lif_exp()),
    ),
    "adex": (lambda: cells(as_own(neurons.adex(), 0.1)), lambda: cells(neurons.adex())),
    "stdp": (lambda: synapses(own_stdp(0.2)), lambda: synapses(plasticity.stdp(0.2))),
}


def compare(name: str, precision: str) -> str:
    """One line: medians of both, their ratio, and that they fired alike."""
    pair = [
        hal9.Simulation(make(), dt_ms=0.1, threads=1, precision=precision) for make in CASES[name]
    ]
    seconds: tuple[list[float], list[float]] = ([], [])
    spikes = [0, 0]
    for simulation in pair:
        simulation.advance(STRETCH_MS)
    for _ in range(ROUNDS):
        for which, simulation in enumerate(pair):
            start = time.perf_counter()
            simulation.advance(STRETCH_MS)
            seconds[which].append(time.perf_counter() - start)
            spikes[which] += len(simulation.take_spikes()[0])
    own, built_in = map(statistics.median, seconds)
    rate = spikes[1] / pair[1].network.neurons / (ROUNDS * STRETCH_MS * 1e-3)
    alike = "the same spikes" if spikes[0] == spikes[1] else f"{spikes[0]} and {spikes[1]} spikes"
    return (
        f"{name:<11} {precision}  own {1e3 * own:7.2f} ms, built-in {1e3 * built_in:7.2f} ms, "
        f"speed own/built-in {built_in / own:.2f}  ({rate:.0f} Hz, {alike})"
    )


if __name__ == "__main__":
    for case in CASES:
        for cast in ("float32", "float64"):
            print(compare(case, cast), flush=True)  # noqa: T201 (it is a command)
