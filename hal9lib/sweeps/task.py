"""One run as a function of plain data: what a worker process or a cluster is sent."""

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from hal9lib.engine.simulate import simulate
from hal9lib.network import Network


class Question(TypedDict):
    """What a task takes beside the network's description."""

    duration_ms: float
    dt_ms: float
    precision: str


#: steps, neurons, and the seconds it took to build and to step.
Answer = tuple[NDArray[np.int32], NDArray[np.int32], float, float]


def run_task(description: Mapping[str, Any], question: Question) -> Answer:
    """Simulate a described network on one thread, so that runs side by side share the cores."""
    network = Network.from_description(description)
    run = simulate(network, threads=1, progress=False, **question)
    return run.spike_steps, run.spike_neurons, run.build_s, run.wall_s
