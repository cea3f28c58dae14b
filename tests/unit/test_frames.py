"""Frames: every spike is counted once, in its row and column, at a size that never grows."""

import base64
import json

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError
from hal9lib.jobs.frames import FrameBuilder, share_rows
from hal9lib.jobs.voltages import BINS, MAX_SAMPLE, VoltageHistogram


def network_of(*sizes):
    network = hal9.Network(seed=1)
    for name, size in zip("EIABC", sizes, strict=False):
        network.add(hal9.neurons.lif(), size, name=name)
    return network


def raster_of(frame):
    shape = frame["raster"]["rows"], frame["raster"]["columns"]
    counts = base64.b64decode(frame["raster"]["counts"])
    return np.frombuffer(counts, np.uint8).reshape(shape)


def random_spikes(generator, spikes, steps, neurons):
    when = np.sort(generator.integers(0, steps, spikes)).astype(np.int32)
    return when, generator.integers(0, neurons, spikes).astype(np.int32)


def test_the_raster_is_what_a_plain_loop_over_the_spikes_counts():
    network = network_of(80, 20)
    builder = FrameBuilder(network, dt_ms=0.1, rows=10, columns=25, window_ms=100.0)
    steps, neurons = random_spikes(np.random.default_rng(1), 3_000, 2_000, 100)
    for part in np.array_split(np.arange(3_000), 7):
        builder.add(steps[part], neurons[part])
    frame = builder.frame(steps=2_000)

    expected = np.zeros((10, 25), int)
    for step, neuron in zip(steps, neurons, strict=True):
        if step >= 1_000:
            expected[neuron // 10, (step - 1_000) // 40] += 1
    assert expected.sum() > 1_000
    np.testing.assert_array_equal(raster_of(frame), expected)
    assert frame["time_ms"] == pytest.approx(200.0)


def test_cutting_the_spikes_elsewhere_changes_nothing():
    network = network_of(70, 30)
    steps, neurons = random_spikes(np.random.default_rng(2), 5_000, 10_000, 100)
    frames = []
    for cuts in (1, 3, 500):
        builder = FrameBuilder(network, dt_ms=0.1, rows=20, columns=50, window_ms=250.0)
        for part in np.array_split(np.arange(5_000), cuts):
            builder.add(steps[part], neurons[part])
            if len(part):
                builder.frame(steps=int(steps[part[-1]]))
        frames.append(builder.frame(steps=10_000))
    assert raster_of(frames[0]).sum() > 500
    assert frames[0] == frames[1] == frames[2]


def test_rates_are_spikes_per_neuron_and_second_even_where_the_raster_saturates():
    network = network_of(8, 2)
    builder = FrameBuilder(network, dt_ms=1.0, rows=2, columns=10, window_ms=1_000.0)
    steps = np.repeat(np.arange(100, dtype=np.int32), 80)
    neurons = np.tile(np.repeat(np.arange(8, dtype=np.int32), 10), 100)
    builder.add(steps, neurons)
    frame = builder.frame(steps=1_000)
    assert raster_of(frame)[0, 0] == 255, "8,000 spikes in a cell saturate"
    assert frame["rates"]["E"] == [10_000.0] + [0.0] * 9
    assert frame["rates"]["I"] == [0.0] * 10
    assert [p["rate_hz"] for p in frame["populations"]] == [1_000.0, 0.0]


def test_only_complete_columns_are_shown_and_time_0_is_not_passed():
    builder = FrameBuilder(network_of(4), dt_ms=0.5, rows=4, columns=4, window_ms=8.0)
    builder.add(np.array([0, 5, 9], np.int32), np.array([0, 1, 2], np.int32))
    frame = builder.frame(steps=11)
    assert frame["time_ms"] == 4.0
    assert frame["rates"]["time_ms"] == [1.0, 3.0]
    assert raster_of(frame).sum() == 2, "the spike of step 9 lies in a column not yet complete"
    later = builder.frame(steps=12)
    assert raster_of(later)[:, -3:].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_a_silent_stretch_longer_than_the_window_empties_it():
    builder = FrameBuilder(network_of(4), dt_ms=1.0, rows=4, columns=10, window_ms=10.0)
    builder.add(np.array([3], np.int32), np.array([0], np.int32))
    assert raster_of(builder.frame(steps=10)).sum() == 1
    assert raster_of(builder.frame(steps=5_000)).sum() == 0
    assert builder.frame(steps=5_000)["time_ms"] == 5_000.0


def test_spikes_older_than_the_window_are_left_out_of_one_long_take():
    builder = FrameBuilder(network_of(4), dt_ms=1.0, rows=4, columns=10, window_ms=10.0)
    builder.add(np.array([0, 1, 99], np.int32), np.array([0, 1, 2], np.int32))
    assert raster_of(builder.frame(steps=100)).sum() == 1


def test_reset_goes_back_to_time_0():
    builder = FrameBuilder(network_of(4), dt_ms=1.0, rows=4, columns=10, window_ms=10.0)
    builder.add(np.array([50], np.int32), np.array([0], np.int32))
    builder.reset()
    builder.add(np.array([2], np.int32), np.array([3], np.int32))
    frame = builder.frame(steps=4, potentials_mv={"E": np.array([1.0])})
    assert raster_of(frame).sum() == 1
    assert frame["time_ms"] == 4.0


@pytest.mark.parametrize("neurons", [(8_000, 2_000), (80_000, 20_000), (800_000, 200_000)])
def test_a_frame_has_the_same_size_whatever_the_number_of_neurons(neurons):
    builder = FrameBuilder(network_of(*neurons))
    steps, which = random_spikes(np.random.default_rng(3), 50_000, 10_000, sum(neurons))
    builder.add(steps, which)
    frame = builder.frame(10_000, {"E": np.random.default_rng(4).normal(10, 3, neurons[0])})
    assert (frame["raster"]["rows"], frame["raster"]["columns"]) == (200, 250)
    assert raster_of(frame).sum() == 50_000
    assert len(json.dumps(frame)) < 80_000
    assert sum(frame["voltage"]["E"]) <= MAX_SAMPLE


def test_a_row_never_holds_two_populations_and_every_neuron_has_one():
    network = network_of(997, 31, 1)
    builder = FrameBuilder(network, dt_ms=1.0, rows=40, columns=1, window_ms=1.0)
    builder.add(np.zeros(1_029, np.int32), np.arange(1_029, dtype=np.int32))
    frame = builder.frame(steps=1)
    counted = raster_of(frame)[:, 0]
    for population in frame["populations"]:
        rows = slice(population["first_row"], population["first_row"] + population["rows"])
        assert counted[rows].sum() == population["size"]
        assert counted[rows].min() >= 1


@pytest.mark.parametrize(
    ("sizes", "rows", "expected"),
    [
        ([8_000, 2_000], 200, [160, 40]),
        ([3, 2], 200, [3, 2]),
        ([1_000_000, 1], 200, [199, 1]),
        ([9_999, 1, 3], 100, [98, 1, 1]),
        ([5], 1, [1]),
        ([1] * 200, 200, [1] * 200),
    ],
)
def test_rows_are_shared_by_size(sizes, rows, expected):
    assert share_rows(sizes, rows).tolist() == expected


def test_more_populations_than_rows_is_refused():
    with pytest.raises(ParameterError, match=r"rows = 2 is not allowed; .* 3 populations"):
        FrameBuilder(network_of(5, 5, 5), rows=2)


def test_a_column_that_is_no_whole_number_of_steps_is_refused():
    with pytest.raises(ParameterError, match=r"a column of 3\.33333 ms is not a whole number"):
        FrameBuilder(network_of(5), dt_ms=0.1, columns=300)


def test_the_voltage_axis_grows_on_a_grid_and_never_shrinks():
    histogram = VoltageHistogram()
    first = histogram.frame({"E": np.linspace(-3.0, 12.0, 1_000)})
    assert (first["edges_mv"][0], first["edges_mv"][-1]) == (-5.0, 15.0)
    wider = histogram.frame({"E": np.linspace(-22.0, 12.0, 1_000)})
    assert wider["edges_mv"][0] == -25.0
    again = histogram.frame({"E": np.linspace(0.0, 1.0, 1_000)})
    assert again["edges_mv"] == wider["edges_mv"]
    assert len(again["E"]) == BINS


def test_a_potential_beyond_the_axis_counts_in_the_outermost_bin():
    histogram = VoltageHistogram()
    values = np.append(np.linspace(0.0, 10.0, 10_000), [1e6])
    shown = histogram.frame({"E": values})
    assert shown["edges_mv"][-1] == 10.0
    assert sum(shown["E"]) == 10_001


def test_no_potentials_and_broken_ones_make_an_empty_histogram():
    assert VoltageHistogram().frame({"E": np.array([])})["edges_mv"] == []
    assert VoltageHistogram().frame({"E": np.array([np.nan, np.inf])})["E"] == []
