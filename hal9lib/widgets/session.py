"""A network that runs beside the notebook: one thread while it plays, none while it is paused.

What is wanted (running or not, drive, inhibition, how often reset) is a level, not a sequence of
commands: the thread compares it with what it has and makes up the difference between two short
stretches of model time. So no command waits for the simulation, and none gets lost.
"""

import atexit
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hal9lib import checks
from hal9lib.engine.simulation import Simulation
from hal9lib.errors import SimulationError
from hal9lib.jobs.frames import FrameBuilder
from hal9lib.network import Network
from hal9lib.widgets.pace import Pace

#: How far drive and inhibition can be turned, as multiples of what the network describes.
MAX_FACTOR = 3.0
_FRAME_S = 0.2
#: At the kernel's end a thread is waited for no longer than this.
_EXIT_S = 5.0


@dataclass(frozen=True)
class _Wanted:
    running: bool = False
    drive: float = 1.0
    inhibition: float = 1.0
    generation: int = 0
    built: bool = False


class LiveSession:
    """A simulation that plays in the background and gives frames.

    Parameters
    ----------
    network : what to simulate.
    on_frame : called with each frame, from the thread that made it.
    on_error : called with the exception that ended a thread.
    dt_ms : the time step. max_speed : model time over wall time stays at or below it.
    pause_after_s : seconds after which a session that nobody touches pauses by itself.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> session = LiveSession(hal9.models.brunel(neurons=100, indegree=10), on_frame=lambda f: None)
    >>> frame = session.run_for(20.0)
    >>> frame["time_ms"], session.running
    (20.0, False)
    >>> session.close()
    """

    def __init__(
        self,
        network: Network,
        on_frame: Callable[[dict[str, Any]], None],
        on_error: Callable[[BaseException], None] | None = None,
        *,
        dt_ms: float = 0.1,
        max_speed: float = 1.0,
        pause_after_s: float = 1_800.0,
    ) -> None:
        self.network = network
        self.dt_ms = network.check_step(dt_ms)
        self.max_speed = checks.number("max_speed", max_speed, low=0.0, open_low=True)
        self.pause_after_s = checks.number("pause_after_s", pause_after_s, low=0.0, open_low=True)
        self._on_frame = on_frame
        self._on_error = on_error
        self._builder = FrameBuilder(network, dt_ms=self.dt_ms)
        self._changed = threading.Condition()  # guards what follows; held for moments only
        self._wanted = _Wanted()
        self._thread: threading.Thread | None = None
        self._frames = 0
        self._closed = False
        self._touched = time.monotonic()
        self._busy = threading.Lock()  # held by whoever works with what follows
        self._simulation: Simulation | None = None
        self._applied = _Wanted()
        self._settled: _Wanted | None = None
        self._speed = 0.0
        _sessions.add(self)

    @property
    def running(self) -> bool:
        """Whether it is meant to play."""
        return self._wanted.running

    @property
    def frames(self) -> int:
        """How many frames there have been."""
        return self._frames

    @property
    def working(self) -> bool:
        """Whether a thread works now."""
        return self._thread is not None

    def play(self) -> None:
        """Go on in the background; returns at once."""
        self._want(running=True, built=True)

    def pause(self) -> None:
        """Stop within a fraction of a second; returns at once."""
        self._want(running=False)

    def reset(self) -> None:
        """Back to time 0, with the drive and inhibition that are set; returns at once."""
        self._want(generation=self._wanted.generation + 1, built=True)

    def release(self) -> None:
        """Pause and give back the network's memory; play starts anew. Returns at once."""
        self._want(running=False, built=False)

    def steer(self, *, drive: float | None = None, inhibition: float | None = None) -> None:
        """Set drive or inhibition, 0 to 3 times what the network describes; returns at once."""
        self._want(
            **{
                name: checks.number(name, value, low=0.0, high=MAX_FACTOR)
                for name, value in (("drive", drive), ("inhibition", inhibition))
                if value is not None
            }
        )

    def run_for(self, duration_ms: float) -> dict[str, Any]:
        """Pause, simulate exactly this much more in the calling thread, and return its frame.

        Raises ParameterError unless the duration is a whole number of steps.
        """
        self._want(running=False, built=True)
        with self._busy:
            simulation = self._ready(self._wanted)
            started = time.perf_counter()
            simulation.advance(duration_ms)
            self._builder.add(*simulation.take_spikes())
            self._speed = 1e-3 * duration_ms / (time.perf_counter() - started)
            return self._give_frame(simulation)

    def empty_frame(self) -> dict[str, Any]:
        """What is seen at time 0, before anything is built."""
        return self._about() | self._builder.frame(steps=0)

    def wait_for_frame(self, number: int, timeout_s: float = 60.0) -> int:
        """Wait for `number` frames, or until the time is up; how many there have been."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames >= number or self._closed, timeout_s)
            return self._frames

    def wait_until_idle(self, timeout_s: float = 60.0) -> bool:
        """Wait until no thread works; False when the time is up before."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout_s)

    def close(self, timeout_s: float = 60.0) -> None:
        """Stop for good, wait for the thread, and give back the network's memory."""
        with self._changed:
            self._closed = True
            self._wanted = replace(self._wanted, running=False, built=False)
            self._changed.notify_all()
            thread = self._thread
        if thread is threading.current_thread():
            return  # it gives the memory back itself when it ends
        if thread is not None:
            thread.join(timeout_s)
        if self._busy.acquire(timeout=timeout_s):
            self._free()
            self._busy.release()

    def _want(self, **changes: Any) -> None:
        with self._changed:
            if self._closed:
                raise SimulationError("this view is closed; open another with hal9.widgets.live().")
            before, self._wanted = self._wanted, replace(self._wanted, **changes)
            self._touched = time.monotonic()
            # A paused network takes a new drive or inhibition when it next plays.
            news = self._wanted.running or any(
                getattr(before, name) != getattr(self._wanted, name)
                for name in ("generation", "built")
            )
            if news and self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="hal9-live", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _serve(self) -> None:
        """The thread: work until what is wanted is there and does not run."""
        try:
            with self._busy:
                self._work()
        except BaseException as problem:
            with self._changed:
                self._wanted = replace(self._wanted, running=False)
                self._thread = None
                self._changed.notify_all()
            if self._on_error is not None:
                self._on_error(problem)

    def _work(self) -> None:
        pace = Pace(self.dt_ms, self.max_speed)
        shown_s, shown_ms = time.perf_counter(), None
        while (wanted := self._next()) is not None:
            if not wanted.built:
                self._free()
                self._settled = wanted
                continue
            simulation = self._ready(wanted)
            if wanted.running:
                rest_s = pace.advance(simulation)
                self._builder.add(*simulation.take_spikes())
                self._rest(wanted, rest_s)
            now_s = time.perf_counter()
            if not wanted.running or shown_ms is None or now_s - shown_s >= _FRAME_S:
                if wanted.running and shown_ms is not None:
                    self._speed = 1e-3 * (simulation.time_ms - shown_ms) / (now_s - shown_s)
                self._give_frame(simulation)
                shown_s, shown_ms = now_s, simulation.time_ms
            self._settled = None if wanted.running else wanted

    def _next(self) -> _Wanted | None:
        """What is wanted now, or None when the thread has nothing left to do."""
        with self._changed:
            if self._wanted.running and time.monotonic() - self._touched > self.pause_after_s:
                self._wanted = replace(self._wanted, running=False)
            if self._closed or (not self._wanted.running and self._settled == self._wanted):
                if self._closed:
                    self._free()
                self._thread = None
                self._changed.notify_all()
                return None
            return self._wanted

    def _rest(self, wanted: _Wanted, seconds: float) -> None:
        """Wait, unless something else is wanted meanwhile."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._wanted != wanted, max(0.0, seconds)
            )

    def _ready(self, wanted: _Wanted) -> Simulation:
        """The simulation, built and set as wanted; the caller is the one that works with it."""
        fresh = _Wanted(generation=wanted.generation)
        if self._simulation is None:
            self._simulation = Simulation(self.network, dt_ms=self.dt_ms)
            self._applied = fresh
            self._builder.reset()
        simulation = self._simulation
        if wanted.generation != self._applied.generation:
            simulation.reset()  # the described drive and weights too
            self._builder.reset()
            self._applied = fresh
        if wanted.drive != self._applied.drive:
            simulation.scale_drive(wanted.drive)
        if wanted.inhibition != self._applied.inhibition:
            simulation.scale_inhibition(wanted.inhibition)
        self._applied = wanted
        return simulation

    def _free(self) -> None:
        if self._simulation is not None:
            self._simulation.close()
            self._simulation = None

    def _give_frame(self, simulation: Simulation) -> dict[str, Any]:
        frame = self._about() | self._builder.frame(round(simulation.time_ms / self.dt_ms))
        frame["number"] = self._frames + 1
        self._on_frame(frame)
        with self._changed:  # counted when it has been shown: who waits for it may look
            self._frames += 1
            self._changed.notify_all()
        return frame

    def _about(self) -> dict[str, Any]:
        """The part of a frame that does not come from spikes."""
        return {
            "number": self._frames,
            "generation": self._applied.generation,
            "status": "running" if self._wanted.running else "paused",
            "speed": self._speed,
            "synapses": self.network.synapses,
            "drive": self._applied.drive,
            "inhibition": self._applied.inhibition,
        }


_sessions: "weakref.WeakSet[LiveSession]" = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    """At the kernel's end: no thread may still work while the interpreter is taken down."""
    for session in list(_sessions):
        session.close(_EXIT_S)
