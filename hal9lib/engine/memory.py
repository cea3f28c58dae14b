"""How much memory a simulation needs, told before any of it is taken."""

from pathlib import Path

import numpy as np

from hal9lib.engine.groups import plastic_groups, static_groups
from hal9lib.errors import SimulationError
from hal9lib.network import Network
from hal9lib.recording.plan import Plan

_CGROUP = Path("/sys/fs/cgroup")


def check_memory(network: Network, dt_ms: float, workers: int, real: type) -> None:
    """SimulationError naming the estimate where it is more than what is free."""
    needed, free = estimate_bytes(network, dt_ms, workers, real), free_bytes()
    if free is not None and needed > free:
        raise SimulationError(
            f"{network.neurons:,} neurons with {network.synapses:,} synapses need about "
            f"{needed / 1e9:.2g} GB of memory, and {free / 1e9:.2g} GB are free; use fewer, or "
            "constant weights and delays, which take less."
        )


def estimate_bytes(network: Network, dt_ms: float, workers: int, real: type) -> int:
    """About how much a simulation takes, its building included."""
    size = np.dtype(real).itemsize
    total = 120 * network.neurons
    for group in (*static_groups(network, dt_ms), *plastic_groups(network, dt_ms)):
        members = [network.projections[index] for index in group.members]
        synapses = sum(p.connectivity.size(p.source, p.target)[0] for p in members)
        total += synapses * (2 + size * group.weighted)
        blocks = max(workers, -(-sum(p.target.size for p in members) // 65_536))
        rows = network.populations[group.source].size * len(group.delays) * blocks
        total += rows * 4
        for rule in members[0].rules:
            total += synapses * size * len(rule.state)
            total += rows * (8 + size * len(rule.pre_traces))
    return total


def free_bytes() -> int | None:
    """What is free to this process on this machine, None where it cannot be told."""
    found = _address_space()
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                found.append(int(line.split()[1]) * 1024)
        limit = (_CGROUP / "memory.max").read_text().strip()
        if limit != "max":
            used = int((_CGROUP / "memory.current").read_text())
            stat = dict(map(str.split, (_CGROUP / "memory.stat").read_text().splitlines()))
            found.append(int(limit) - used + int(stat["inactive_file"]))  # which can be given up
    except (OSError, ValueError, KeyError):
        pass
    return min(found) if found else None


def _address_space() -> list[int]:
    """What a limit on this process's address space leaves, if there is one."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError):
        return []
    return [] if limit == resource.RLIM_INFINITY else [max(0, limit - used)]


def check_recording(plan: Plan, steps: int) -> None:
    """SimulationError naming the estimate where states and weights over time are more than fits."""
    values = sum(len(probe.neurons) * (steps // probe.every_steps) for probe in plan.state)
    needed, free = 8.0 * values, free_bytes()
    for probe in plan.weights:
        projection = plan.network.projections[probe.projection]
        synapses, _ = projection.connectivity.size(projection.source, projection.target)
        needed += 16.0 * synapses * (steps // probe.every_steps)
    if free is not None and needed > free:
        raise SimulationError(
            f"what record asks for needs about {needed / 1e9:.2g} GB of memory, and "
            f"{free / 1e9:.2g} GB are free; record less often, or to a folder with stream=."
        )
