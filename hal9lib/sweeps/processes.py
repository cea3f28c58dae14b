"""Where tasks run: worker processes of our own, or what a client such as Dask's has."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import SimulationError
from hal9lib.sweeps.task import Answer, Question, run_task

#: What a worker runs: this very hal9lib, also where it is not installed.
_PROGRAM = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
    "from hal9lib.sweeps.worker import main; main()"
)
#: One task: a network's description and what is asked of it.
Task = tuple[Mapping[str, Any], Question]
#: (which task, its answer or why there is none)
Outcome = tuple[int, Answer | Exception]


def on_client(tasks: Sequence[Task], client: Any) -> Generator[Outcome]:
    """Outcomes in the order they come, from anything with `submit` (Dask, an executor)."""
    futures = [client.submit(run_task, *task) for task in tasks]
    try:
        yield from _as_they_come([future.result for future in futures], len(futures))
    finally:
        for future in futures:
            future.cancel()


def on_processes(tasks: Sequence[Task], workers: int) -> Generator[Outcome]:
    """Outcomes in the order they come, from `workers` processes; all are gone at the end."""
    pool = _Pool()
    calls = [lambda task=task: pool.ask(*task) for task in tasks]
    try:
        yield from _as_they_come(calls, workers)
    finally:
        pool.stop()


def _as_they_come(calls: Sequence[Callable[[], Answer]], at_once: int) -> Generator[Outcome]:
    """Call all of them in threads, `at_once` side by side."""
    threads = ThreadPoolExecutor(min(at_once, 256))
    waiting = {threads.submit(call): number for number, call in enumerate(calls)}
    try:
        while waiting:
            # A wait with an end, so that Ctrl-C is seen.
            done, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                problem = future.exception()
                answer = problem if isinstance(problem, Exception) else future.result()
                yield waiting.pop(future), answer
    finally:
        # Not waited for: what they wait for is ended next.
        threads.shutdown(wait=False, cancel_futures=True)


def _array(stream: IO[bytes], spikes: int) -> NDArray[np.int32]:
    data = stream.read(4 * spikes)
    if len(data) < 4 * spikes:
        raise EOFError("the answer is cut off")
    return np.frombuffer(data, "<i4").astype(np.int32)


class _Pool:
    """One worker process for each thread that asks; a worker that died is made anew."""

    def __init__(self) -> None:
        self._mine = threading.local()
        self._all: list[subprocess.Popen[bytes]] = []
        self._stopped = False
        self._lock = threading.Lock()

    def ask(self, description: Mapping[str, Any], question: Question) -> Answer:
        """Have this thread's worker do one task; SimulationError says why it could not."""
        worker = self._worker()
        if worker.stdin is None or worker.stdout is None:
            raise SimulationError("a worker has no input or output.")
        try:
            task = json.dumps({"description": description, "question": dict(question)})
            worker.stdin.write(task.encode() + b"\n")
            worker.stdin.flush()
            head = json.loads(worker.stdout.readline())
            if "error" in head:
                raise SimulationError(head["error"])
            steps, neurons = (_array(worker.stdout, head["spikes"]) for _ in range(2))
        except (OSError, EOFError, ValueError) as problem:
            self._mine.worker = None
            raise SimulationError(
                f"its worker process ended with status {worker.wait()}; a status of -9 is most "
                "often the system's, for want of memory: use fewer workers or smaller networks."
            ) from problem
        return steps, neurons, head["build_s"], head["wall_s"]

    def stop(self) -> None:
        """End every worker at once, also in the middle of a run."""
        with self._lock:
            self._stopped = True
            workers = list(self._all)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()
            for stream in (worker.stdin, worker.stdout):
                if stream is not None:
                    stream.close()

    def _worker(self) -> "subprocess.Popen[bytes]":
        worker: subprocess.Popen[bytes] | None = getattr(self._mine, "worker", None)
        if worker is None:
            with self._lock:
                if self._stopped:
                    raise SimulationError("the sweep was stopped.")
                worker = subprocess.Popen(
                    [sys.executable, "-c", _PROGRAM],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
                self._all.append(worker)
            self._mine.worker = worker
        return worker
