"""The live simulation's worker over a real PostgreSQL: it does what the board says."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.jobs.frames import FrameBuilder
from hal9lib.jobs.worker import Worker
from hal9lib.settings import inherited_environment
from hal9lib.stores.postgres_live import LiveBoard

PATIENCE_S = 60.0


class Running:
    """A worker in a thread, with a board to look at it and steer it."""

    def __init__(self, url: str, **options: float) -> None:
        self.network = hal9.models.brunel(neurons=500, indegree=50, seed=9)
        self.board = LiveBoard(url)
        self._own_board = LiveBoard(url)
        self._stop = threading.Event()
        worker = Worker(self._own_board, self.network, **options)
        self.failed: BaseException | None = None

        def run() -> None:
            try:
                worker.run(self._stop.is_set)
            except BaseException as problem:
                self.failed = problem

        self._thread = threading.Thread(target=run)
        self._thread.start()

    def wait(self, for_what: Callable[[dict], bool], watch: bool = True) -> dict:
        """The first state of the board for which `for_what` holds."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            assert self.failed is None, self.failed
            if watch:
                self.board.note_watched()
            seen = self.board.newest()
            if seen["frame"] and for_what(seen):
                return seen
            time.sleep(0.02)
        raise AssertionError(f"not seen within {PATIENCE_S} s; last: {seen['frame']}")

    def close(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        self.board.close()
        self._own_board.close()


@pytest.fixture
def running(postgres_url: str) -> Iterator[Running]:
    worker = Running(postgres_url)
    yield worker
    worker.close()


def is_running(seen: dict) -> bool:
    return seen["frame"]["status"] == "running" and seen["frame"]["time_ms"] > 0


def rate_of(seen: dict) -> float:
    return seen["frame"]["populations"][0]["rate_hz"]


def test_it_shows_frames_that_move_on(running):
    first = running.wait(is_running)
    later = running.wait(lambda seen: seen["frame"]["number"] >= first["frame"]["number"] + 3)
    frame = later["frame"]
    assert frame["time_ms"] > first["frame"]["time_ms"]
    assert later["worker"]["alive"]
    assert frame["pid"] == later["worker"]["pid"] == os.getpid()
    assert (frame["neurons"], frame["synapses"]) == (500, 25_000)
    assert frame["speed"] <= 1.0
    assert frame["capability"] > 0
    busy = running.wait(lambda seen: rate_of(seen) > 5)
    counts = np.frombuffer(base64.b64decode(busy["frame"]["raster"]["counts"]), np.uint8)
    assert counts.sum() > 100
    assert sum(busy["frame"]["voltage"]["E"]) == 400


def test_a_frame_shows_the_spikes_of_a_simulation_of_the_same_seed(running):
    seen = running.wait(lambda seen: seen["frame"]["time_ms"] > 300)["frame"]
    again = hal9.Simulation(running.network, threads=1)
    builder = FrameBuilder(running.network)
    again.advance(seen["time_ms"])
    builder.add(*again.take_spikes())
    expected = builder.frame(round(seen["time_ms"] / 0.1))
    assert sum(expected["rates"]["E"]) > 0
    assert seen["raster"] == expected["raster"]
    assert seen["rates"] == expected["rates"]


def test_paused_it_stands_still_and_shows_it_is_alive(running):
    running.wait(is_running)
    running.board.command({"action": "pause"}, "ada")
    paused = running.wait(lambda seen: seen["frame"]["status"] == "paused")
    beats = set()
    give_up = time.monotonic() + PATIENCE_S
    while len(beats) < 3 and time.monotonic() < give_up:
        seen = running.board.newest()
        assert seen["frame"]["time_ms"] == paused["frame"]["time_ms"]
        # The age falls back towards nothing with each sign of life.
        beats.add(round(time.time() - seen["worker"]["heartbeat_age_s"], 1))
        time.sleep(0.1)
    assert len(beats) >= 3
    running.board.command({"action": "start"}, "ada")
    running.wait(lambda seen: seen["frame"]["time_ms"] > paused["frame"]["time_ms"])


def test_reset_goes_back_to_time_0_and_gives_the_same_spikes_again(running):
    before = running.wait(lambda seen: seen["frame"]["time_ms"] > 200)
    running.board.command({"action": "reset"}, "ada")
    generation = running.board.desired()["generation"]
    after = running.wait(lambda seen: seen["frame"]["generation"] == generation)
    assert after["frame"]["number"] > before["frame"]["number"]
    again = running.wait(
        lambda seen: seen["frame"]["generation"] == generation and seen["frame"]["time_ms"] > 200
    )["frame"]
    simulation = hal9.Simulation(running.network, threads=1)
    builder = FrameBuilder(running.network)
    simulation.advance(again["time_ms"])
    builder.add(*simulation.take_spikes())
    assert again["raster"] == builder.frame(round(again["time_ms"] / 0.1))["raster"]


def test_drive_and_inhibition_take_effect_and_outlive_a_reset(running):
    calm = running.wait(lambda seen: seen["frame"]["time_ms"] > 1_100)
    running.board.command({"drive": 2.5, "inhibition": 0.2}, "ada")
    changed = running.wait(lambda seen: seen["frame"]["drive"] == 2.5)
    assert changed["frame"]["inhibition"] == 0.2
    excited = running.wait(lambda seen: rate_of(seen) > 2 * rate_of(calm) > 0)
    running.board.command({"action": "reset"}, "ada")
    generation = running.board.desired()["generation"]
    again = running.wait(
        lambda seen: seen["frame"]["generation"] == generation and seen["frame"]["time_ms"] > 500
    )
    assert again["frame"]["drive"] == 2.5
    assert rate_of(again) > 0.5 * rate_of(excited)


def test_it_rests_while_nobody_watches_and_wakes_when_somebody_does(postgres_url):
    worker = Running(postgres_url, rest_after_s=1.0)
    try:
        worker.wait(is_running)
        rested = worker.wait(lambda seen: seen["frame"]["status"] == "resting", watch=False)
        assert rested["worker"]["alive"]
        time.sleep(1.0)
        still = worker.board.newest()
        assert still["frame"]["time_ms"] == rested["frame"]["time_ms"]
        assert still["worker"]["alive"]
        # One note in five seconds is written; another process has another clock.
        with LiveBoard(postgres_url) as other:
            other.note_watched()
        woken = worker.wait(is_running, watch=False)
        assert woken["frame"]["time_ms"] >= rested["frame"]["time_ms"]
    finally:
        worker.close()


def test_never_watched_it_never_starts(postgres_url):
    worker = Running(postgres_url)
    try:
        seen = worker.wait(lambda seen: seen["frame"]["status"] == "resting", watch=False)
        assert seen["frame"]["time_ms"] == 0
    finally:
        worker.close()


def test_numbers_go_on_from_the_last_worker(postgres_url):
    first = Running(postgres_url)
    last = first.wait(lambda seen: seen["frame"]["number"] > 3)["frame"]["number"]
    first.close()
    with LiveBoard(postgres_url) as board:
        last = board.last_number()
    second = Running(postgres_url)
    try:
        seen = second.wait(lambda seen: seen["frame"]["number"] > last)
        assert seen["frame"]["number"] <= last + 20
    finally:
        second.close()


def test_it_outlives_a_restart_of_postgresql(postgres_server, running, caplog):
    caplog.set_level("INFO", logger="hal9.worker")
    before = running.wait(is_running)
    postgres_server.stop()
    try:
        give_up = time.monotonic() + PATIENCE_S
        while "store away" not in caplog.text and time.monotonic() < give_up:
            time.sleep(0.05)
        assert running.failed is None
    finally:
        postgres_server.start()
    after = running.wait(lambda seen: seen["frame"]["time_ms"] > before["frame"]["time_ms"])
    assert after["worker"]["alive"]
    assert "store back" in caplog.text


def process(**environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hal9lib.jobs"],
        env=inherited_environment(without=("HAL9_STORE_URL",)) | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_as_a_process_it_shows_life_at_once_ends_on_sigterm_and_logs_json(postgres_url, tmp_path):
    worker = process(HAL9_STORE_URL=postgres_url, HAL9_CACHE=str(tmp_path))
    try:
        with LiveBoard(postgres_url) as board:
            give_up = time.monotonic() + PATIENCE_S
            while not board.newest()["worker"]["alive"] and time.monotonic() < give_up:
                assert worker.poll() is None
                time.sleep(0.05)
            assert board.newest()["worker"]["pid"] == worker.pid
            assert os.getpriority(os.PRIO_PROCESS, worker.pid) >= 10
        # A loop that is being compiled is finished first, which takes long where others work.
        worker.send_signal(signal.SIGTERM)
        out, logged = worker.communicate(timeout=PATIENCE_S)
    finally:
        worker.kill()
        worker.wait()
    assert worker.returncode == 0
    assert out == ""
    events = [json.loads(line) for line in logged.splitlines()]
    assert events[-1]["event"] == "stopped"
    assert events[-1]["signal"] == "SIGTERM"
    assert postgres_url not in logged


@pytest.mark.parametrize("url", ["", "memory://", "duckdb:///x.duckdb"])
def test_without_postgresql_it_says_what_to_set(url):
    worker = process(**({"HAL9_STORE_URL": url} if url else {}))
    _, logged = worker.communicate(timeout=60)
    assert worker.returncode == 2
    problem = json.loads(logged.splitlines()[-1])["problem"]
    assert "HAL9_STORE_URL does not name a PostgreSQL database" in problem
