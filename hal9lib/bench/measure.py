"""One measurement of one network, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from hal9lib import checks, models
from hal9lib.errors import ParameterError, SimulationError


def measure(
    model: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    window_ms: float = 1_000.0,
    repeats: int = 3,
    threads: int | None = None,
    dt_ms: float = 0.1,
    precision: str = "float32",
    weights_every_ms: float | None = None,
    neurons_alone: bool = False,
) -> dict[str, Any]:
    """Measure a published network in a fresh process, so that the peak of memory is its own.

    Parameters
    ----------
    model, arguments : the network's name in `hal9lib.models`, and what to make it with.
    window_ms : model time of one window, after a warm-up of 100 ms. repeats : windows.
    threads : workers, None for one a free core. dt_ms, precision : as in `hal9lib.simulate`.
    weights_every_ms : record the weights of every plastic projection that often.
    neurons_alone : leave out the synapses, to see what neurons and drives cost by themselves.

    Returns
    -------
    One JSON-able object. Times are in seconds, rates in Hz, memory in MB (10^6 bytes); where there
    are several windows a value is their median, and the list of a plural name holds each.

    Raises
    ------
    ParameterError : a value is not allowed. SimulationError : it cannot be built, or was stopped.
    """
    models.load(model)(**(arguments or {})).check_step(dt_ms)  # refused here, before it starts
    task = {
        "model": model,
        "arguments": dict(arguments or {}),
        "window_ms": checks.number("window_ms", window_ms, low=dt_ms, high=1e6),
        "repeats": checks.whole("repeats", repeats, low=1, high=1_000),
        "threads": threads,
        "dt_ms": dt_ms,
        "precision": precision,
        "weights_every_ms": weights_every_ms,
        "neurons_alone": neurons_alone,
    }
    answer = _in_a_fresh_process(task)
    if "refused" in answer:
        raise ParameterError(answer["refused"])
    if "failed" in answer:
        raise SimulationError(answer["failed"])
    return answer


def _in_a_fresh_process(task: dict[str, Any]) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, "-P", "-m", "hal9lib.bench"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    lines = child.stdout.splitlines()
    if child.returncode or not lines:
        said = (child.stderr.strip().splitlines() or ["nothing"])[-1]
        raise SimulationError(
            f"the measurement of {task['model']} ended with status {child.returncode} and said: "
            f"{said}. Status -9 means that memory ran out."
        )
    return json.loads(lines[-1])
