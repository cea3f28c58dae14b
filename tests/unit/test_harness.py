"""`./hal9 test` itself: it counts what ran, fails on what did not, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Runs everything.py with groups of ours in place of its own. In a process of its own, since a
#: group's end is also the end of all that runs below the process.
DRIVER = """
import sys
sys.path.insert(0, {tests!r})
import everything
from harness.groups import TOOLS, Group
def tool(name, code, **more):
    return Group(name, "", (sys.executable, "-c", code), TOOLS, **more)
def pytest_on(name, path):
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path)
    quick = {{"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}}
    return Group(name, "", command, environment=quick)
everything.GROUPS = [{groups}]
sys.exit(everything.main([{arguments}]))
"""

MIXED = """
import pytest
def test_good(): pass
@pytest.mark.parametrize("n", [1, 2])
def test_more(n): pass
def test_bad(): assert 1 == 2
def test_skipped(): pytest.skip("no such tool here")
@pytest.fixture
def broken(): raise RuntimeError
def test_error(broken): pass
"""


def start(groups, arguments="", **environment):
    code = DRIVER.format(tests=str(ROOT / "tests"), groups=groups, arguments=arguments)
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environ | environment,
    )


def run(groups, arguments="", **environment):
    process = start(groups, arguments, **environment)
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def group_of(folder, text):
    path = folder / "test_it.py"
    path.write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    return f"pytest_on('them', {str(path)!r})"


def test_every_test_is_counted_once_and_the_rest_runs_after_a_failure(tmp_path):
    status, output = run(group_of(tmp_path, MIXED) + ", tool('after', 'pass')")
    assert status == 1
    assert output.splitlines()[-1].startswith("4 passed, 2 failed, 1 skipped in ")
    assert "skipped  them: no such tool here (1)" in output
    assert "FAILED   them: test_it::test_bad" in output
    assert "FAILED   them: test_it::test_error" in output
    assert "assert 1 == 2" in output, "what failed is shown"
    assert "after              1       0        0" in output


def test_a_skip_is_a_failure_in_ci_and_only_there(tmp_path):
    skipping = "import pytest\ndef test_it(): pytest.skip('no tool')\ndef test_other(): pass\n"
    groups = group_of(tmp_path, skipping)
    status, output = run(groups)
    assert (status, output.splitlines()[-1][:31]) == (0, "1 passed, 0 failed, 1 skipped i")
    status, output = run(groups, CI="true")
    assert status == 1
    assert "CI is set, so the 1 skipped count as a failure of the whole run." in output


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no test was found, so nothing was tested"),
        (
            "import os\ndef test_it(): os._exit(3)\n",
            "pytest ended with status 3 and left no report",
        ),
        ("import nothing_of_this_name\n", "test_it"),
    ],
)
def test_what_did_not_run_is_a_failure(tmp_path, text, reason):
    status, output = run(group_of(tmp_path, text))
    assert status == 1
    assert f"FAILED   them: {reason}" in output or f"FAILED   them: ::{reason}" in output
    assert "0 passed, 1 failed, 0 skipped" in output


def test_a_group_that_hangs_is_ended_at_its_limit():
    status, output = run("tool('slow', 'import time; time.sleep(300)', limit_s=1)")
    assert status == 1
    assert "FAILED   slow: ended after its limit of 1 s" in output


def test_what_a_group_leaves_running_is_ended_and_named(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import subprocess; "
        "p = subprocess.Popen(['sleep', '300'], start_new_session=True); "
        f"open({str(note)!r}, 'w').write(str(p.pid))"
    )
    status, output = run(f"tool('loose', {code!r})")
    assert status == 1
    assert "FAILED   loose: left 1 running behind it: sleep 300" in output
    assert not psutil.pid_exists(int(note.read_text()))


def test_ctrl_c_ends_the_group_and_what_it_started(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import subprocess; "
        "p = subprocess.Popen(['sleep', '300'], start_new_session=True); "
        f"open({str(note)!r}, 'w').write(str(p.pid) + ' ');"
        "p.wait()"
    )
    process = start(f"tool('long', {code!r})")
    give_up = time.monotonic() + 60
    while not (note.exists() and note.read_text().endswith(" ")):
        assert time.monotonic() < give_up, "the group did not start"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: stopping all that was started" in output
    assert not psutil.pid_exists(int(note.read_text()))


def test_groups_are_chosen_by_name_and_an_unknown_one_is_named():
    groups = "tool('one', 'pass'), tool('two', 'pass')"
    assert "[ 1/1] two" in run(groups, "'two'")[1]
    status, output = run(groups, "'three'")
    assert status == 2
    assert "no group of tests is called 'three'. Known: one, two." in output


def test_the_groups_do_not_inherit_a_store_of_the_caller():
    code = "import os; print(sorted(n for n in os.environ if n.startswith('HAL9_'))); exit(1)"
    _, output = run(f"tool('env', {code!r})", HAL9_STORE_URL="postgresql://real")
    assert "['HAL9_CACHE', 'HAL9_DATA']" in output
