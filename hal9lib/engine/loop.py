"""The source of one network's loop: the engine's kernels, and a branch for each of its parts."""

from collections.abc import Callable
from functools import lru_cache
from types import ModuleType

from hal9lib.engine import (
    cell_plan,
    delivery_kernels,
    drive_kernels,
    loop_kernels,
    plastic_kernels,
    plastic_source,
    spike_kernels,
)
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.engine.mathematics_sources import mathematics_sources
from hal9lib.network import Network
from hal9lib.rng import philox4x32

_BEFORE_NEURONS: tuple[Callable, ...] = (
    philox4x32,
    loop_kernels.wait,
    loop_kernels.tiny_is_zero,
    delivery_kernels.deliver_row,
    delivery_kernels.deliver_weighted_row,
    delivery_kernels.fetch_row,
    delivery_kernels.deliver_rows,
    delivery_kernels.deliver,
    drive_kernels.draw_words,
    drive_kernels.tally_poisson,
    drive_kernels.look_up_poisson,
    drive_kernels.drive,
    drive_kernels.draw_noise,
    spike_kernels.collect,
    spike_kernels.keep,
    spike_kernels.replay,
)
_BEFORE_SYNAPSES = (plastic_kernels.decayed, plastic_kernels.shift_of)
_WALKS = (
    plastic_kernels.arrive_along,
    plastic_kernels.account,
    plastic_kernels.sum_incoming,
    plastic_kernels.pass_interval,
)
_GIVEN = ("visit", "interval", "account", "sum_incoming")


def loop_module(
    network: Network,
    cells: list[cell_plan.CellPlan],
    rules: list[plastic_source.PlasticPlan],
    precision: str,
) -> ModuleType:
    """The compiled loop of a network: `advance`; where it is plastic, `bring_up` and `pass_by`."""
    parts = [*mathematics_sources(precision), *map(function_source, _BEFORE_NEURONS)]
    parts += cell_plan.update_sources(network, cells)
    if rules:
        parts += [function_source(part) for part in _BEFORE_SYNAPSES]
    variants = plastic_source.variants(rules)
    for number in sorted(set(variants)):
        parts += plastic_source.sources(number, rules[variants.index(number)])
        parts += [
            function_source(walk, f"{walk.__name__}_{number}", numbered=(number, _GIVEN))
            for walk in _WALKS
        ]
    parts += _dispatch(network, variants)
    parts += [function_source(loop_kernels.one_step), function_source(loop_kernels.advance)]
    entries = ("advance", "bring_up", "pass_by") if rules else ("advance",)
    return compiled(tuple(parts), entries, precision)


@lru_cache(maxsize=1)
def merge_module() -> ModuleType:
    """The compiled `merge`, the same for every network."""
    return compiled((function_source(spike_kernels.merge),), ("merge",), "float32")


def _dispatch(network: Network, variants: list[int]) -> list[str]:
    """The branches between plastic projections, which may be none."""
    targets = [network.populations.index(p.target) for p in network.projections if p.rules]
    arrive = ["def arrive(worker, workers, step, dt_ms, cells, plastic, state, spikes):"]
    note = ["def note(worker, step, population, count, cells, plastic, spikes, margin):"]
    sweep = ["def sweep(worker, step, dt_ms, cells, plastic, state):"]
    bring_up = ["def bring_up(worker, step, dt_ms, cells, plastic, state):"]
    pass_by = ["def pass_by(worker, step, dt_ms, which, rule, cells, plastic, state):"]
    for n, v in enumerate(variants):
        arrive += [
            f"    arrive_along_{v}(",
            f"        worker, workers, step, dt_ms, cells, plastic[{n}], state, spikes)",
        ]
        note += [
            f"    if population == {targets[n]}:",
            f"        note_{v}(",
            f"            worker, step, population, count, cells, plastic[{n}], spikes, margin)",
        ]
        sweep += [
            f"    if plastic[{n}].full[worker, 0] != 0:",
            f"        account_{v}(worker, step, dt_ms, cells, plastic[{n}], state)",
        ]
        bring_up += [f"    account_{v}(worker, step, dt_ms, cells, plastic[{n}], state)"]
        pass_by += [
            f"    if which == {n}:",
            f"        pass_interval_{v}(worker, step, dt_ms, rule, cells, plastic[{n}], state)",
        ]
    for entry in (bring_up, pass_by):  # tiny numbers are 0 here too, as in `advance`
        entry[1:1] = ["    control = tiny_is_zero()"]
        entry += ["    set_float_control(control)"]
    found = [arrive, note, sweep, *([bring_up, pass_by] if variants else [])]
    return ["\n".join(lines if len(lines) > 1 else [*lines, "    pass"]) for lines in found]
