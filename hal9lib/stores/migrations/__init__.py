"""Changes of a database's tables: numbered, forward only, each whole or not at all."""

from hal9lib.stores.migrations.migrate import migrate

__all__ = ["migrate"]
