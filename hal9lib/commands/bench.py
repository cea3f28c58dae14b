"""`hal9 bench MODEL`: what a published network costs on this machine, against its limit."""

import argparse
import json

from hal9lib.commands import run, values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 bench`."""
    run.add_model_arguments(parser)
    parser.add_argument("--seconds", default="1", help="model time of one window (default 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")


def execute(options: argparse.Namespace) -> int:
    """Measure and print one JSON object."""
    from hal9lib.bench import measure

    seconds = values.number("--seconds", options.seconds)
    found = measure(
        options.model,
        run.arguments_of(options),
        window_ms=seconds * 1e3,
        threads=run.threads_of(options),
    )
    print(json.dumps(found, indent=None if options.json else 2))
    return 0
