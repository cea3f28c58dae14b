"""Recordings: exact, small, and refused when they are something else."""

import duckdb
import numpy as np
import pytest

from hal9lib.errors import StoreError
from hal9lib.stores.recordings import spikes_from_parquet, spikes_to_parquet


def written_as(sql: str, tmp_path) -> bytes:
    path = tmp_path / "other.parquet"
    duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


@pytest.mark.parametrize("spikes", [0, 1, 1000, 300_000])
def test_what_goes_in_comes_out_in_the_same_order(spikes):
    generator = np.random.default_rng(1)
    steps = generator.integers(0, 2**31 - 1, spikes, dtype=np.int32, endpoint=True)
    neurons = generator.integers(0, 2**31 - 1, spikes, dtype=np.int32, endpoint=True)
    found = spikes_from_parquet(spikes_to_parquet(steps, neurons))
    assert found[0].tobytes() == steps.tobytes()
    assert found[1].tobytes() == neurons.tobytes()
    assert found[0].dtype == found[1].dtype == np.int32


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1::BIGINT AS step, 1::INT AS neuron", "it must have step and neuron, both int32."),
        ("SELECT 1::INT AS neuron, 1::INT AS step", "it must have step and neuron, both int32."),
        ("SELECT 1::INT AS step", "it must have step and neuron, both int32."),
        ("SELECT 1::INT AS step, 1::INT AS neuron, 'x' AS note", "it must have step and neuron"),
        ("SELECT [1] AS step, 1::INT AS neuron", "it must have step and neuron, both int32."),
        ("SELECT NULL::INT AS step, 1::INT AS neuron", "a recording has empty cells"),
    ],
)
def test_another_table_is_refused(tmp_path, sql, said):
    with pytest.raises(StoreError, match=said):
        spikes_from_parquet(written_as(sql, tmp_path))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"x" * 1000])
def test_what_is_no_parquet_is_refused(data):
    with pytest.raises(StoreError, match="a recording is not a Parquet file that can be read"):
        spikes_from_parquet(data)


def test_a_small_file_that_unpacks_to_too_much_is_refused_unread(tmp_path):
    data = written_as("SELECT 1::INT AS step, 1::INT AS neuron FROM range(3000000)", tmp_path)
    assert len(data) < 100_000
    with pytest.raises(StoreError, match=r"has 3,000,000 spikes; at most 2,000,000 are read here"):
        spikes_from_parquet(data, max_spikes=2_000_000)


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(StoreError, match="2 steps and 1 neurons are no list of spikes"):
        spikes_to_parquet(np.zeros(2, np.int32), np.zeros(1, np.int32))
