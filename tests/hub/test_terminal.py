"""`up` at a terminal: what a person sees there, and Ctrl-C as a key, early and late."""

import fcntl
import os
import pty
import signal
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.ports import free_port
from support.running_platform import RunningPlatform, up_command
from support.waiting import wait_for


class Terminal:
    """A terminal with `up` in its foreground."""

    def __init__(self, data: Path, **environ: str) -> None:
        self.data = data
        self.text = ""
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        self.process = subprocess.Popen(
            up_command(free_port(), data),
            env={**os.environ, **environ},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # The session's terminal, so that a key can become a signal.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # type: ignore[arg-type,return-value]
        )
        os.close(slave)

    def read(self) -> str:
        """All that has been shown so far."""
        try:
            while chunk := os.read(self._master, 65536):
                self.text += chunk.decode(errors="replace")
        except (BlockingIOError, OSError):  # nothing more now, or nobody there any more
            pass
        return self.text

    def press_ctrl_c(self) -> None:
        os.write(self._master, b"\x03")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        os.close(self._master)


@pytest.fixture
def terminal(tmp_path: Path, runtime_folder: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "data", XDG_RUNTIME_DIR=str(runtime_folder))
    try:
        yield made
    finally:
        made.close()


def left_of(terminal: Terminal) -> list[str]:
    found = RunningPlatform.of(terminal.data, terminal.process)
    return [str(process) for process in found.processes()]


def test_it_shows_passwords_and_stops_at_one_key(terminal: Terminal) -> None:
    wait_for(lambda: "Ctrl-C stops all of it." in terminal.read(), "the platform", 180)
    for user in ("researcher", "viewer"):
        password = (terminal.data / "secrets" / f"password-{user}").read_text().strip()
        assert f"password {password}" in terminal.text
    # No other secret is for the eye.
    others = [f for f in (terminal.data / "secrets").iterdir() if "password" not in f.name]
    assert others
    assert not [file.name for file in others if file.read_text().strip() in terminal.text]
    terminal.press_ctrl_c()
    assert terminal.process.wait(60) == 0
    assert "nothing of HAL9 runs any more" in terminal.read()
    assert "Killing" not in terminal.text
    assert left_of(terminal) == []


def test_ctrl_c_while_it_starts_leaves_nothing(terminal: Terminal) -> None:
    wait_for(lambda: "proxy" in terminal.read(), "the start to have begun", 120)
    terminal.press_ctrl_c()
    assert terminal.process.wait(60) == 0
    assert "HAL9 is ready" not in terminal.read()
    assert "nothing of HAL9 runs any more" in terminal.text
    assert left_of(terminal) == []
