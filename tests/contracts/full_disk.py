"""Fills a store's disk, makes room and looks what is there: `full_disk.py JSON`, on a tmpfs.

Prints one JSON object. The test starts it with a small file system of its own mounted.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from saver import open_store

from hal9lib.errors import StoreError
from support.runs import a_run


def main() -> None:
    """Save until the disk is full and well beyond, then make room."""
    task = json.loads(sys.argv[1])
    store = open_store(task)
    kept: dict[str, str] = {}
    refusals = []
    for seed in range(1, 40):
        run = a_run(seed=seed, spikes=20_000)
        try:
            kept[store.save(run)] = run.spike_hash
        except StoreError as problem:
            refusals.append(str(problem))
    full_bytes = shutil.disk_usage(task["mount"]).free
    while_full = [line["key"] for line in store.page()]
    subprocess.run(["mount", "-o", "remount,size=16m", task["mount"]], check=True)
    again = open_store(task)
    answer = {
        "kept": sorted(kept),
        "refusals": refusals,
        "free_bytes": full_bytes,
        "while_full": sorted(while_full),
        "found": sorted(line["key"] for line in again.page()),
        "intact": all(again.load(key).spike_hash == digest for key, digest in kept.items()),
        "files": sorted(file.name for file in Path(task["folder"]).iterdir()),
        "saved_after": again.save(a_run(seed=99)) in again,
    }
    sys.stdout.write(json.dumps(answer))
    store.close()
    again.close()


main()
