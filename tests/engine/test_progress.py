"""Progress as a terminal and a notebook show it."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time

import nbformat
import pytest
from nbclient import NotebookClient

from hal9lib.engine.progress import Progress

pytestmark = pytest.mark.jit_only

CODE = """
import hal9lib as hal9
try: hal9.simulate(hal9.models.brunel(neurons=2_000, indegree=200), {ms}, progress={progress})
except KeyboardInterrupt as stop: print(stop)
print("over")
"""


class Terminal:
    """A child in a terminal of 60 columns, and all that it wrote there."""

    def __init__(self, code):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=slave, stdout=slave, stderr=slave, env=env
        )
        os.close(slave)
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def read_until(self, pattern, seconds=60.0):
        """Read on until the pattern is there, or the end."""
        give_up = time.monotonic() + seconds
        while not re.search(pattern, self.text) and time.monotonic() < give_up:
            try:
                self.text += os.read(self.master, 4096).decode()
            except OSError:  # the child is gone
                break
        assert re.search(pattern, self.text), self.text[-500:]

    def seen(self):
        """What stays on the screen: a carriage return goes back to the line's beginning."""
        lines = []
        for line in self.text.replace("\r\n", "\n").split("\n"):
            shown = ""
            for piece in line.split("\r"):
                shown = piece + shown[len(piece) :]
            lines.append(shown.rstrip())
        return [line for line in lines if line]


def test_a_terminal_shows_one_line_with_the_time_left_and_then_none():
    with Terminal(CODE.format(ms=60_000, progress=True)) as terminal:
        terminal.read_until("over\r\n")
        assert terminal.process.wait() == 0
    states = re.findall(
        r"\rsimulating +(\d+)% \|[^|]+\| (\d+)/60000 ms, (\d\d:\d\d) left", terminal.text
    )
    assert len(states) >= 3
    percents = [int(percent) for percent, _, _ in states]
    assert percents == sorted(percents)
    assert percents[0] < 50 < percents[-1]
    assert max(len(piece) for piece in terminal.text.split("\r")) <= 60
    assert terminal.seen() == ["over"]


def test_ctrl_c_clears_the_line_and_ends():
    with Terminal(CODE.format(ms=10_000_000, progress="None")) as terminal:
        terminal.read_until(r"simulating +\d+% .* left")
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("over\r\n")
        assert terminal.process.wait() == 0
    stopped, over = terminal.seen()
    assert re.fullmatch(r"stopped at [\d.]+ of 1e\+07 ms\.", stopped)
    assert over == "over"


def test_what_was_done_before_counts_and_the_time_left_is_of_the_rest(capsys):
    with Progress(1_000.0, done_ms=900.0, shown=True) as bar:
        time.sleep(0.12)
        bar.update(950.0)
        time.sleep(0.12)
        bar.update(960.0)
    text = capsys.readouterr().err
    assert "95% |" in text
    assert "950/1000 ms, 00:00 left" in text
    assert text.endswith("\r")


@pytest.mark.parametrize("shown", [None, False])
def test_where_nobody_looks_nothing_is_written(shown, capsys):
    with Progress(1_000.0, shown=shown) as bar:
        bar.update(500.0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_shows_a_widget_that_its_outputs_do_not_depend_on(tmp_path):
    path = tmp_path / "progress.ipynb"
    notebook = nbformat.v4.new_notebook()
    for progress in (True, False):
        notebook.cells.append(nbformat.v4.new_code_cell(CODE.format(ms=400, progress=progress)))
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python"
    }  # fmt: skip
    NotebookClient(notebook, kernel_name="python3", store_widget_state=False).execute()
    bar, printed = notebook.cells[0].outputs
    assert list(bar["data"]) == ["application/vnd.jupyter.widget-view+json"]
    assert printed["text"] == "over\n"
    assert [output["text"] for output in notebook.cells[1].outputs] == ["over\n"]
    # Swapped, so that a bar stands where none was, and none where one was.
    notebook.cells[0].source, notebook.cells[1].source = (c.source for c in notebook.cells[::-1])
    nbformat.write(notebook, path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(path)],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout[-2000:]
