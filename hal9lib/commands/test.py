"""`hal9 test`: everything CI runs."""

import argparse
import subprocess
import sys
from pathlib import Path

from hal9lib.errors import SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 test`."""
    parser.add_argument("groups", nargs="*", help="only these groups (all, if left out)")


def execute(options: argparse.Namespace) -> int:
    """Hand over to the tests of this clone."""
    script = Path(__file__).resolve().parents[2] / "tests" / "everything.py"
    if not script.exists():
        raise SettingsError(
            f"there are no tests beside this installation ({script} is missing); "
            "run ./hal9 test in a clone of the repository."
        )
    return subprocess.run([sys.executable, str(script), *options.groups], check=False).returncode
