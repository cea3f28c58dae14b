"""A stream reads back bit for bit what its manifest acknowledges, however its process ended."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from hal9lib.errors import ParameterError, StoreError
from hal9lib.recording.recorder import Recorder
from hal9lib.recording.traces import rate_trace, state_traces, weight_samples
from hal9lib.stores.streams import Stream, read_stream

from . import made_up

CHILD = [sys.executable, "-m", "tests.recording.made_up"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "stream"


def expected(reached: int) -> Recorder:
    """All that the first `reached` steps bring."""
    recorder = Recorder(made_up.a_plan())
    assert reached % made_up.CHUNK_STEPS == 0
    for chunk in range(reached // made_up.CHUNK_STEPS):
        made_up.fill(recorder, chunk)
    return recorder


def plain(value):
    """Arrays as (dtype, bytes), within whatever holds them."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def assert_reads_back(stream: Stream, reached: int) -> None:
    recorder = expected(reached)
    plan = recorder.plan
    assert stream.manifest.reached == reached
    assert plain(stream.spikes()) == plain(recorder.take_spikes())
    assert plain(stream.states()) == plain(state_traces(plan, recorder.take_states()))
    assert plain(stream.weights()) == plain(weight_samples(plan, recorder.take_weights()))
    assert plain(stream.rates()) == plain(rate_trace(plan, recorder.take_rates()))
    assert stream.damaged() == []


def test_what_is_streamed_reads_back_bit_for_bit(folder):
    with made_up.open_writer(folder) as writer:
        made_up.stream(writer, range(30))
        writer.finish(600, wall_s=1.5)
    stream = read_stream(folder)
    assert_reads_back(stream, 600)
    assert stream.finished
    assert stream.time_ms == 300.0
    assert stream.manifest.about == {"wall_s": 1.5}
    assert len(stream.manifest.parts) > 20
    assert stream.network.description() == made_up.a_plan().network.description()
    first = stream.weights()["E->I"][0]
    assert (first.time_ms, len(first.weights)) == (10.0, 0)
    # Each end's number within its population.
    last = stream.weights()["E->I"][-1]
    assert (last.sources.max(), last.targets.max()) == (39, 9)


def test_chunks_and_sql_give_the_same_as_the_whole(folder):
    with made_up.open_writer(folder) as writer:
        made_up.stream(writer, range(30))
        writer.flush(600)
    stream = read_stream(folder)
    steps, neurons = stream.spikes()
    chunks = list(stream.chunks("spikes"))
    assert len(chunks) > 3
    assert max(len(chunk["step"]) for chunk in chunks) < 2_000
    assert np.concatenate([chunk["neuron"] for chunk in chunks]).tolist() == neurons.tolist()
    counted = stream.sql("SELECT neuron, count(*) AS n FROM spikes GROUP BY neuron ORDER BY neuron")
    assert counted.n.tolist() == np.bincount(neurons).tolist()
    files = str(folder / "spikes-*.parquet")
    beside = stream.sql(f"SELECT count(*), max(step) FROM read_parquet('{files}')")  # noqa: S608
    assert beside.values.tolist() == [[len(steps), steps[-1]]]
    with pytest.raises(StoreError, match="cannot answer: Parser Error"):
        stream.sql("SELECT FROM WHERE")
    with pytest.raises(ParameterError, match=r"table = 'spike' is not in this stream; known: spik"):
        stream.read("spike")
    assert repr(stream).startswith(f"Stream('{folder}', unfinished at 300 ms, spikes: 6,000 rows, ")


def test_memory_is_bounded_by_rows(folder):
    most = 0
    with made_up.open_writer(folder, part_rows=5_000) as writer:
        recorder = Recorder(made_up.a_plan())
        for chunk in range(60):
            done = made_up.fill(recorder, chunk)
            waiting = recorder.rows
            made_up.append_taken(writer, recorder.plan, recorder)
            most = max(most, writer.rows)
            writer.reached(done)
            assert recorder.rows == 0
            assert writer.rows < 5_000
        assert 5_000 <= most < 5_000 + waiting
    assert max(part.rows for part in writer.manifest.parts) <= 5_000


def test_a_piece_larger_than_a_part_is_cut(folder):
    with made_up.open_writer(folder, part_rows=100) as writer:
        made_up.stream(writer, range(8))
        writer.finish(160)
    assert max(part.rows for part in writer.manifest.parts) < 200
    assert_reads_back(read_stream(folder), 160)


