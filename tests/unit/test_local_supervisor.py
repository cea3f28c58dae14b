"""The supervisor with real child processes: crash, restart, stop, and being killed itself."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hal9lib.errors import PlatformError
from hal9lib.local.process import Program
from hal9lib.local.supervisor import StopRequestedError, Supervisor
from support.waiting import wait_for

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
#: Ends only when killed, and so does the process it leaves in a session of its own.
STUBBORN = """
import signal, subprocess, sys, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)"], start_new_session=True)
print("child", child.pid, flush=True)
time.sleep(600)
"""


def program(name: str, code: str, folder: Path, **other: object) -> Program:
    log = folder / f"{name}.log"
    return Program(
        name=name,
        command=(sys.executable, "-c", code),
        environment={"PATH": os.defpath},
        folder=folder,
        **{"ready": lambda: "up" in log.read_text(), **other},
    )


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, told.append)
    yield made
    made.stop()


def look_until(supervisor: Supervisor, done: Callable[[], object], what: str) -> None:
    def look() -> object:
        supervisor.look_after()
        return done()

    wait_for(look, what)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_killed_program_is_restarted_and_said_so(
    supervisor: Supervisor, tmp_path: Path, told: list[str]
) -> None:
    supervisor.launch(program("one", SLEEPER, tmp_path))
    supervisor.wait_ready("one")
    first = supervisor.pids()["one"]
    os.kill(first, signal.SIGKILL)
    look_until(supervisor, lambda: supervisor.pids().get("one", first) != first, "the restart")
    assert supervisor.restarts() == {"one": 1}
    assert told == ["one ended (signal SIGKILL); restarting it in 0.5 s."]


def test_the_others_live_on_when_one_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    for name in ("one", "two"):
        supervisor.launch(program(name, SLEEPER, tmp_path))
        supervisor.wait_ready(name)
    before = supervisor.pids()
    os.kill(before["one"], signal.SIGKILL)
    look_until(supervisor, lambda: supervisor.restarts()["one"], "the restart")
    assert supervisor.pids()["two"] == before["two"]


def test_what_crashes_at_its_start_ends_the_start_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    code = "raise SystemExit('no such table: runs')"
    supervisor.launch(program("broken", code, tmp_path, ready=lambda: False))
    with pytest.raises(PlatformError, match=r"(?s)broken crashes at its start.*no such table"):
        supervisor.wait_ready("broken")


def test_what_never_gets_ready_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    slow = program("slow", SLEEPER, tmp_path, ready=lambda: False, ready_wait_s=0.5)
    supervisor.launch(slow)
    with pytest.raises(PlatformError, match=r"slow is not ready after 0 s"):
        supervisor.wait_ready("slow")


def test_a_program_that_is_not_there_is_one_sentence(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    absent = Program("absent", ("/no/such/program",), {}, lambda: True, tmp_path)
    with pytest.raises(PlatformError, match=r"absent cannot be started: .*No such file"):
        supervisor.launch(absent)


def test_a_stop_during_the_start_is_heard(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.launch(program("slow", SLEEPER, tmp_path, ready=lambda: False))
    supervisor.stop_requested = 1
    with pytest.raises(StopRequestedError):
        supervisor.wait_ready("slow")


def test_stop_goes_in_reverse_order_and_leaves_none(tmp_path: Path, told: list[str]) -> None:
    supervisor = Supervisor(tmp_path, told.append)
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open('order', 'a').write(sys.argv[1] + '\\n'); raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)\n"
    )
    for name in ("first", "second", "third"):
        made = program(name, code, tmp_path)
        supervisor.launch(
            Program(**{**made.__dict__, "command": (*made.command, name)})  # type: ignore[arg-type]
        )
        supervisor.wait_ready(name)
    pids = supervisor.pids()
    supervisor.stop()
    assert (tmp_path / "order").read_text().split() == ["third", "second", "first"]
    assert len(pids) == 3
    assert all(gone(pid) for pid in pids.values())


def test_what_ignores_the_request_is_killed(tmp_path: Path, told: list[str]) -> None:
    supervisor = Supervisor(tmp_path, told.append)
    ready = lambda: "child" in (tmp_path / "stubborn.log").read_text()  # noqa: E731
    supervisor.launch(program("stubborn", STUBBORN, tmp_path, ready=ready, stop_wait_s=0.3))
    supervisor.wait_ready("stubborn")
    pid = supervisor.pids()["stubborn"]
    left = int((tmp_path / "stubborn.log").read_text().split("child ")[1].split()[0])
    supervisor.stop()
    assert gone(pid)
    os.kill(left, signal.SIGKILL)  # not adopted here: this process is pytest, no subreaper


#: A guarded supervisor with one obedient and one stubborn program, which says its process ids.
GUARDED = f"""
import json, os, sys
from pathlib import Path
from hal9lib.local.guard import accept_signals, run_guarded
from hal9lib.local.leftovers import end_descendants
from hal9lib.local.lifeline import adopt_orphans
from hal9lib.local.process import Program
from hal9lib.local.supervisor import Supervisor

