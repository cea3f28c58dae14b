"""tests/EVIDENCE.md: every row is whole, and what it names as its witness exists."""

import ast
import datetime
import re
from functools import cache
from pathlib import Path

import pytest

from hal9lib.cli import COMMANDS
from harness.groups import GROUPS

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE = ROOT / "tests" / "EVIDENCE.md"
COLUMNS = ["What the issue names", "Command or test", "Figure", "Date"]
EMPTY = {"", "-", "–", "?", "...", "…", "n/a", "none", "later"}


def rows(text):
    """(line number, cells) of every row of every table, without heads and rules."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
        if cells == COLUMNS or all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            continue
        yield number, cells


@cache
def names_in(path):
    """The test functions of a file, methods as Class::name."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{n.name}" for n in node.body if hasattr(n, "name")}
    return found


def witness_problem(witness):
    """Why what a row names cannot be run, or an empty string."""
    if "::" in witness:
        file, _, name = witness.partition("::")
        if not (ROOT / file).is_file():
            return f"{file} does not exist"
        bare = re.sub(r"\[.*\]$", "", name)
        return "" if bare in names_in(ROOT / file) else f"{file} has no test {bare}"
    words = witness.split()
    if words[0] == "./hal9":
        if len(words) < 2 or words[1] not in COMMANDS:
            return f"there is no command {witness}"
        unknown = set(words[2:]) - {group.name for group in GROUPS}
        return f"no group {unknown}" if words[1] == "test" and unknown else ""
    if words[0] == ".ci/run":
        return ""
    if words[0].startswith(("notebooks/", "tests/")):
        return "" if (ROOT / words[0]).is_file() else f"{words[0]} does not exist"
    return f"{witness} is neither a test, a notebook nor a command"


def problems(text):
    for number, cells in rows(text):
        if len(cells) != len(COLUMNS):
            yield f"line {number} has {len(cells)} cells, not {len(COLUMNS)}"
            continue
        for name, cell in zip(COLUMNS, cells, strict=True):
            if cell.strip("`* ").lower() in EMPTY:
                yield f"line {number}: '{name}' is empty"
        witnesses = re.findall(r"`([^`]+)`", cells[1])
        if not witnesses:
            yield f"line {number} names no command or test"
        yield from (f"line {number}: {p}" for w in witnesses if (p := witness_problem(w)))
        if not is_date(cells[3]):
            yield f"line {number}: {cells[3]!r} is no date like 2026-01-31 in the past"


def is_date(text):
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return False
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return datetime.date(2025, 1, 1) < day <= tomorrow


def test_every_row_is_whole_and_its_witness_exists():
    text = EVIDENCE.read_text()
    assert len(list(rows(text))) >= 40
    found = list(problems(text))
    assert not found, "\n".join(found)


HERE = "`tests/test_evidence.py::test_every_row_is_whole_and_its_witness_exists`"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"| it works | {HERE} | 3 of 3 | 2026-01-31 |", ""),
        ("| it works | `./hal9 run brunel --json` | 37.8 Hz | 2026-01-31 |", ""),
        ("| it works | `./hal9 test unit browser` | 12 tests | 2026-01-31 |", ""),
        (f"| it works | {HERE} | | 2026-01-31 |", "'Figure' is empty"),
        (f"| it works | {HERE} | 3 | soon |", "'soon' is no date"),
        (f"| it works | {HERE} | 3 | 2999-01-31 |", "is no date like"),
        ("| it works | by hand | 3 | 2026-01-31 |", "names no command or test"),
        ("| it works | `./hal9 fly` | 3 | 2026-01-31 |", "there is no command ./hal9 fly"),
        ("| it works | `./hal9 test nope` | 3 | 2026-01-31 |", "no group {'nope'}"),
        ("| it works | `tests/test_gone.py::test_x` | 3 | 2026-01-31 |", "does not exist"),
        ("| it works | `tests/test_evidence.py::test_x` | 3 | 2026-01-31 |", "has no test test_x"),
        (f"| it works | {HERE} | 2026-01-31 |", "has 3 cells, not 4"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(row, problem):
    found = list(problems(row))
    assert (problem in found[0]) if problem else (found == [])
