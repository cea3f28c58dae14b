"""A worker process of a sweep: one task a line of its input, answers on its output.

It imports nothing of the researcher's, so a notebook, a script without a main guard and a REPL can
all sweep. It ends when its input does: nothing is left when its parent dies, whatever the cause.
"""

import json
import os
import queue
import signal
import sys
import threading
from typing import Any

import numpy as np

from hal9lib.errors import Hal9Error
from hal9lib.sweeps.task import run_task


def main() -> None:
    """Answer tasks until the input ends: a line of JSON, then the spikes if all went well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    tasks: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not lie between answers
    while True:
        task = json.loads(tasks.get())
        try:
            steps, neurons, build_s, wall_s = run_task(task["description"], task["question"])
        except (Hal9Error, MemoryError, ArithmeticError) as problem:
            _say(answers, {"error": f"{type(problem).__name__}: {problem}"})
        else:
            _say(answers, {"spikes": len(steps), "build_s": build_s, "wall_s": wall_s})
            for array in (steps, neurons):
                answers.write(np.ascontiguousarray(array, "<i4").tobytes())
        answers.flush()


def _listen(tasks: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        tasks.put(line)
    os._exit(0)  # nobody waits for an answer any more, also in the middle of a run


def _say(answers: Any, found: dict[str, Any]) -> None:
    answers.write(json.dumps(found).encode() + b"\n")
