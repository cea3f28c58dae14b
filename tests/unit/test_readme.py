"""What README.md says is executed: its first snippet, its commands, its links."""

import doctest
import re
from pathlib import Path

from hal9lib.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def text():
    return (ROOT / "README.md").read_text()


def test_the_first_snippet_prints_what_it_says():
    snippets = re.findall(r"^```python\n(.*?)^```", text(), re.MULTILINE | re.DOTALL)
    assert snippets, "the README shows Python"
    assert ">>> " in snippets[0]
    example = doctest.DocTestParser().get_doctest(snippets[0], {}, "README.md", "README.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert result.attempted >= 5
    assert result.failed == 0, "".join(said)


def test_every_command_named_exists():
    named = set(re.findall(r"\./hal9 ([a-z]+)", text()))
    assert {"up", "test", "run"} <= named
    assert named <= set(COMMANDS)


def test_every_local_link_leads_somewhere():
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text()) if "://" not in t]
    assert len(targets) >= 3
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing, f"README.md links to {', '.join(missing)}"
