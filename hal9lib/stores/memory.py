"""A store in this process's memory: for trying things, gone when the process ends."""

import threading
from collections.abc import Mapping
from typing import Any

from hal9lib.errors import RunNotFoundError
from hal9lib.stores import rows
from hal9lib.stores.base import FIND_COLUMNS, Store


class MemoryStore(Store):
    """Runs in a dict; nothing is shared with other processes and nothing outlives this one.

    Parameters
    ----------
    owner : who saves and looks.
    shared_with : another MemoryStore whose runs this one looks at as `owner`.
    """

    name = "memory"

    def __init__(self, owner: str = "local", shared_with: "MemoryStore | None" = None) -> None:
        self.owner = owner
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}
        self._lock = threading.Lock()
        if shared_with is not None:
            self._rows, self._lock = shared_with._rows, shared_with._lock

    def _insert(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        row = rows.to_row(record, self.owner) | {"visibility": "private", "parquet": spikes}
        with self._lock:
            return self._rows.setdefault((self.owner, str(row["key"])), row) is row

    def _record(self, key: str) -> dict[str, Any]:
        best: dict[str, dict[str, Any]] = {}
        for row in self._visible():
            mine = row["owner"] == self.owner
            if row["key"].startswith(key) and (mine or row["key"] not in best):
                best[row["key"]] = row
        row = rows.only(list(best.values()), key)
        return rows.to_record(row["record"], row["owner"], row["visibility"])

    def _spikes(self, record: Mapping[str, Any]) -> bytes:
        with self._lock:
            row = self._rows.get((record["owner"], record["key"]))
        if row is None:
            raise RunNotFoundError(f"no run has the key {record['key']!r} any more.")
        return bytes(row["parquet"])

    def _find(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        since = question["since"] and rows.to_utc(question["since"])
        found = [
            row
            for row in self._visible()
            if question["model"] in (None, row["model"])
            and question["owner"] in (None, row["owner"])
            and (question["tag"] is None or question["tag"] in row["tags"])
            and (since is None or row["created"] >= since)
        ]
        # Two stable sorts: the newest first, ties by key and owner.
        found.sort(key=lambda row: (row["key"], row["owner"]))
        found.sort(key=lambda row: row["created"], reverse=True)
        page = found[question["offset"] : question["offset"] + question["limit"]]
        return [rows.to_line([row[name] for name in FIND_COLUMNS]) for row in page]

    def _delete(self, key: str) -> None:
        with self._lock:
            mine = [row for row in self._rows.values() if row["owner"] == self.owner]
            row = rows.only([row for row in mine if row["key"].startswith(key)], key)
            del self._rows[self.owner, row["key"]]

    def _visible(self) -> list[dict[str, Any]]:
        with self._lock:
            return [
                row
                for row in self._rows.values()
                if row["owner"] == self.owner or row["visibility"] == "public"
            ]
