"""`hal9 verify --against nest [CASE …]`: the same networks in NEST, and what is different."""

import argparse
import json
import sys
from pathlib import Path

from hal9lib.errors import ParameterError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `hal9 verify`."""
    parser.add_argument("cases", nargs="*", metavar="CASE", help="cases to compare (default all)")
    parser.add_argument("--against", default="nest", metavar="PEER", help="nest")
    parser.add_argument("--page", metavar="FILE.md", help="write the report, FILE.json beside it")
    parser.add_argument("--keep", metavar="FOLDER", help="keep what both sides were given and gave")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")


def execute(options: argparse.Namespace) -> int:
    """Compare and report; 1 where a tolerance is broken."""
    from hal9lib.verify import verify
    from hal9lib.verify.report import outcome, render

    if options.against != "nest":
        raise ParameterError(f"--against = {options.against!r} is not allowed; use nest.")
    page = Path(options.page) if options.page else None
    if page and (page.suffix != ".md" or not page.parent.is_dir()):
        raise ParameterError(
            f"--page = '{page}' is not allowed; use a file ending in .md in a folder there is."
        )
    found = verify(options.cases, _say, keep=Path(options.keep) if options.keep else None)
    if page:
        page.write_text(render(found))
        page.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
    if options.json:
        print(json.dumps(found))
    else:
        for name, case in found["cases"].items():
            print(f"{'holds ' if case['holds'] else 'BROKEN'} {name}: {outcome(case)}")
    return 0 if found["holds"] else 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
