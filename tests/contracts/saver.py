"""Saves runs from a process of its own, which a test ends or hampers: `saver.py JSON`.

The JSON: `url`, `folder` (PostgreSQL's recordings), `seeds`, `die` (where to end with -9),
`file_bytes` (the largest file that may be written).
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hal9lib.errors import StoreError
from hal9lib.stores.base import Store
from hal9lib.stores.migrations import migrate
from hal9lib.stores.opening import duckdb_path
from hal9lib.stores.recordings import spikes_to_parquet
from support.runs import a_run


def open_store(task: dict) -> Store:
    """The store of the task's address."""
    if task["url"].startswith("duckdb"):
        from hal9lib.stores.duckdb_file import DuckDBStore

        return DuckDBStore(duckdb_path(task["url"]), owner=task["owner"], patience_s=60)
    from hal9lib.stores.postgres import PostgresStore

    migrate(task["url"])
    return PostgresStore.open(task["url"], Path(task["folder"]), owner=task["owner"])


def say(*words: str) -> None:
    """One line for the test that waits."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def die(*_: object, **__: object) -> None:
    """End as a power cut would: no handler, no finally."""
    os.kill(os.getpid(), signal.SIGKILL)


def arrange_death(place: str) -> None:
    """Make the process end at one moment of a save."""
    real_fsync, real_replace = os.fsync, os.replace
    if place == "recording half written":
        os.fsync = die
    elif place == "recording not renamed":
        os.replace = die
    elif place == "recording there, row not":

        def replace_and_die(*names: object) -> None:
            real_replace(*names)
            die()

        os.replace = replace_and_die
    elif place == "folder synced, row not":
        synced = []

        def sync_and_die(handle: int) -> None:
            real_fsync(handle)
            synced.append(handle)
            if len(synced) == 2:
                die()

        os.fsync = sync_and_die


def main() -> None:
    """Do the task; print what came of each run."""
    task = json.loads(sys.argv[1])
    store = open_store(task)
    runs = [a_run(seed=seed, spikes=task.get("spikes", 500)) for seed in task["seeds"]]
    parquet = [spikes_to_parquet(run.spike_steps, run.spike_neurons) for run in runs]
    arrange_death(task.get("die", ""))
    if "file_bytes" in task:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["file_bytes"],) * 2)
    for run, spikes in zip(runs, parquet, strict=True):
        record = run.record() | {"tags": [], "notes": ""}
        try:
            store.save_record(record, spikes)
            say("saved", run.key)
        except StoreError as problem:
            say("refused", str(problem))
    store.close()


if __name__ == "__main__":
    main()
