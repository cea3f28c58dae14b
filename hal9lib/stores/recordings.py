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

#: NumPy holds the arrays; beyond this a recording is read in parts, with SQL.
MAX_SPIKES = 2_000_000_000

_COLUMNS = [("step", "INTEGER"), ("neuron", "INTEGER")]


def spikes_to_parquet(steps: NDArray[np.int32], neurons: NDArray[np.int32]) -> bytes:
    """One Parquet file as bytes from two arrays of equal length, (spikes,) each.

    >>> data = spikes_to_parquet(np.array([0, 1], np.int32), np.array([5, 3], np.int32))
    >>> [column.tolist() for column in spikes_from_parquet(data)]
    [[0, 1], [5, 3]]
    """
    if len(steps) != len(neurons):
        raise StoreError(
            f"{len(steps):,} steps and {len(neurons):,} neurons are no list of spikes; "
            "each spike needs both."
        )
    columns = {
        "step": np.ascontiguousarray(steps, dtype=np.int32),
        "neuron": np.ascontiguousarray(neurons, dtype=np.int32),
    }
    with tempfile.TemporaryDirectory(prefix="hal9-") as folder, reader() as connection:
        path = Path(folder) / "spikes.parquet"
        connection.register("spikes", columns)
        table = connection.sql("SELECT step, neuron FROM spikes")
        try:
            table.write_parquet(str(path), compression="zstd")
        except duckdb.Error as problem:
            reason = str(problem).splitlines()[0]
            raise StoreError(
                f"the spikes cannot be written to {folder}: {reason}. Nothing was kept; make room "
                "there, or set TMPDIR to another folder."
            ) from problem
        return path.read_bytes()


def spikes_from_parquet(
    data: bytes, max_spikes: int = MAX_SPIKES
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The two arrays, (spikes,) int32 each, of one Parquet file.

    Parameters
    ----------
    max_spikes : a file with more is refused before it is unpacked; a small file can hold billions.

    Raises StoreError when the bytes are not such a file.
    """
    with tempfile.TemporaryDirectory(prefix="hal9-") as folder, reader() as connection:
        path = Path(folder) / "spikes.parquet"
        path.write_bytes(data)
        try:
            counted = connection.execute("SELECT count(*) FROM read_parquet($1)", [str(path)])
            spikes = counted.fetchall()[0][0]
            if spikes > max_spikes:
                raise StoreError(
                    f"a recording has {spikes:,} spikes; at most {max_spikes:,} are read here."
                )
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


def reader() -> duckdb.DuckDBPyConnection:
    """A private connection that keeps rows in order and fetches no extension."""
    return duckdb.connect(
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
