"""Spikes as Parquet: the one form in which recordings are kept and travel.

Columns ``step`` and ``neuron``, both int32, in time order, compressed with zstd. Any Parquet
reader opens them.
"""

import tempfile
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import StoreError

_COLUMNS = [("step", "INTEGER"), ("neuron", "INTEGER")]


def spikes_to_parquet(steps: NDArray[np.int32], neurons: NDArray[np.int32]) -> bytes:
    """One Parquet file as bytes from two arrays of equal length, (spikes,) each.

    >>> data = spikes_to_parquet(np.array([0, 1], np.int32), np.array([5, 3], np.int32))
    >>> [column.tolist() for column in spikes_from_parquet(data)]
    [[0, 1], [5, 3]]
    """
    columns = {
        "step": np.ascontiguousarray(steps, dtype=np.int32),
        "neuron": np.ascontiguousarray(neurons, dtype=np.int32),
    }
    with tempfile.TemporaryDirectory(prefix="hal9-") as folder, _reader() as connection:
        path = Path(folder) / "spikes.parquet"
        connection.register("spikes", columns)
        table = connection.sql("SELECT step, neuron FROM spikes")
        table.write_parquet(str(path), compression="zstd")
        return path.read_bytes()


def spikes_from_parquet(data: bytes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The two arrays, (spikes,) int32 each, of one Parquet file.

    Raises StoreError when the bytes are not such a file.
    """
    with tempfile.TemporaryDirectory(prefix="hal9-") as folder, _reader() as connection:
        path = Path(folder) / "spikes.parquet"
        path.write_bytes(data)
        try:
            relation = connection.execute("SELECT * FROM read_parquet($1)", [str(path)])
            found = [(column[0], str(column[1])) for column in relation.description]
            if found != _COLUMNS:
                raise StoreError(
                    f"a recording has the columns {found}; "
                    "it must have step and neuron, both int32."
                )
            columns = relation.fetchnumpy()
        except duckdb.Error as problem:
            raise StoreError("a recording is not a Parquet file that can be read.") from problem
    steps, neurons = columns["step"], columns["neuron"]
    if np.ma.is_masked(steps) or np.ma.is_masked(neurons):
        raise StoreError("a recording has empty cells; every spike needs a step and a neuron.")
    return np.asarray(steps), np.asarray(neurons)


def _reader() -> duckdb.DuckDBPyConnection:
    """A private connection that keeps rows in order and fetches no extension."""
    return duckdb.connect(
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
