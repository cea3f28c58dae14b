"""The one call that turns a description into a run."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hal9lib import run as provenance
from hal9lib.engine import checkpoint as checkpoints
from hal9lib.engine.memory import check_recording
from hal9lib.engine.running import Callback, Running
from hal9lib.engine.simulation import Simulation
from hal9lib.engine.steps import steps_of
from hal9lib.errors import CheckpointError, ParameterError
from hal9lib.network import Network
from hal9lib.recording.checkpoints import load_checkpoint
from hal9lib.recording.plan import Plan, read_plan
from hal9lib.recording.traces import rate_trace, state_traces, weight_samples
from hal9lib.run import Run

if TYPE_CHECKING:
    from hal9lib.stores.stream_writer import StreamWriter

FilePath = str | os.PathLike[str]


def simulate(
    network: Network,
    duration_ms: float,
    *,
    dt_ms: float = 0.1,
    threads: int | None = None,
    precision: str = "float32",
    progress: bool | None = None,
    record: Mapping[str, Any] | None = None,
    stream: FilePath | None = None,
    checkpoint: FilePath | None = None,
    checkpoint_every_ms: float | None = None,
    resume: FilePath | bool | None = None,
    callback: Callback | None = None,
    callback_every_ms: float | None = None,
) -> Run:
    """Simulate a network from time 0 and return the run.

    Parameters
    ----------
    duration_ms : model time from 0 on, also where a run is resumed; a whole number of steps.
    dt_ms : the time step. threads : workers, None for one a free core; the spikes are the same.
    precision : ``float32`` or ``float64``, of the neurons' state.
    progress : show a bar; None shows one in a terminal or notebook when it takes over a second.
    record : what is kept, all spikes if left out: spikes of some or none, states, weights, rates;
        see `hal9lib.recording.plan`.
    stream : a folder that the recordings go to while it runs, within a bounded memory; read with
        ``hal9.read_stream(folder)`` at any time, after a crash too.
    checkpoint : a file that all that changes is written to: every `checkpoint_every_ms`, at the
        end, and on Ctrl-C.
    resume : such a file, to go on from bit for bit; True for `checkpoint`, where it is there.
    callback : called with the `Simulation` every `callback_every_ms`: it may look, stimulate and
        change parameters; where it returns True the run ends there.

    Returns
    -------
    Run : spikes in order of time and neuron, with everything that says where they came from.

    Raises
    ------
    ParameterError : a value is not allowed. SimulationError : memory is short.
    CheckpointError, StoreError : a checkpoint or a folder is of something else, or damaged, or
        cannot be written; before anything runs, unless a disk fills up.
    KeyboardInterrupt : on Ctrl-C, within a fraction of a second; its text says what is kept where.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.models.brunel(neurons=1_000, indegree=100, seed=9)
    >>> hal9.simulate(network, 100).spike_hash == hal9.simulate(network, 100, threads=2).spike_hash
    True
    >>> run = hal9.simulate(network, 100, record={"spikes": "none", "rates": {"every_ms": 50}})
    >>> run.rates.times_ms.tolist()
    [25.0, 75.0]
    """
    steps = steps_of("duration_ms", duration_ms, network.check_step(dt_ms))
    plan = read_plan(record, network.copy(), float(dt_ms))
    every = {
        "checkpoint_steps": _every("checkpoint", checkpoint, checkpoint_every_ms, dt_ms),
        "callback_steps": _every("callback", callback, callback_every_ms, dt_ms, needed=True),
    }
    header, arrays = _resumed(resume, checkpoint, plan, precision, threads, steps, stream)
    from_step = _from_step(header, resume, stream)
    _check_room(plan, steps, stream, from_step)
    threads = threads if header is None else header["threads"]
    with ExitStack() as stack:
        simulation = stack.enter_context(
            Simulation(network, dt_ms=dt_ms, threads=threads, precision=precision, record=record)
        )
        writer = (
            None if stream is None else stack.enter_context(_open(stream, simulation, from_step))
        )
        if header is not None:
            checkpoints.resume(simulation, header, arrays)
        running = Running(simulation, steps, writer, checkpoint, callback, **every)
        wall_s = running.run(progress, 0.0 if header is None else header.get("wall_s", 0.0))
        whole = simulation.step == steps
        reached_ms = float(duration_ms) if whole else float(f"{simulation.time_ms:.12g}")
        return _run(simulation, plan, reached_ms, wall_s, writer)


def _check_room(plan: Plan, steps: int, stream: FilePath | None, from_step: int | None) -> None:
    """Refuse before anything is built what memory or the folder has no room for."""
    if stream is None:
        check_recording(plan, steps)
    else:
        from hal9lib.stores.stream_writer import check_folder

        check_folder(Path(stream), from_step)


def _run(
    simulation: Simulation,
    plan: Plan,
    duration_ms: float,
    wall_s: float,
    writer: "StreamWriter | None",
) -> Run:
    """What came out, from memory or in the folder that it was streamed to."""
    recorder, steered = simulation.recorder, bool(simulation.steering)
    if writer is not None:
        from hal9lib.stores.streams import read_stream

        writer.finish(simulation.step, duration_ms=duration_ms, wall_s=wall_s, steered=steered)
        return read_stream(writer.folder).run()
    spike_steps, spike_neurons = recorder.take_spikes()
    return Run(
        network=plan.network,
        duration_ms=duration_ms,
        dt_ms=simulation.dt_ms,
        spike_steps=spike_steps,
        spike_neurons=spike_neurons,
        precision=simulation.precision,
        threads=simulation.threads,
        wall_s=wall_s,
        build_s=simulation.build_s,
        recorded=plan.description(),
        states=state_traces(plan, recorder.take_states()),
        weights=weight_samples(plan, recorder.take_weights()),
        rates=rate_trace(plan, recorder.take_rates()),
        steered=steered,
    )


def _open(folder: FilePath, simulation: Simulation, from_step: int | None) -> "StreamWriter":
    from hal9lib.stores.stream_tables import tables_of
    from hal9lib.stores.stream_writer import StreamWriter

    plan, precision = simulation.recorder.plan, simulation.precision
    about = {
        "threads": simulation.threads,
        "build_s": simulation.build_s,
        "created": datetime.now(UTC).isoformat(),
        "versions": provenance.versions(),
        "host": provenance.host(),
    }
    return StreamWriter(
        Path(folder),
        checkpoints.question(plan, precision),
        tables_of(plan, precision),
        about=about,
        from_step=from_step,
    )


def _from_step(
    header: Mapping[str, Any] | None, resume: FilePath | bool | None, stream: FilePath | None
) -> int | None:
    """The step after which a stream goes on; None where it begins with this run."""
    if header is not None:
        return header["step"] if header["streamed"] else None
    if resume is True and stream is not None and (Path(stream) / "manifest.json").exists():
        from hal9lib.stores.streams import read_stream

        # Ended before its first checkpoint: from the beginning, where it is this very run.
        return None if read_stream(Path(stream)).finished else 0
    return None


def _every(
    name: str, wanted: Any, every_ms: float | None, dt_ms: float, needed: bool = False
) -> int | None:
    if every_ms is None:
        if needed and wanted is not None:
            raise ParameterError(f"{name} is given without {name}_every_ms; say how often.")
        return None
    if wanted is None:
        raise ParameterError(
            f"{name}_every_ms = {every_ms!r} is given without {name}; it needs one."
        )
    return steps_of(f"{name}_every_ms", every_ms, dt_ms)


def _resumed(
    resume: FilePath | bool | None,
    checkpoint: FilePath | None,
    plan: Plan,
    precision: str,
    threads: int | None,
    steps: int,
    stream: FilePath | None,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The header and arrays to go on from, checked; (None, {}) for a run from time 0."""
    if checkpoint is not None and not Path(checkpoint).absolute().parent.is_dir():
        raise CheckpointError(f"checkpoint {checkpoint} is in no folder that is there; make it.")
    if resume is True:
        if checkpoint is None:
            raise ParameterError("resume = True is not allowed without checkpoint; name the file.")
        resume = checkpoint if Path(checkpoint).exists() else None
    if resume is None or resume is False:
        return None, {}
    expected = checkpoints.question(plan, precision)
    if threads is not None:
        expected["threads"] = threads
    header, arrays = load_checkpoint(resume, expected)
    if header["step"] > steps:
        raise CheckpointError(
            f"checkpoint {resume} is at {header['step'] * plan.dt_ms:g} ms, beyond duration_ms = "
            f"{steps * plan.dt_ms:g}; use more."
        )
    if header.setdefault("streamed", False) and stream is None:
        raise CheckpointError(
            f"checkpoint {resume} belongs to a run that was recorded to a folder; name it with "
            "stream=."
        )
    return header, arrays
