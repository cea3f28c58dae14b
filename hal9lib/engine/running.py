"""What happens between two calls into the loop: progress, a stream, checkpoints, a callback."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hal9lib.engine import checkpoint
from hal9lib.engine.interrupts import interrupts_later
from hal9lib.engine.progress import Progress
from hal9lib.engine.simulation import Simulation
from hal9lib.errors import CheckpointError, StoreError
from hal9lib.stores.stream_tables import append_taken

if TYPE_CHECKING:
    from hal9lib.stores.stream_writer import StreamWriter

#: Between two looks at the clock about this long, so that a bar moves and Ctrl-C is prompt.
_LOOK_S = 0.1

Callback = Callable[[Simulation], Any]


class Running:
    """A simulation on its way to a step.

    Parameters
    ----------
    last : the step to come to.
    path : where checkpoints go.
    checkpoint_steps, callback_steps : how often; None for never.
    """

    def __init__(
        self,
        simulation: Simulation,
        last: int,
        stream: "StreamWriter | None" = None,
        path: str | os.PathLike[str] | None = None,
        callback: Callback | None = None,
        *,
        checkpoint_steps: int | None = None,
        callback_steps: int | None = None,
    ) -> None:
        self.simulation, self.last = simulation, last
        self.stream, self.path = stream, path
        self.checkpoint_steps, self.callback_steps = checkpoint_steps, callback_steps
        self.callback = callback
        self._chunk = 1
        self._whole = True  # whether a checkpoint written now could be gone on from

    def run(self, progress: bool | None, spent_s: float = 0.0) -> float:
        """Come to the last step, or where the callback says to stop; returns seconds spent.

        Parameters
        ----------
        spent_s : seconds spent before, in a run that goes on.

        However it ends, what was recorded is in the stream, and Ctrl-C leaves a checkpoint.
        """
        simulation, dt_ms = self.simulation, self.simulation.dt_ms
        started = time.perf_counter() - spent_s
        try:
            with Progress(self.last * dt_ms, simulation.time_ms, progress) as bar:
                stopped = False
                while simulation.step < self.last and not stopped:
                    self._move()
                    stopped = self._between(time.perf_counter() - started)
                    bar.update(simulation.time_ms)
        except BaseException as problem:
            with interrupts_later():
                self._leave(problem, time.perf_counter() - started)
            raise
        spent_s = time.perf_counter() - started
        if self.path is not None and self.simulation.step % (self.checkpoint_steps or 2**31):
            self._save(spent_s)
        return spent_s

    def _move(self) -> None:
        """One stretch of the way, to the next step at which something is due."""
        step = self.simulation.step
        every = [n for n in (self.checkpoint_steps, self.callback_steps) if n is not None]
        until = min([self.last, step + self._chunk, *((step // n + 1) * n for n in every)])
        plan = self.simulation.recorder.plan
        if self.stream is not None and plan.weights:  # one sample may be as large as the network
            until = min(until, plan.next_sample(step) or until)
        started = time.perf_counter()
        self.simulation.advance((until - step) * self.simulation.dt_ms)
        spent_s = max(time.perf_counter() - started, 1e-6)
        self._chunk = max(1, int((until - step) * min(4.0, _LOOK_S / spent_s)))

    def _between(self, spent_s: float) -> bool:
        """Do what is due; returns whether to stop."""
        if self.stream is not None:
            with interrupts_later():
                append_taken(self.stream, self.simulation.recorder.plan, self.simulation.recorder)
                self.stream.reached(self.simulation.step)
        stopped = False
        if self.callback is not None and self._due(self.callback_steps):
            self._whole = False
            stopped = self.callback(self.simulation) is True
            self._whole = True
        if self._due(self.checkpoint_steps):
            self._save(spent_s)
        return stopped

    def _due(self, every: int | None) -> bool:
        return every is not None and self.simulation.step % every == 0

    def _save(self, spent_s: float) -> None:
        """A checkpoint; the stream reaches as far first."""
        if self.path is not None:
            with interrupts_later():
                if self.stream is not None:
                    self.stream.flush(self.simulation.step)
                more = {"wall_s": spent_s, "streamed": self.stream is not None}
                checkpoint.save(self.simulation, self.path, **more)

    def _leave(self, problem: BaseException, spent_s: float) -> None:
        """Keep what there is, and tell where."""
        at = f"stopped at {self.simulation.time_ms:g} of {self.last * self.simulation.dt_ms:g} ms"
        try:
            if self.stream is not None and not isinstance(problem, StoreError):
                recorder = self.simulation.recorder
                append_taken(self.stream, recorder.plan, recorder)
                self.stream.flush(self.simulation.step)
                at += f"; what was recorded is in {self.stream.folder}"
            if self.path is not None and isinstance(problem, KeyboardInterrupt) and self._whole:
                self._save(spent_s)
        except (StoreError, CheckpointError) as another:
            at += f"; {another}"
        if self.path is not None and Path(self.path).exists():
            at += f"; go on with resume={str(self.path)!r}"
        if isinstance(problem, KeyboardInterrupt):
            problem.args = (f"{at}.",)
        else:
            problem.add_note(f"{at}.")
