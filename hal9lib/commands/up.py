"""`hal9 up`: the whole platform on this machine."""

import argparse
from pathlib import Path

from hal9lib import checks
from hal9lib.commands import values
from hal9lib.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 up`."""
    parser.add_argument("--port", default="8000", help="the one address's port (default 8000)")
    parser.add_argument(
        "--data", type=Path, default=None, help="the folder of all state (default data/local)"
    )


def execute(options: argparse.Namespace) -> int:
    """Start everything; returns when it is stopped."""
    from hal9lib.local import up

    port = checks.whole("--port", values.number("--port", options.port), low=1, high=65535)
    return up.main(port, options.data or read_settings().data)
