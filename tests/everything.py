"""All that `./hal9 test` runs: tools, tests, notebooks, the platform in a browser, then one table.

    ./hal9 test                 everything, about a quarter of an hour on two cores
    ./hal9 test unit browser    only these groups; --list names them

Every group runs to its end whatever the others did. A linter counts as one check, a pytest group
as the tests it ran, read from its JUnit report. What could not run is named as skipped, with the
reason; where CI is set in the environment, a skip is a failure.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # hal9lib of this clone, also when started without the launcher

from harness.counting import Outcome  # noqa: E402 - after the path is set
from harness.groups import GROUPS, Group  # noqa: E402
from harness.running import run_group, stop_all  # noqa: E402

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run the groups that are named, or all: 0 when nothing failed, 1 otherwise, 2 for misuse."""
    chosen = parse(arguments)
    if chosen is None:
        for group in GROUPS:
            print(f"  {group.name:<11} {group.about}")
        return 0
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    signal.signal(signal.SIGINT, _as_interrupt)  # a shell's `&` would have us ignore it
    strict = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    scratch = Path(tempfile.mkdtemp(prefix="hal9-test-"))
    begun = time.monotonic()
    outcomes: list[Outcome] = []
    try:
        for number, group in enumerate(chosen, 1):
            print(f"[{number:>2}/{len(chosen)}] {group.name:<11} ", end="", flush=True)
            outcomes.append(run_group(group, ROOT, scratch))
            print(progress(outcomes[-1]), flush=True)
    except KeyboardInterrupt:
        print("interrupted: stopping all that was started ...", flush=True)
        stop_all()
        return INTERRUPTED
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(report(outcomes, time.monotonic() - begun, strict), flush=True)
    return 0 if all(succeeded(outcome, strict) for outcome in outcomes) else 1


def parse(arguments: Sequence[str]) -> list[Group] | None:
    """The groups to run in their own order, or None when only their names are wanted."""
    parser = argparse.ArgumentParser(
        prog="./hal9 test", description="Run the linters, the tests and the notebooks."
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="only these groups")
    parser.add_argument("--list", action="store_true", help="name the groups and end")
    options = parser.parse_args(arguments)
    if options.list:
        return None
    known = [group.name for group in GROUPS]
    for name in options.groups:
        if name not in known:
            parser.error(f"no group of tests is called {name!r}. Known: {', '.join(known)}.")
    return [group for group in GROUPS if not options.groups or group.name in options.groups]


def succeeded(outcome: Outcome, strict: bool) -> bool:
    """Whether a group is as it should be: something ran, nothing failed, in CI nothing skipped."""
    return outcome.failed == 0 and not (strict and outcome.skipped)


def progress(outcome: Outcome) -> str:
    """A group's line; what it printed follows when something failed."""
    line = f"{counts(outcome.passed, outcome.failed, outcome.skipped):<38}{outcome.seconds:>7.1f} s"
    if not outcome.failed:
        return line
    shown = "\n".join("    | " + text for text in outcome.output)
    return f"{line}\n{shown}"


def report(outcomes: Sequence[Outcome], seconds: float, strict: bool) -> str:
    """The table of groups, what was skipped and failed and why, and the one line of sums."""
    lines = ["", f"{'group':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>10}"]
    for outcome in outcomes:
        numbers = f"{outcome.passed:>8}{outcome.failed:>8}{outcome.skipped:>9}"
        lines.append(f"{outcome.name:<12}{numbers}{outcome.seconds:>10.1f}")
    lines.append("")
    for outcome in outcomes:
        lines += [f"skipped  {outcome.name}: {reason}" for reason in outcome.skip_reasons]
        lines += [f"FAILED   {outcome.name}: {reason}" for reason in outcome.failures]
    skipped = sum(outcome.skipped for outcome in outcomes)
    if strict and skipped:
        lines.append(f"CI is set, so the {skipped} skipped count as a failure of the whole run.")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    lines.append(f"{counts(passed, failed, skipped)} in {seconds:.0f} s")
    return "\n".join(lines)


def counts(passed: int, failed: int, skipped: int) -> str:
    """The three numbers in pytest's words."""
    return f"{passed} passed, {failed} failed, {skipped} skipped"


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
