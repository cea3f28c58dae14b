"""Recordings that are given rather than simulated, the same in every process; a child writes them.

As a program, `made_up.py JSON` streams them: `folder`, `chunks`, `die` (where to end with -9),
`file_bytes` (the largest file that may be written).
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

import numpy as np

import hal9lib as hal9
from hal9lib.errors import StoreError
from hal9lib.recording.plan import Plan, read_plan
from hal9lib.recording.recorder import Recorder, Weights
from hal9lib.stores.stream_tables import append_taken, tables_of
from hal9lib.stores.stream_writer import StreamWriter

DT_MS = 0.5
CHUNK_STEPS = 20
RECORD = {
    "state": [
        {"population": "E", "variables": ["v_mv"], "neurons": [3, 1], "every_ms": 1.0},
        {"population": "I", "variables": ["refractory_left"], "every_ms": 5.0},
    ],
    "weights": [{"projection": "E->I", "every_ms": 10.0}],
    "rates": {"every_ms": 5.0},
}


def a_plan() -> Plan:
    """E and I of 40 and 10 cells; spikes of all, two states, one projection's weights, rates."""
    network = hal9.Network(seed=5, model="made up")
    e = network.add(hal9.neurons.lif(), 40, name="E")
    i = network.add(hal9.neurons.lif(), 10, name="I")
    rule = hal9.connectivity.fixed_indegree(3)
    network.connect(e, i, rule, weight_mv=1.0, delay_ms=1.0)
    return read_plan(RECORD, network, DT_MS)


def fill(recorder: Recorder, chunk: int) -> int:
    """Hand the recorder `CHUNK_STEPS` steps; returns the steps done with it."""
    generator = np.random.default_rng(chunk)
    first, last = chunk * CHUNK_STEPS, (chunk + 1) * CHUNK_STEPS
    places = np.sort(generator.choice(CHUNK_STEPS * 50, 200, replace=False))
    recorder.add_spikes((first + places // 50).astype(np.int32), (places % 50).astype(np.int32))
    for number, probe in enumerate(recorder.plan.state):
        steps = np.arange(first + probe.every_steps, last + 1, probe.every_steps, np.int32) - 1
        shape = (len(steps), len(probe.neurons))
        values = generator.normal(size=shape).astype(np.float32 if number == 0 else np.int32)
        recorder.add_states(number, steps.astype(np.int32), values)
    # A projection that grows: no synapse at first.
    size = 7 * chunk
    ends = generator.integers(0, 40, size, np.int32), generator.integers(40, 50, size, np.int32)
    weights = generator.random(size)
    recorder.add_weights(0, Weights(last - 1, *ends, weights))
    recorder.done(last)
    return last


def header(seed: int = 5) -> dict:
    """What the stream is of."""
    plan = a_plan()
    description = plan.network.description() | {"seed": seed}
    return {
        "network": description,
        "record": plan.description(),
        "dt_ms": DT_MS,
        "precision": "float32",
        "engine": 1,
    }


def open_writer(folder: Path, seed: int = 5, **options) -> StreamWriter:
    """A writer of the made-up stream, with small parts."""
    options = {"part_rows": 1_000, "flush_s": 1e9} | options
    return StreamWriter(folder, header(seed), tables_of(a_plan(), "float32"), **options)


def stream(writer: StreamWriter, chunks: range) -> None:
    """Append these chunks, flushing when the writer says it is time."""
    recorder = Recorder(a_plan())
    recorder.done(chunks.start * CHUNK_STEPS)
    recorder.take_rates()
    for chunk in chunks:
        done = fill(recorder, chunk)
        append_taken(writer, recorder.plan, recorder)
        writer.reached(done)


def die(*_: object, **__: object) -> None:
    """End as a power cut would: no handler, no finally."""
    os.kill(os.getpid(), signal.SIGKILL)


def arrange_death(place: str, flushes: int = 3) -> None:
    """Make the process end at one moment of a later flush."""
    real_replace = os.replace
    manifests = []

    def replace(source: object, target: object) -> None:
        is_manifest = str(target).endswith("manifest.json")
        if is_manifest:
            manifests.append(target)
        late = len(manifests) > flushes
        if late and place == "part not renamed" and not is_manifest:
            die()
        if late and place == "manifest not renamed" and is_manifest:
            die()
        real_replace(source, target)  # type: ignore[arg-type]
        if late and place == "some parts there" and not is_manifest:
            die()
        if late and place == "manifest renamed" and is_manifest:
            die()

    os.replace = replace


def main() -> None:
    """Stream for a test that waits, or that ends or hampers this process."""
    task = json.loads(sys.argv[1])
    arrange_death(task.get("die", ""))
    if "file_bytes" in task:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["file_bytes"],) * 2)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with open_writer(Path(task["folder"]), **task.get("options", {})) as writer:
            recorder = Recorder(a_plan())
            for chunk in range(task["chunks"]):
                done = fill(recorder, chunk)
                append_taken(writer, recorder.plan, recorder)
                writer.reached(done)
                sys.stdout.write(f"{writer.manifest.reached}\n")
                sys.stdout.flush()
                time.sleep(task.get("pause_s", 0.0))
    except StoreError as problem:
        sys.stdout.write(f"{problem}\n")


if __name__ == "__main__":
    main()
