"""How long a newcomer waits: for the import, and for the first spike in a fresh process."""

import json
import subprocess
import sys
import tempfile
from statistics import median

from hal9lib.errors import SimulationError
from hal9lib.settings import inherited_environment

#: What the fresh process does; both clocks start before the import.
_CODE = """
import json, time
begun = time.perf_counter()
import hal9lib as hal9
imported = time.perf_counter()
simulation = hal9.Simulation(hal9.models.brunel(neurons=1_000, indegree=100))
spikes = 0
while not spikes:
    simulation.advance(1.0)
    spikes = len(simulation.take_spikes()[0])
print(json.dumps([imported - begun, time.perf_counter() - begun]))
"""


def measure_startup(repeats: int = 3) -> dict[str, float]:
    """Seconds to import hal9lib, and from there to the first spike of 1,000 neurons.

    ``first_spike_cold_s`` is with an empty cache of compiled loops, ``first_spike_warm_s`` with the
    cache that this left, both in fresh processes; the latter and ``import_s`` are medians.
    """
    with tempfile.TemporaryDirectory(prefix="hal9-cache-") as cache:
        cold = _fresh(cache)
        warm = [_fresh(cache) for _ in range(repeats)]
    return {
        "import_s": round(median(imported for imported, _ in warm), 4),
        "first_spike_warm_s": round(median(spiked for _, spiked in warm), 4),
        "first_spike_cold_s": round(cold[1], 4),
    }


def _fresh(cache: str) -> tuple[float, float]:
    """(import, first spike) in seconds, in a fresh process with this cache."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _CODE],
        capture_output=True,
        text=True,
        check=False,
        env=inherited_environment() | {"HAL9_CACHE": cache},
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise SimulationError(f"a fresh process did not come to its first spike; it said: {said}")
    imported, spiked = json.loads(done.stdout.splitlines()[-1])
    return float(imported), float(spiked)
