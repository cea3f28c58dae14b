"""`hal9 doctor`: what is wrong and how to mend it."""

import argparse
from pathlib import Path

from hal9lib.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 doctor`."""
    parser.add_argument("--data", type=Path, default=None, help="the data folder to look at")


def execute(options: argparse.Namespace) -> int:
    """Print the checks; 1 when one of them fails."""
    from hal9lib.local import doctor

    return doctor.main(options.data or read_settings().data)
