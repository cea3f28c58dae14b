"""What models of one excitatory and one inhibitory population share: sizes and wiring."""

from typing import Any

from hal9lib import checks, connectivity
from hal9lib.network import Network
from hal9lib.parts import Population


def four_fifths(network: Network, cell: Any, neurons: Any) -> tuple[Population, Population]:
    """Add `neurons` of one kind, four fifths of them excitatory: (E, I)."""
    size = checks.whole("neurons", neurons, low=5, high=100_000_000)
    excitatory = network.add(cell, size * 4 // 5, name="E")
    return excitatory, network.add(cell, size - excitatory.size, name="I")


def wire(
    network: Network, source: Population, indegree: int, targets: tuple[Population, ...], **how: Any
) -> None:
    """Give every target so many synapses from one population; `how` as `Network.connect` takes."""
    for target in targets:
        network.connect(source, target, connectivity.fixed_indegree(indegree), **how)
