"""The last hour of health samples in PostgreSQL, so that a restart of the service keeps them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hal9lib.stores.postgres_pool import PostgresPool


class HealthLog:
    """Samples with a ``time`` (s since 1970), oldest first."""

    def __init__(self, pool: PostgresPool, kept_s: float = 3600.0) -> None:
        self.pool = pool
        self.kept_s = kept_s

    def add(self, samples: Sequence[Mapping[str, Any]]) -> None:
        """Keep samples, and let go of those older than `kept_s`."""
        with self.pool.connection() as connection, connection.transaction():
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO health_samples (taken, sample) VALUES (%s, %s)",
                    [(sample["time"], json.dumps(sample)) for sample in samples],
                )
            connection.execute(
                "DELETE FROM health_samples WHERE taken < %s",
                [max(sample["time"] for sample in samples) - self.kept_s],
            )

    def since(self, time_s: float) -> list[dict[str, Any]]:
        """The samples taken at or after a time."""
        with self.pool.connection() as connection:
            found = connection.execute(
                "SELECT sample FROM health_samples WHERE taken >= %s ORDER BY taken", [time_s]
            ).fetchall()
        return [row[0] for row in found]