def test_rows_are_written_after_a_while_however_few(folder):
    with made_up.open_writer(folder, part_rows=10**9, flush_s=0.05) as writer:
        made_up.stream(writer, range(1))
        assert read_stream(folder).manifest.reached == 0
        time.sleep(0.06)
        made_up.stream(writer, range(1, 2))
        assert_reads_back(read_stream(folder), 40)


def test_an_empty_stream_reads_as_empty_tables(folder):
    with made_up.open_writer(folder) as writer:
        writer.finish(0)
    stream = read_stream(folder)
    assert [len(column) for column in stream.spikes()] == [0, 0]
    assert stream.states()["E.v_mv"].values.shape == (0, 2)
    assert stream.weights() == {"E->I": []}
    assert stream.rates().hz["I"].tolist() == []
    assert stream.sql("SELECT count(*) AS n FROM spikes").n.tolist() == [0]


@pytest.mark.parametrize(
    ("moment", "more"),
    [
        ("part not renamed", 0),
        ("some parts there", 0),
        ("manifest not renamed", 0),
        ("manifest renamed", 1),
    ],
)
def test_killed_at_any_moment_of_a_flush_what_was_acknowledged_reads_back(folder, moment, more):
    task = {"folder": str(folder), "chunks": 60, "die": moment}
    done = subprocess.run([*CHILD, json.dumps(task)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    reached = [int(line) for line in done.stdout.split()]
    stream = read_stream(folder)
    assert_reads_back(stream, stream.manifest.reached)
    # The kill came before the child could say so where the manifest was renamed.
    assert (stream.manifest.reached > reached[-1]) == bool(more)
    assert reached[-1] > 0
    assert not stream.finished
    go_on(folder, stream.manifest.reached)


def test_killed_anywhere_what_was_acknowledged_reads_back(folder):
    for attempt, wait_s in enumerate((0.0, 0.013, 0.031)):
        place = folder / str(attempt)
        task = {"folder": str(place), "chunks": 100_000, "options": {"part_rows": 500}}
        child = subprocess.Popen([*CHILD, json.dumps(task)], stdout=subprocess.PIPE, text=True)
        while int(child.stdout.readline()) < 100:
            pass
        time.sleep(wait_s)
        child.kill()
        said = [int(line) for line in child.communicate()[0].splitlines() if line]
        stream = read_stream(place)
        assert stream.manifest.reached >= max(said, default=100)
        assert_reads_back(stream, stream.manifest.reached)
        go_on(place, 80)


def go_on(folder: Path, step: int) -> None:
    """Go on after `step`, which may lie in the past, and come to the end of 40 chunks."""
    with made_up.open_writer(folder, from_step=step) as writer:
        made_up.stream(writer, range(step // made_up.CHUNK_STEPS, 60))
        writer.finish(1200)
    assert_reads_back(read_stream(folder), 1200)
    parts = {part.file for part in writer.manifest.parts}
    assert {path.name for path in folder.iterdir()} == parts | {"manifest.json", ".writing"}


@pytest.mark.parametrize("step", [0, 20, 100, 600])
def test_going_on_from_a_step_forgets_what_came_after(folder, step):
    with made_up.open_writer(folder) as writer:
        made_up.stream(writer, range(30))
        writer.finish(600)
    with made_up.open_writer(folder, from_step=step) as writer:
        assert_reads_back(read_stream(folder), step)
    go_on(folder, step)


def test_a_folder_that_holds_something_else_is_refused(folder, tmp_path):
    with made_up.open_writer(folder) as writer:
        made_up.stream(writer, range(10))
        with pytest.raises(StoreError, match="is being written to by another simulation; name"):
            made_up.open_writer(folder, from_step=0)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(
        StoreError, match=r"holds the stream of a run already \(unfinished, up to st"
    ):
        made_up.open_writer(folder)
    with pytest.raises(StoreError, match=r"of another run: header\.network\.seed is 5 there and 6"):
        made_up.open_writer(folder, seed=6, from_step=0)
    with pytest.raises(StoreError, match="reaches step 160, and the run goes on from step 400: r"):
        made_up.open_writer(folder, from_step=400)
    assert sorted(path.name for path in folder.iterdir()) == before
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(
        StoreError, match=r"is not empty: it holds notes\.txt\. A stream needs a fo"
    ):
        made_up.open_writer(tmp_path)
    with pytest.raises(StoreError, match=r"is a file; a stream needs a folder of its own"):
        made_up.open_writer(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    with pytest.raises(
        StoreError, match=r"holds no stream: its manifest\.json cannot be read: No s"
    ):
        read_stream(tmp_path)
    assert not (tmp_path / ".writing").exists()


@pytest.mark.parametrize("how", ["cut off", "flipped", "gone"])
def test_a_damaged_part_is_named_and_the_rest_reads(folder, how):
    with made_up.open_writer(folder) as writer:
        made_up.stream(writer, range(30))
        writer.finish(600)
    stream = read_stream(folder)
    for table in stream.tables:
        part = [part for part in stream.manifest.parts if part.table == table][1]
        path = folder / part.file
        whole = path.read_bytes()
        path.unlink()
        if how != "gone":
            flipped = whole[:50] + bytes([whole[50] ^ 1]) + whole[51:]
            path.write_bytes(flipped if how == "flipped" else whole[:-1])
        assert stream.damaged() == [part.file]
        with pytest.raises(StoreError) as caught:
            stream.read(table)
        reason = "No such file" if how == "gone" else "its bytes are not those that were"
        said = f"part {part.file} of the stream {folder} cannot be read: {reason}"
        assert str(caught.value).startswith(said)
        assert f"{part.rows:,} rows of {table}, steps {part.first_step} to" in str(caught.value)
        rest = stream.read(table, skip_damaged=True)
        assert len(rest["step"]) == stream.rows(table) - part.rows > 0
        if how != "flipped":
            with pytest.raises(StoreError, match=f"cannot answer: .*{part.file}"):
                stream.sql(f"SELECT max(step) FROM {table}")  # noqa: S608
        assert_rest_is_true(stream, part)
        path.write_bytes(whole)
    assert stream.damaged() == []


def assert_rest_is_true(stream, part):
    """Beside a damaged part every sample is given that has no row in it, and no other."""
    recorder = expected(600)
    plan = recorder.plan
    lost = [(step + 1) * made_up.DT_MS for step in range(part.first_step, part.last_step + 1)]
    states = state_traces(plan, recorder.take_states())
    if part.table.startswith("state"):
        name = stream.manifest.tables[part.table]["of"]
        trace = states[name]
        kept = ~np.isin(trace.times_ms, lost)
        assert 0 < kept.sum() < len(kept)
        states[name] = trace._replace(times_ms=trace.times_ms[kept], values=trace.values[kept])
    assert plain(stream.states(skip_damaged=True)) == plain(states)
    weights = weight_samples(plan, recorder.take_weights())
    if part.table.startswith("weights"):
        weights = {"E->I": [w for w in weights["E->I"] if w.time_ms not in lost]}
        assert 0 < len(weights["E->I"]) < 30
    assert plain(stream.weights(skip_damaged=True)) == plain(weights)
    rates = stream.rates(skip_damaged=True)
    assert (len(rates.times_ms) < 60) == (part.table == "rates")
    assert all(len(hz) == len(rates.times_ms) > 0 for hz in rates.hz.values())


def test_a_file_that_may_not_grow_is_told_and_what_was_written_stays(folder):
    # Spikes compress to some 500 bytes here, the manifest grows with every flush beyond the limit.
    task = {"folder": str(folder), "chunks": 200, "file_bytes": 6_000}
    done = subprocess.run([*CHILD, json.dumps(task)], capture_output=True, text=True, check=True)
    *reached, said = done.stdout.splitlines()
    stream = read_stream(folder)
    assert stream.manifest.reached == int(reached[-1]) > 0
    assert said == (
        f"the stream {folder} cannot take more: File too large. What it holds up to step "
        f"{int(reached[-1]):,} is whole; make room there, and resume, or name another place."
    )
    assert_reads_back(stream, int(reached[-1]))
    assert_only_acknowledged(folder)


def assert_only_acknowledged(folder):
    parts = {part.file for part in read_stream(folder).manifest.parts}
    assert set(os.listdir(folder)) == parts | {"manifest.json", ".writing"}


def test_on_a_full_disk_what_was_written_stays_whole(tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    kept = tmp_path / "kept"
    task = {"folder": f"{mount}/stream", "chunks": 5_000}
    # A small file system that only this process sees; what it holds is copied out at the end.
    small = (
        f"mount -t tmpfs -o size=300k tmpfs {mount} && "
        f'{" ".join(CHILD)} "$0" && cp -r {mount}/stream {kept}'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", small, json.dumps(task)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    *reached, said = done.stdout.splitlines()
    assert "cannot take more: No space left on device. What it holds up to step" in said
    assert int(reached[-1]) > 200
    assert_reads_back(read_stream(kept), int(reached[-1]))
    assert_only_acknowledged(kept)
