"""`hal9 run MODEL`: one published network, progress, a summary, the run kept."""

import argparse
import inspect
import json
from collections.abc import Callable
from typing import Any

from hal9lib import models
from hal9lib.commands import values
from hal9lib.errors import ParameterError
from hal9lib.network import Network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 run`; a model's own parameters are given as NAME=VALUE."""
    add_model_arguments(parser)
    parser.add_argument("--duration", default="1000", help="model time in ms (default 1000)")
    parser.add_argument("--dt", help="time step in ms (default the model's)")
    parser.add_argument("--precision", help="float32 or float64 (default the model's)")
    parser.add_argument("--json", action="store_true", help="one JSON object, no progress")
    parser.add_argument("--no-save", action="store_true", help="do not keep the run")


def add_model_arguments(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    """What `run` and `bench` share: the model, its parameters, the threads."""
    parser.add_argument("model", nargs=nargs, help=f"one of: {', '.join(models.names())}")
    parser.add_argument("--neurons", help="how many neurons")
    parser.add_argument("--indegree", help="synapses onto each neuron")
    parser.add_argument("--seed", help="0 to 2^64 - 1")
    parser.add_argument("--threads", help="workers; the spikes are the same for any number")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another parameter of the model, such as g=4.5",
    )


def execute(options: argparse.Namespace) -> int:
    """Simulate, keep, print."""
    import hal9lib as hal9
    from hal9lib.bench.peers.parameters import settings_of

    network = network_of(options)
    usual = settings_of(options.model)
    store = None if options.no_save else hal9.open_store()
    try:
        run = hal9.simulate(
            network,
            values.number("--duration", options.duration),
            dt_ms=values.number("--dt", options.dt) if options.dt else usual["dt_ms"],
            threads=threads_of(options),
            precision=options.precision or usual["precision"],
            progress=False if options.json else None,
        )
        key = store.save(run) if store else None
    finally:
        if store:
            store.close()
    summary = _summary(run, key)
    if options.json:
        print(json.dumps(summary))
        return 0
    for name, value in summary.items():
        print(f"{name:>12}  {_shown(value)}")
    if key:
        print(f"\nkept in {store.name if store else ''}; see it with: ./hal9 show {key[:12]}")
    return 0


def network_of(options: argparse.Namespace) -> Network:
    """The network that the options describe; raises ParameterError naming what is wrong."""
    return models.load(options.model)(**arguments_of(options))


def arguments_of(options: argparse.Namespace) -> dict[str, Any]:
    """What the options say of the model's own parameters, by name."""
    make = models.load(options.model)
    known = inspect.signature(make).parameters
    given = dict(_pair(item) for item in options.set)
    for name in ("neurons", "indegree", "seed"):
        if getattr(options, name) is not None:
            given[name] = getattr(options, name)
    arguments: dict[str, Any] = {}
    for name, text in given.items():
        if name not in known:
            raise ParameterError(
                f"{name} is not a parameter of {options.model}; it has {', '.join(known)}."
            )
        arguments[name] = _typed(make, name, text)
    return arguments


def threads_of(options: argparse.Namespace) -> int | None:
    """The number of workers asked for, or None."""
    if options.threads is None:
        return None
    return values.whole("--threads", options.threads)


def _pair(item: str) -> tuple[str, str]:
    name, sign, value = item.partition("=")
    if not (name and sign and value):
        raise ParameterError(f"--set = {item!r} is not allowed; use NAME=VALUE, such as g=4.5.")
    return name, value


def _typed(make: Callable[..., Network], name: str, text: str) -> float | int | str:
    """A parameter's value, of the kind that the model's signature says."""
    kind = inspect.signature(make).parameters[name].annotation
    if kind is str:
        return text
    return values.number(name, text) if kind in (float, float | None) else values.whole(name, text)


def _summary(run: Any, key: str | None) -> dict[str, Any]:
    return {
        "model": run.network.model,
        "neurons": run.network.neurons,
        "synapses": run.network.synapses,
        "duration_ms": run.duration_ms,
        # The first 200 ms, while the network settles, are left out where there is more.
        "rate_hz": run.rate_hz(start_ms=200.0 if run.duration_ms > 400.0 else 0.0),
        "spikes": len(run.spike_steps),
        "spike_hash": run.spike_hash,
        "key": key,
        "threads": run.threads,
        "wall_s": round(run.wall_s, 4),
        "build_s": round(run.build_s, 4),
    }


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
