"""`hal9 bench MODEL`: what a published network costs on this machine, against limit and peers."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hal9lib.commands import run, values
from hal9lib.errors import ParameterError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 bench`."""
    run.add_model_arguments(parser, nargs="?")
    parser.add_argument("--seconds", default="1", help="model time of one window (default 1)")
    parser.add_argument("--repeats", default="3", help="windows, of which the median counts")
    parser.add_argument("--precision", help="float32 or float64 (default the model's)")
    parser.add_argument("--dt", help="time step in ms (default the model's own)")
    parser.add_argument("--against", metavar="PEERS", help="measure nest, brian2 or both as well")
    parser.add_argument(
        "--page", metavar="FILE.md", help="measure the cases of the results page and write it"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CASE",
        help="with --page: one case, by how its name begins; may be given again",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")


def execute(options: argparse.Namespace) -> int:
    """Measure and print one JSON object, or write the results page."""
    if options.page:
        return _write_page(options)
    if options.model is None:
        raise ParameterError("name a model, or --page FILE.md for the results page.")
    from hal9lib.bench import against, environments, measure
    from hal9lib.bench.peers.parameters import definition, settings_of

    peers = environments.peers_named(options.against) if options.against else []
    arguments = run.arguments_of(options)
    if peers:  # what they cannot do is said before anything is measured
        definition(options.model, arguments)
        for peer in peers:
            environments.python_of(peer, _say)
    given: dict[str, Any] = {"precision": options.precision} if options.precision else {}
    if options.dt:
        given["dt_ms"] = values.number("--dt", options.dt)
    found: dict[str, Any] = measure(
        options.model,
        arguments,
        window_ms=values.number("--seconds", options.seconds) * 1e3,
        repeats=values.whole("--repeats", options.repeats),
        threads=run.threads_of(options),
        **(settings_of(options.model) | given),
    )
    if peers:
        found = against(found, peers, _say)
    print(json.dumps(found, indent=None if options.json else 2))
    return 0


def _write_page(options: argparse.Namespace) -> int:
    from hal9lib.bench.page import write_page

    if options.model is not None or options.against:
        raise ParameterError("--page measures cases of its own; leave out the model and --against.")
    write_page(Path(options.page), _say, options.only)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
