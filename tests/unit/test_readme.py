"""What README.md says is executed: its first snippet, its commands, its links."""

import doctest
import re
from pathlib import Path

import hal9lib as hal9
from hal9lib.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def text():
    return (ROOT / "README.md").read_text()


def test_the_snippets_print_what_they_say():
    snippets = re.findall(r"^```python\n(.*?)^```", text(), re.MULTILINE | re.DOTALL)
    assert len(snippets) >= 2, "the README shows Python"
    assert all(">>> " in snippet for snippet in snippets)
    whole = "".join(snippets)  # one session, from top to bottom
    example = doctest.DocTestParser().get_doctest(whole, {}, "README.md", "README.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.attempted >= 9
    assert result.failed == 0, "".join(said)


def test_it_counts_measures_and_notebooks_as_they_are():
    measures = re.search(r"There are (\d+) measures", text())
    assert int(measures[1]) == len(hal9.measures.names())
    assert len(hal9.nulls.names()) == 10, "the README says ten"


def test_every_command_named_exists():
    named = set(re.findall(r"\./hal9 ([a-z]+)", text()))
    assert {"up", "test", "run"} <= named
    assert named <= set(COMMANDS)


def test_every_local_link_leads_somewhere():
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text()) if "://" not in t]
    assert len(targets) >= 3
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing, f"README.md links to {', '.join(missing)}"
