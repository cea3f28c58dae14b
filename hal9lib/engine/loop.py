"""The source of one network's loop: the engine's kernels and a branch for each neuron model."""

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import ModuleType

from hal9lib.engine import kernels
from hal9lib.engine.assembly import compiled, function_source
from hal9lib.errors import SimulationError
from hal9lib.network import Network
from hal9lib.neurons._model import NeuronModel
from hal9lib.rng import philox4x32

_BEFORE_UPDATE = (
    kernels.wait,
    kernels.deliver_row,
    kernels.deliver_block,
    kernels.deliver,
    kernels.draw_words,
    kernels.add_poisson,
    kernels.drive,
    kernels.collect,
    kernels.keep,
)
_AFTER_UPDATE = (kernels.one_step, kernels.advance)


def loop_module(network: Network, dt_ms: float, precision: str) -> ModuleType:
    """The compiled loop of a network, with `advance` and `merge`."""
    models = {p.neuron.name: p.neuron for p in network.populations}
    names = sorted(models)
    parts = [function_source(philox4x32), *(function_source(part) for part in _BEFORE_UPDATE)]
    for name in names:
        parts.append(function_source(models[name].step, f"step_{name}"))
        parts.append(_update_source(models[name], dt_ms))
    parts.append(_dispatch_source(names))
    parts += [function_source(part) for part in _AFTER_UPDATE]
    return compiled(tuple(parts), ("advance",), precision)


@lru_cache(maxsize=1)
def merge_module() -> ModuleType:
    """The compiled `merge`, the same for every network."""
    return compiled((function_source(kernels.merge),), ("merge",), "float32")


def _update_source(model: NeuronModel, dt_ms: float) -> str:
    """The loop over neurons of one model: state by name, constants by name, one call of `step`."""
    constants = model.constants(model.parameters, dt_ms)
    rows = _rows(model)
    arguments = _arguments(model.step)
    unknown = [a for a in arguments if a not in {*rows, *constants, "input_mv"}]
    if unknown:
        raise SimulationError(
            f"{model.name}.step has the argument {unknown[0]!r}, which is neither a state variable "
            f"({', '.join(rows)}), a constant ({', '.join(constants)}), nor input_mv."
        )
    lines = [f"def update_{model.name}(low, high, state, real_constants, whole_constants):"]
    # Slices that start at zero: an index that may be negative keeps the loop from being vectorised.
    lines += [f"    {name} = {row}[low:high]" for name, row in rows.items()]
    lines += [f"    {name} = {place}" for name, place in _constant_places(constants).items()]
    lines += ["    input_mv = state.input_mv[low:high]", "    spiked = state.spiked[low:high]"]
    call = ", ".join(f"{a}[i]" if a in rows or a == "input_mv" else a for a in arguments)
    results = ", ".join(f"new_{name}" for name in rows)
    lines += ["    for i in range(high - low):"]
    lines += [f"        fired, {results} = step_{model.name}({call})"]
    lines += [f"        {name}[i] = new_{name}" for name in rows]
    lines += ["        spiked[i] = fired"]
    return "\n".join(lines)


def _dispatch_source(names: list[str]) -> str:
    lines = ["def update(model, low, high, state, real_constants, whole_constants):"]
    for index, name in enumerate(names):
        lines.append(f"    if model == {index}:")
        lines.append(f"        update_{name}(low, high, state, real_constants, whole_constants)")
    return "\n".join(lines)


def _rows(model: NeuronModel) -> dict[str, str]:
    """Where each state variable lies: ``state.real[0]``, ``state.whole[0]`` and so on."""
    found: dict[str, str] = {}
    used = {"real": 0, "whole": 0}
    for name, variable in model.state.items():
        found[name] = f"state.{variable.kind}[{used[variable.kind]}]"
        used[variable.kind] += 1
    return found


def _constant_places(constants: Mapping[str, float]) -> dict[str, str]:
    """Where each constant lies; a constant that is an int stays one."""
    found: dict[str, str] = {}
    reals = counts = 0
    for name, value in constants.items():
        if isinstance(value, int):
            found[name] = f"whole_constants[{counts}]"
            counts += 1
        else:
            found[name] = f"real_constants[{reals}]"
            reals += 1
    return found


def _arguments(step: Callable) -> list[str]:
    return list(inspect.signature(step).parameters)