folder = Path(sys.argv[1])

def work():
    adopt_orphans()
    supervisor = Supervisor(folder, lambda sentence: None)
    def asked():
        supervisor.stop_requested += 1
        (folder / f"asked-{{supervisor.stop_requested}}").touch()
    accept_signals(asked)
    for name, code in (("sleeper", {SLEEPER!r}), ("stubborn", {STUBBORN!r})):
        supervisor.launch(Program(name, (sys.executable, "-c", code), {{}}, lambda: True, folder,
                                  stop_wait_s=0.3))
    said = {{"guard": os.getppid(), "supervisor": os.getpid(), **supervisor.pids()}}
    (folder / "said.new").write_text(json.dumps(said))
    (folder / "said.new").rename(folder / "said")
    supervisor.run_until_stop()
    supervisor.stop()
    end_descendants(wait_s=1.0)  # as `up` does: what a program leaves behind is ours by adoption
    return 0

sys.exit(run_guarded(work, lambda: None))
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    command = [sys.executable, "-c", GUARDED, str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    wait_for((tmp_path / "said").exists, "the guarded supervisor")
    pids: dict[str, int] = json.loads((tmp_path / "said").read_text())
    log = tmp_path / "stubborn.log"
    wait_for(lambda: "child" in log.read_text(), "the stubborn program's child")
    pids["orphan"] = int(log.read_text().split("child ")[1].split()[0])
    try:
        yield process, pids
    finally:
        for pid in pids.values():
            if not gone(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait(20)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties processes together")
@pytest.mark.parametrize("killed", ["supervisor", "guard", "stubborn"])
def test_killed_with_9_nothing_stays_behind(
    guarded: tuple[subprocess.Popen[bytes], dict[str, int]], killed: str
) -> None:
    process, pids = guarded
    os.kill(pids[killed], signal.SIGKILL)
    if killed == "stubborn":  # its child is adopted, and ends with the rest
        process.send_signal(signal.SIGTERM)
    process.wait(30)
    for name, pid in pids.items():
        wait_for(lambda pid=pid: gone(pid), f"the end of {name}")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_to_the_guard_stops_all(
    guarded: tuple[subprocess.Popen[bytes], dict[str, int]], sent: signal.Signals
) -> None:
    process, pids = guarded
    process.send_signal(sent)
    assert process.wait(30) == 0
    assert [name for name, pid in pids.items() if not gone(pid)] == []


def test_a_second_ctrl_c_kills(tmp_path: Path) -> None:
    patient = GUARDED.replace("stop_wait_s=0.3", "stop_wait_s=900").replace(
        "supervisor.stop()", "supervisor.stop(limit_s=900)"
    )
    process = subprocess.Popen([sys.executable, "-c", patient, str(tmp_path)])
    log = tmp_path / "stubborn.log"
    wait_for(lambda: log.exists() and "child" in log.read_text(), "the stubborn program")
    process.send_signal(signal.SIGINT)
    wait_for((tmp_path / "asked-1").exists, "the first request to arrive")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    pids = json.loads((tmp_path / "said").read_text())
    assert [name for name, pid in pids.items() if not gone(pid)] == []
