"""Which projections grow out of the same elements, and what is said of those."""

from dataclasses import dataclass

from hal9lib.errors import ParameterError
from hal9lib.network import Network
from hal9lib.part_checks import bounds_of
from hal9lib.plasticity._model import Elements, Growth, SynapseRule

_SIGNS = {True: "inhibitory", False: "excitatory"}


@dataclass
class Kind:
    """The projections of one kind of elements."""

    number: int
    name: str
    interval_ms: float
    self_connections: bool
    free_loss: float
    #: Numbers among the plastic projections, and among all.
    plastic: list[int]
    projections: list[int]
    sources: list[int]
    targets: list[int]

    def populations(self, side: str) -> list[int]:
        """The populations that have elements of this kind on one side."""
        return sorted(set(self.sources if side == "axon" else self.targets))


def growing(rules: tuple[SynapseRule, ...]) -> tuple[SynapseRule, Growth] | None:
    """The rule of a projection that lets its synapses come and go, and what it says."""
    found = [(rule, rule.growth) for rule in rules if rule.growth is not None]
    if len(found) > 1:
        raise ParameterError("two structural rules on one projection are not allowed; use one.")
    return found[0] if found else None


def kinds_of(network: Network, index: list[int]) -> list[Kind]:
    """The kinds in order of their first projection; ParameterError where they do not fit."""
    kinds: dict[str, Kind] = {}
    for number, n in enumerate(index):
        projection = network.projections[n]
        found = growing(projection.rules)
        if found is None:
            continue
        rule, growth = found
        for name in ("weight", "delay_ms"):
            if not isinstance(getattr(projection, name), float):
                raise ParameterError(
                    f"{projection.name}: {name} = {getattr(projection, name)!r} is not allowed "
                    f"with {rule.name}, whose new synapses all begin alike; use a number."
                )
        name = growth.kind or _SIGNS[bounds_of(projection.weight)[0] < 0.0]
        every, same = float(rule.interval_ms or 0.0), growth.self_connections
        loss = growth.free_loss
        kind = kinds.setdefault(name, Kind(len(kinds), name, every, same, loss, [], [], [], []))
        _agree(f"free_loss of the {name} elements", kind.free_loss, loss)
        _agree(f"interval_ms of the {name} elements", kind.interval_ms, every)
        _agree(f"self_connections of the {name} elements", kind.self_connections, same)
        ends = [network.populations.index(p) for p in (projection.source, projection.target)]
        if ends in [list(pair) for pair in zip(kind.sources, kind.targets, strict=True)]:
            raise ParameterError(
                f"{projection.name}: two projections that grow from the same {name} elements onto "
                "the same ones are not allowed; give one of them another kind."
            )
        kind.plastic.append(number)
        kind.projections.append(n)
        kind.sources.append(ends[0])
        kind.targets.append(ends[1])
    return list(kinds.values())


def sides_of(
    network: Network, kinds: list[Kind]
) -> dict[tuple[int, str, str], tuple[Elements, float]]:
    """(population, side, kind) -> its elements and time constant; ParameterError where unclear."""
    sides: dict[tuple[int, str, str], tuple[Elements, float]] = {}
    taus: dict[int, float] = {}
    for kind in kinds:
        ends = zip(kind.projections, kind.sources, kind.targets, strict=True)
        for n, source, target in ends:
            found = growing(network.projections[n].rules)
            growth = found[1]  # type: ignore[index]  # a kind holds those that grow
            for population, side in ((source, "axon"), (target, "dendrite")):
                said = getattr(growth, side), growth.tau_calcium_ms
                whose = f"{side} elements, {kind.name}, of {network.populations[population].name}"
                _agree(whose, sides.setdefault((population, side, kind.name), said), said)
                whose = f"tau_calcium_ms of {network.populations[population].name}"
                _agree(whose, taus.setdefault(population, said[1]), said[1])
    return sides


def _agree(what: str, first: object, second: object) -> None:
    if first != second:
        raise ParameterError(
            f"{what}: {second!r} and {first!r} are not allowed together; they are the same "
            "elements, so say the same of them in every projection."
        )
