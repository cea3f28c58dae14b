"""All or nothing: after a kill, a full disk or a race there is a whole run or none."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hal9lib.errors import StoreError, StoreUnavailableError
from hal9lib.stores.duckdb_file import DuckDBStore
from hal9lib.stores.postgres import PostgresStore
from support.runs import a_run

# Memory ends with its process. The service's client has no file or row to leave half-written;
# tests/service kills the service itself, and a client in the middle of an upload.
OUTLIVING = pytest.mark.parametrize("backend", ["duckdb", "postgres"], indirect=True)
SAVER = Path(__file__).with_name("saver.py")
MOMENTS = [
    "recording half written",
    "recording not renamed",
    "recording there, row not",
    "folder synced, row not",
]


def saver(backend, owner: str, **task) -> subprocess.Popen[str]:
    task |= {"url": backend.url, "folder": str(backend.folder), "owner": owner}
    return subprocess.Popen(
        [sys.executable, str(SAVER), json.dumps(task)], stdout=subprocess.PIPE, text=True
    )


def settled(backend, owner: str):
    """The store as the next process finds it: PostgreSQL notices a dead client in a moment."""
    store = backend.open(owner)
    if isinstance(store, PostgresStore):
        give_up = time.monotonic() + 10
        while unfinished(store) and time.monotonic() < give_up:
            time.sleep(0.05)
            store.sweep()
        assert unfinished(store) == 0
    return store


def unfinished(store: PostgresStore) -> int:
    with store.pool.connection() as connection:
        return connection.execute("SELECT count(*) FROM unfinished").fetchone()[0]


def recordings(backend) -> list[str]:
    return sorted(file.name for file in backend.folder.iterdir())


@OUTLIVING
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_save_that_is_killed_leaves_nothing(backend, name, moment):
    before = a_run(seed=1)
    backend.open(name).save(before)
    process = saver(backend, name, seeds=[2], die=moment)
    out, _ = process.communicate()
    assert (process.returncode, out) == (-signal.SIGKILL, "")
    store = settled(backend, name)
    killed = a_run(seed=2)
    assert list(store.find().key) == [before.key]
    assert recordings(backend) == [f"{before.key}-{before.spike_hash}.parquet"]
    assert store.save(killed) == killed.key
    assert store.load(killed.key).spike_hash == killed.spike_hash
    assert store.load(before.key).spike_hash == before.spike_hash


@OUTLIVING
def test_killed_at_any_moment_every_run_is_whole_or_not_there(backend, name):
    seeds = list(range(1, 20))
    hashes = {a_run(seed=seed).key: a_run(seed=seed).spike_hash for seed in seeds}
    promised: set[str] = set()
    for saved_before_death in (2, 5):
        process = saver(backend, name, seeds=seeds)
        for _ in range(saved_before_death):
            promised.add(process.stdout.readline().split()[1])
        # Somewhere in the next save, wherever that is.
        time.sleep(0.004 * saved_before_death)
        process.kill()
        promised |= {line.split()[1] for line in process.communicate()[0].splitlines()}
    store = settled(backend, name)
    found = set(store.find().key)
    # What was reported as saved is there; one more may be, if the kill came before the report.
    assert len(promised) >= 5
    assert promised <= found <= hashes.keys()
    assert {key: store.load(key).spike_hash for key in found} == {k: hashes[k] for k in found}
    assert recordings(backend) == sorted(f"{key}-{hashes[key]}.parquet" for key in found)


@OUTLIVING
def test_processes_that_save_at_once_keep_every_run_once(backend, name):
    backend.open(name)
    orders = [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 1, 5, 2, 4]]
    processes = [saver(backend, name, seeds=order) for order in orders]
    for process in processes:
        out, _ = process.communicate()
        assert process.returncode == 0
        assert out.count("saved") == 5
    store = settled(backend, name)
    runs = [a_run(seed=seed) for seed in orders[0]]
    assert sorted(store.find().key) == sorted(run.key for run in runs)
    for run in runs:
        assert store.load(run.key).spike_hash == run.spike_hash
    assert len(recordings(backend)) == 5


@OUTLIVING
def test_on_a_full_disk_every_run_is_whole_or_not_there(backend, name, tmp_path):
    mount = backend.folder.parent
    task = {"url": backend.url, "folder": str(backend.folder), "owner": name, "mount": str(mount)}
    script = Path(__file__).with_name("full_disk.py")
    # A small file system that only this process sees; DuckDB's own file is on it too.
    size = "2m" if backend.url.startswith("duckdb") else "400k"
    small = f'mount -t tmpfs -o size={size} tmpfs {mount} && exec {sys.executable} {script} "$0"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", small, json.dumps(task)],
        capture_output=True,
        text=True,
        cwd="/",
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    found = json.loads(done.stdout)
    assert found["free_bytes"] < 25_000
    assert len(found["kept"]) >= 3
    assert len(found["refusals"]) >= 3
    assert all("No space left on device" in said for said in found["refusals"])
    assert "Nothing of it was kept; make room there, or name another store." in found["refusals"][0]
    assert found["while_full"] == found["found"] == found["kept"]
    assert found["intact"]
    assert [file[:32] for file in found["files"]] == found["kept"]
    assert found["saved_after"]


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_recording_that_may_not_grow_is_told_and_nothing_is_kept(backend, name):
    # A limit on the size of files: the write of the recording itself breaks off in the middle.
    process = saver(backend, name, seeds=[1], spikes=40_000, file_bytes=20_000)
    out, _ = process.communicate()
    key = a_run(seed=1, spikes=40_000).key
    assert f"cannot keep run {key}: File too large. Nothing of it was kept" in out
    store = settled(backend, name)
    assert store.find().empty
    assert recordings(backend) == []
    assert store.save(a_run(seed=1, spikes=40_000)) == key


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_save_that_breaks_off_leaves_anothers_like_recording_alone(backend, name):
    run = a_run(seed=1, spikes=40_000)
    ada = backend.open(f"{name}-ada")
    ada.save(run)
    out, _ = saver(backend, name, seeds=[1], spikes=40_000, file_bytes=20_000).communicate()
    assert out.startswith("refused")
    settled(backend, name)
    assert ada.load(run.key).spike_hash == run.spike_hash
    assert recordings(backend) == [f"{run.key}-{run.spike_hash}.parquet"]


def test_a_recording_that_cannot_be_written_is_told(tmp_path, name):
    store = DuckDBStore(tmp_path / "runs.duckdb", name)
    folder = tmp_path / "runs.recordings"
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot keep run \w{32}: Not a directory\. Nothing"):
        store.save(a_run())
    folder.unlink()
    folder.mkdir()
    assert store.find().empty
    assert store.save(a_run()) in store


def test_a_duckdb_file_that_another_process_holds_is_told(tmp_path, name):
    path = tmp_path / "runs.duckdb"
    key = DuckDBStore(path, name).save(a_run())
    hold = f"import duckdb; c = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreUnavailableError) as caught:
            DuckDBStore(path, name, patience_s=0.2)
        assert str(caught.value) == (
            f"duckdb file {path} is held open by process {holder.pid}, and DuckDB lets in one "
            "process at a time; close it there, or set HAL9_STORE_URL to another file."
        )
    finally:
        holder.communicate("\n")
    assert key in DuckDBStore(path, name)


def test_a_file_that_is_no_database_is_told(tmp_path, name):
    path = tmp_path / "runs.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"cannot be opened: IO Error: .* not a valid DuckDB"):
        DuckDBStore(path, name)
