"""The live simulation's worker: one network, run as the board says, shown a few times a second.

It does what the desired state says and nothing else, so a command that comes while it is away is
obeyed when it is back. It takes one core at most, at low priority, never runs ahead of real
time, and rests while nobody watches.
"""

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from hal9lib.engine.simulation import Simulation
from hal9lib.errors import StoreError
from hal9lib.jobs.frames import FrameBuilder
from hal9lib.jobs.pace import Pace
from hal9lib.network import Network

#: Model time of one piece of work: short, so that commands and the end are obeyed at once.
SLICE_MS = 15.0
LOOK_EVERY_S = 0.1
FRAME_EVERY_S = 0.25
BEAT_EVERY_S = 1.0
#: After this long with nobody watching it rests.
REST_AFTER_S = 60.0
RETRY_S = 0.5

log = logging.getLogger("hal9.worker")


class Board(Protocol):
    """What the worker needs of `hal9lib.stores.postgres_live.LiveBoard`."""

    def desired(self) -> dict[str, Any]: ...
    def watched_s(self) -> float | None: ...
    def publish(self, frame: dict[str, Any], pid: int, host: str) -> None: ...
    def heartbeat(self, pid: int, host: str) -> None: ...
    def last_number(self) -> int: ...


class Worker:
    """Runs one network as a board says.

    Parameters
    ----------
    board : where the desired state is read and frames are shown.
    network : what to run.
    rest_after_s : how long it goes on with nobody watching.
    """

    def __init__(
        self, board: Board, network: Network, *, rest_after_s: float = REST_AFTER_S
    ) -> None:
        self._board, self._network, self._rest_after_s = board, network, rest_after_s
        self._pid, self._host = os.getpid(), socket.gethostname()
        self._pace = Pace()
        self._status = "starting"
        self._applied: dict[str, Any] = {}
        self._number: int | None = None
        self._shown_s = self._beat_s = self._looked_s = -1e9
        self._away_since_s: float | None = None

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until `stopped` says so."""
        with self._beating():
            self._simulation = Simulation(self._network, threads=1)
            self._frames = FrameBuilder(self._network, dt_ms=self._simulation.dt_ms)
            # The first steps compile the loop; they are not part of what is shown.
            self._simulation.advance(SLICE_MS)
            self._simulation.reset()
        log.info("built", extra={"build_s": round(self._simulation.build_s, 3)})
        with self._simulation:
            while not stopped():
                time.sleep(self.turn())

    def turn(self) -> float:
        """Look, move on, show; returns how many seconds there is nothing to do."""
        now_s = time.monotonic()
        try:
            if now_s - self._looked_s >= LOOK_EVERY_S:
                self._look(now_s)
            if self._status == "running":
                self._advance()
            self._show(time.monotonic())
        except StoreError as problem:
            return self._away(problem)
        self._back()
        if self._status == "running":
            return min(LOOK_EVERY_S, self._pace.due_s(time.monotonic()))
        return LOOK_EVERY_S

    def _look(self, now_s: float) -> None:
        """Read what is wanted, and make it so."""
        desired = self._board.desired()
        watched_s = self._board.watched_s()
        if self._number is None:
            self._number = self._board.last_number()
        self._looked_s = now_s
        if desired["generation"] != self._applied.get("generation"):
            if self._applied:
                self._simulation.reset()
                self._frames.reset()
            self._applied = {"generation": desired["generation"]}
            self._shown_s = -1e9
        for name, scale in (
            ("drive", self._simulation.scale_drive),
            ("inhibition", self._simulation.scale_inhibition),
        ):
            if desired[name] != self._applied.get(name):
                scale(desired[name])
                self._applied[name] = desired[name]
                self._shown_s = -1e9
        watched = watched_s is not None and watched_s <= self._rest_after_s
        self._become(desired["status"] if watched or desired["status"] == "paused" else "resting")

    def _become(self, status: str) -> None:
        if status == self._status:
            return
        log.info("status", extra={"status": status, "was": self._status})
        self._status = status
        self._shown_s = -1e9
        self._pace.start(time.monotonic())

    def _advance(self) -> None:
        if self._pace.due_s(time.monotonic()) > 0:
            return
        # This thread's own time: what other programs take does not count as computing.
        started_s = time.thread_time()
        self._simulation.advance(SLICE_MS)
        self._frames.add(*self._simulation.take_spikes())
        busy_s = time.thread_time() - started_s
        self._pace.moved(time.monotonic(), SLICE_MS * 1e-3, busy_s)

    def _show(self, now_s: float) -> None:
        """Publish a frame when one is due, or else a sign of life."""
        changed = self._shown_s < 0
        if changed or (self._status == "running" and now_s - self._shown_s >= FRAME_EVERY_S):
            self._number = (self._number or 0) + 1
            self._board.publish(self.frame(), self._pid, self._host)
            self._shown_s = self._beat_s = now_s
        elif now_s - self._beat_s >= BEAT_EVERY_S:
            self._board.heartbeat(self._pid, self._host)
            self._beat_s = now_s

    def frame(self) -> dict[str, Any]:
        """The newest frame, as the API hands it on.

        Beside what `FrameBuilder.frame` gives: ``number`` (grows, also from worker to worker),
        ``generation`` (of the reset it belongs to), ``status`` ("running", "paused" or
        "resting"), ``wall_time`` (s since 1970), ``pid``, ``speed`` and ``capability`` (model
        seconds a second: achieved, and of computing alone), ``model``, ``seed``, ``synapses``,
        and the ``drive`` and ``inhibition`` in force.
        """
        simulation, network = self._simulation, self._network
        potentials = {
            p.name: simulation.state(p.neuron.voltage, p.name)
            for p in network.populations
            if p.neuron.voltage is not None
        }
        steps = round(simulation.time_ms / simulation.dt_ms)
        return {
            "number": self._number,
            "generation": self._applied.get("generation", 0),
            "status": self._status,
            "wall_time": time.time(),
            "pid": self._pid,
            # Achieved, held to real time at most; and what a free core could do unheld.
            "speed": round(self._pace.speed, 3),
            "capability": round(self._pace.capability, 3),
            "model": network.model,
            "seed": network.seed,
            "synapses": network.synapses,
            "drive": self._applied.get("drive", 1.0),
            "inhibition": self._applied.get("inhibition", 1.0),
            **self._frames.frame(steps, potentials),
        }

    def _away(self, problem: StoreError) -> float:
        """The board is out of reach: stand still, say so once, try again."""
        if self._away_since_s is None:
            self._away_since_s = time.monotonic()
            log.warning("store away", extra={"problem": str(problem)})
        self._become("away")
        return RETRY_S

    def _back(self) -> None:
        if self._away_since_s is not None:
            away_s = round(time.monotonic() - self._away_since_s, 1)
            log.info("store back", extra={"away_s": away_s})
            self._away_since_s = None

    @contextlib.contextmanager
    def _beating(self) -> Iterator[None]:
        """Show signs of life while the network is being built and its loop compiled."""
        done = threading.Event()

        def beat() -> None:
            while not done.is_set():
                with contextlib.suppress(StoreError):
                    self._board.heartbeat(self._pid, self._host)
                done.wait(BEAT_EVERY_S)

        thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(timeout=10.0)
