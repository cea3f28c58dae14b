"""What a group did, in numbers: from a tool's exit status or from pytest's JUnit report."""

import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

NO_TESTS = 5  # pytest's exit status when it found nothing to run


@dataclass
class Outcome:
    """One group's end. `output` holds the last lines it printed, kept only when it failed."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    skip_reasons: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)

    def fail(self, reason: str) -> None:
        """One more failure, of the group itself rather than of a test in it."""
        self.failed += 1
        self.failures.append(reason)


def count_tool(name: str, status: int) -> Outcome:
    """A linter or checker is one check: passed when it ended with 0."""
    outcome = Outcome(name)
    if status == 0:
        outcome.passed = 1
    else:
        outcome.fail(f"ended with status {status}")
    return outcome


def count_pytest(name: str, status: int, report: Path) -> Outcome:
    """Count a JUnit report; an absent one, or a status it does not explain, is a failure too."""
    outcome = Outcome(name)
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - pytest wrote it
    except (OSError, ElementTree.ParseError):
        outcome.fail(f"pytest ended with status {status} and left no report")
        return outcome
    reasons: Counter[str] = Counter()
    for case in cases:
        _count_case(case, outcome, reasons)
    outcome.skip_reasons = [f"{reason} ({n})" for reason, n in sorted(reasons.items())]
    if status == NO_TESTS or not cases:
        outcome.fail("no test was found, so nothing was tested")
    elif status != 0 and not outcome.failed:
        outcome.fail(f"pytest ended with status {status} though no test failed")
    return outcome


def _count_case(case: ElementTree.Element, outcome: Outcome, reasons: Counter[str]) -> None:
    if case.find("failure") is not None or case.find("error") is not None:
        outcome.failed += 1
        outcome.failures.append(f"{case.get('classname', '')}::{case.get('name', '')}")
        return
    skipped = case.find("skipped")
    if skipped is None:
        outcome.passed += 1
        return
    outcome.skipped += 1
    reasons[skipped.get("message") or "no reason given"] += 1
