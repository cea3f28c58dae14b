"""A simulation to a file and back: what has to be equal, and all that changes."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from hal9lib import run
from hal9lib.errors import CheckpointError
from hal9lib.recording.checkpoints import load_checkpoint, save_checkpoint
from hal9lib.recording.plan import Plan

if TYPE_CHECKING:
    from hal9lib.engine.simulation import Simulation

_RECORDER = "recorder."


def question(plan: Plan, precision: str) -> dict[str, Any]:
    """What a checkpoint or a stream is of, JSON-able: it goes on with an equal one only."""
    return {
        "engine": run.ENGINE_VERSION,
        "precision": precision,
        "dt_ms": plan.dt_ms,
        "network": plan.network.description(),
        "record": plan.description(),
    }


def save(simulation: "Simulation", path: str | os.PathLike[str], **more: Any) -> None:
    """Write a checkpoint.

    Parameters
    ----------
    more : what else its header says, JSON-able.

    Raises CheckpointError when it cannot be written; what was there before is then kept.
    """
    header = question(simulation.recorder.plan, simulation.precision) | {
        "threads": simulation.threads,
        "step": simulation.step,
        "steering": simulation.steering,
        "versions": run.versions(),
        **more,
    }
    arrays = simulation.arrays()
    waiting = simulation.recorder.arrays()
    save_checkpoint(path, header, arrays | {_RECORDER + n: array for n, array in waiting.items()})


def load(
    path: str | os.PathLike[str], simulation: "Simulation"
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and arrays of a checkpoint of this simulation; raises CheckpointError."""
    expected = question(simulation.recorder.plan, simulation.precision)
    return load_checkpoint(path, expected | {"threads": simulation.threads})


def resume(
    simulation: "Simulation", header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Be where a checkpoint was written."""
    simulation.undo_steering()
    for population, parameters in header["steering"].get("parameters", {}).items():
        simulation.set_parameters(population, **parameters)
    if "drive" in header["steering"]:
        simulation.scale_drive(header["steering"]["drive"])
    try:
        simulation.restore(arrays)
    except (KeyError, ValueError) as problem:
        raise CheckpointError(
            f"the checkpoint does not fit this simulation: {problem}. It was made on a machine or "
            "by a version whose arrays are others."
        ) from problem
    cut = len(_RECORDER)
    waiting = {n[cut:]: array for n, array in arrays.items() if n.startswith(_RECORDER)}
    simulation.recorder.restore(waiting)
    simulation.steering = dict(header["steering"])
