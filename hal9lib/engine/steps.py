"""Durations in steps, and what happens every so many of them."""

from hal9lib import checks
from hal9lib.engine.structural import Structure
from hal9lib.errors import ParameterError
from hal9lib.network import Network


def steps_of(name: str, duration_ms: float, dt_ms: float) -> int:
    """A duration in steps; raises ParameterError unless it is a whole number of at least 1."""
    duration_ms = checks.number(name, duration_ms, low=0.0, high=1e10, open_low=True)
    steps = round(duration_ms / dt_ms)
    if steps < 1 or abs(steps * dt_ms - duration_ms) > 1e-6 * dt_ms + 1e-9 * duration_ms:
        raise ParameterError(
            f"{name} = {duration_ms:g} is not allowed; use a whole multiple of dt_ms = {dt_ms:g}."
        )
    if steps >= 2**31:
        raise ParameterError(
            f"{name} = {duration_ms:g} is not allowed; a simulation has at most {2**31 - 1:,} "
            f"steps, {(2**31 - 1) * dt_ms:g} ms here."
        )
    return steps


def intervals(
    network: Network, plastic_index: list[int], dt_ms: float
) -> list[tuple[int, int, int]]:
    """(steps, plastic projection, rule) of everything that happens every so often."""
    return [
        (steps_of(f"{rule.name}.interval_ms", rule.interval_ms, dt_ms), number, r)
        for number, index in enumerate(plastic_index)
        for r, rule in enumerate(network.projections[index].rules)
        if rule.on_interval is not None and rule.interval_ms is not None
    ]


def updates(structure: Structure | None, dt_ms: float) -> list[tuple[int, int]]:
    """(steps, kind of elements) of every rewiring that happens every so often."""
    kinds = [] if structure is None else structure.kinds
    return [
        (steps_of("structural.interval_ms", kind.interval_ms, dt_ms), kind.number) for kind in kinds
    ]
