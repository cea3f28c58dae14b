"""What lies in the repository: nothing of one machine, nothing secret, nothing made by running."""

import hashlib
import re

import pytest

from support.source_tree import ROOT, tracked_files

TEXT_LIMIT_BYTES = 2_000_000
#: What -> a pattern that no tracked text may hold. Written so that this file does not hold it.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.~-])/(?:root|home|Users|work|workspace|builds)/[\w.]",
    "a scratch path of one machine": r"(?<![\w.])/tmp/(?:lab|pytest-of|hal9-test-)[\w-]*",
    "the address of a package index": (
        r"(?i)pypi\.(?:org|python)|files\.pythonhosted|registry\.npmjs|npm[m]irror|"
        r"deb\.debian|security\.debian|conda\.anaconda|(?:index-url|registry)\s*[=:]\s*http"
    ),
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an access token": (
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abpr]-[\w-]{20,}|"
        r"npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.)"
    ),
    "a password inside an address": r"[a-z]+://[^\s:/@'\"{}<>…]+:(?!(?:password|secret|hidden|PASSWORD)@)[^\s:/@'\"{}<>…$]{6,}@",
    "an unfinished place": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b",
    "a merge left undone": r"^(?:<{7}|>{7}) ",
}
#: (path, kind): reason. Text that looks forbidden and is meant.
MEANT: dict[tuple[str, str], str] = {}
MADE_BY_RUNNING = (
    ".duckdb",
    ".wal",
    ".pyc",
    ".log",
    ".pid",
    ".sqlite",
    ".parquet",
    ".nbi",
    ".nbc",
)


def texts():
    for path in tracked_files():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8000]:
            yield path, data.decode("utf-8", "replace")


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_tracked_file_holds(kind):
    pattern = re.compile(FORBIDDEN[kind], re.MULTILINE)
    found = []
    for path, text in texts():
        if (str(path), kind) in MEANT:
            continue
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line} {match.group()[:60]!r}")
    assert not found, f"{kind}:\n" + "\n".join(found[:20])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a path of one machine", "see " + "/ho" + "me/me/hal9/data"),
        ("a scratch path of one machine", "/tm" + "p/pytest-of-me/x"),
        ("the address of a package index", "https://" + "py" + "pi.org/simple"),
        ("a private key", "-----BEGIN" + " RSA PRIVATE KEY-----"),
        ("an access token", "gh" + "p_" + "a" * 36),
        ("a password inside an address", "postgresql://hal9" + ":hunter22@db/hal9"),
        ("an unfinished place", "# TO" + "DO later"),
        ("a merge left undone", "<" * 7 + " HEAD"),
    ],
)
def test_each_pattern_finds_what_it_is_for(kind, text):
    assert re.search(FORBIDDEN[kind], text, re.MULTILINE)


def test_nothing_made_by_running_is_tracked():
    wrong = [str(p) for p in tracked_files() if p.suffix in MADE_BY_RUNNING or p.name == ".env"]
    assert not wrong
    large = [str(p) for p in tracked_files() if (ROOT / p).stat().st_size > TEXT_LIMIT_BYTES]
    assert not large


def test_the_data_shipped_is_the_data_described():
    """Each file under data/ stands in data/README.md with its checksum."""
    readme = (ROOT / "data" / "README.md").read_text()
    for path in tracked_files():
        if path.parts[0] == "data" and path.name != "README.md":
            checksum = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
            assert path.name in readme, f"{path} is not described in data/README.md"
            assert checksum in readme, f"{path} has another checksum than data/README.md says"


def test_the_top_level_is_as_agreed():
    top = {path.parts[0] for path in tracked_files()}
    folders = {"notebooks", "hal9lib", "hub_config", "dashboards", "data", "tests"}
    files = {"environment.yml", "Dockerfile", "README.md", "LICENSE", "CHANGELOG.md", "hal9"}
    assert folders | files <= top


def test_scripts_can_be_run():
    for name in ("hal9", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, f"{name} is not executable"
