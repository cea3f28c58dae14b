"""`hal9 calibrate [NAME …]`: how often measures are right, on noise and on planted structure."""

import argparse
import json
import sys
from pathlib import Path

from hal9lib import checks
from hal9lib.commands import values
from hal9lib.errors import ParameterError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 calibrate`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="measures")
    parser.add_argument("--all", action="store_true", help="all of them: an hour or two")
    parser.add_argument("--noise", default="1000", help="data sets of noise (default 1000)")
    parser.add_argument("--power", default="200", help="planted data sets against a null (200)")
    parser.add_argument("--values", default="1000", help="planted data sets without one (1000)")
    parser.add_argument("--seed", default="9", help="seed of the data sets (default 9)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--save", metavar="FOLDER", help="keep NAME.json and a page README.md there"
    )


def execute(options: argparse.Namespace) -> int:
    """Run, print what was found and what was missed; 1 when something was missed."""
    from hal9lib import calibration
    from hal9lib.calibration import _page, _run

    names = calibration.names() if options.all else options.names
    if not names:
        raise ParameterError(
            "name one or more measures, or --all for all "
            f"{len(calibration.names())} of them, which takes an hour or two."
        )
    cases = {name: calibration.load(name)() for name in names}
    repeats = {
        what: _whole(f"--{what}", getattr(options, what), low=10)
        for what in ("noise", "power", "values")
    }
    seed = _whole("--seed", options.seed, low=0)
    trouble = False
    for name, case in cases.items():
        found = _run.calibrate(name, case, repeats, seed, progress=sys.stderr.isatty())
        trouble |= bool(found["missed"])
        print(json.dumps(found) if options.json else _page.words(found), flush=True)
        if options.save:
            _page.keep(Path(options.save), found)
    return 1 if trouble else 0


def _whole(name: str, text: str, low: int) -> int:
    return checks.whole(name, values.whole(name, text), low=low, high=2**63 - 1)
