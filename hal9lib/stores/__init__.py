"""Where runs are kept: memory, a DuckDB file, PostgreSQL, or the service over HTTP."""

from hal9lib.stores.base import Store
from hal9lib.stores.opening import open_store

__all__ = ["Store", "open_store"]
