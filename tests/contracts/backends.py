"""What the conformance suite runs on: one class a backend, with the same few abilities."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import psycopg

from hal9lib.stores.base import Store
from hal9lib.stores.duckdb_file import DuckDBStore
from hal9lib.stores.memory import MemoryStore
from hal9lib.stores.postgres import PostgresStore
from hal9lib.stores.remote import RemoteStore
from support.hub_standin import HubStandIn
from support.service_process import ServiceProcess


class Backend:
    """One kind of store over one place. `open` gives the store as a user sees it."""

    #: Where recordings lie as files, None where they do not.
    folder: Path | None = None

    def __init__(self) -> None:
        self.opened: list[Store] = []

    def open(self, owner: str) -> Store:
        """The store as this user; closed when the test ends."""
        store = self._open(owner)
        self.opened.append(store)
        return store

    def _open(self, owner: str) -> Store:
        raise NotImplementedError

    def publish(self, key: str) -> None:
        """Make the runs of this key public, past the store."""
        raise NotImplementedError

    def plant(self, owner: str, record: Mapping[str, Any], spikes: bytes) -> None:
        """Put a record there as it is, which a service would not take."""
        self.open(owner).save_record(record, spikes)

    def secrets(self) -> list[str]:
        """What a store must not show."""
        return []

    def close(self) -> None:
        """Close what was opened."""
        for store in self.opened:
            store.close()


class Memory(Backend):
    def __init__(self) -> None:
        super().__init__()
        self.place = MemoryStore("nobody")

    def _open(self, owner: str) -> Store:
        return MemoryStore(owner, shared_with=self.place)

    def publish(self, key: str) -> None:
        for (_, found), row in self.place._rows.items():
            if found == key:
                row["visibility"] = "public"


class DuckDB(Backend):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / "runs.duckdb"
        self.url = f"duckdb://{self.path}"
        self.folder = folder / "runs.recordings"

    def _open(self, owner: str) -> Store:
        return DuckDBStore(self.path, owner)

    def publish(self, key: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("UPDATE runs SET visibility = 'public' WHERE key = $1", [key])


class Postgres(Backend):
    def __init__(self, url: str, folder: Path) -> None:
        super().__init__()
        self.url = url
        self.folder = folder

    def _open(self, owner: str) -> Store:
        return PostgresStore.open(self.url, self.folder, owner)

    def secrets(self) -> list[str]:
        return [str(urlsplit(self.url).password)]

    def publish(self, key: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE runs SET visibility = 'public' WHERE key = %s", [key])


class Remote(Backend):
    """The service over PostgreSQL. It is shared by all tests, so owners get names of their own."""

    def __init__(self, service: ServiceProcess, hub: HubStandIn, mark: str) -> None:
        super().__init__()
        self.service = service
        self.hub = hub
        self.mark = mark
        self.behind = Postgres(service.store_url, service.data / "recordings")
        self.folder = self.behind.folder
        self.published: list[str] = []

    def _open(self, owner: str) -> Store:
        return RemoteStore(self.service.url, self.hub.token(owner))

    def secrets(self) -> list[str]:
        return [*self.hub.models, *self.behind.secrets()]

    def publish(self, key: str) -> None:
        self.behind.publish(key)
        self.published.append(key)

    def plant(self, owner: str, record: Mapping[str, Any], spikes: bytes) -> None:
        self.behind.plant(owner, record, spikes)

    def close(self) -> None:
        super().close()
        self.behind.close()
        # Other tests' users would see them.
        with psycopg.connect(self.behind.url) as connection:
            connection.execute(
                "UPDATE runs SET visibility = 'private' WHERE key = ANY(%s)", [self.published]
            )


@contextmanager
def closing(backend: Backend) -> Iterator[Backend]:
    """Close it afterwards."""
    try:
        yield backend
    finally:
        backend.close()
