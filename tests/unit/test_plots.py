"""Figures: what is drawn is what was run, at a bounded cost, with nothing global touched."""

import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

import hal9lib as hal9
from hal9lib import palette, plots
from hal9lib.errors import ParameterError
from hal9lib.measures import scaling_exponent
from hal9lib.run import Run


def run_of(spikes, sizes=(8, 2), duration_ms=100.0, dt_ms=0.1):
    """A run with these (step, neuron) spikes, made without simulating."""
    network = hal9.Network(seed=1)
    for name, size in zip("EIAB", sizes, strict=False):
        network.add(hal9.neurons.lif(), size, name=name)
    spikes = sorted(spikes)
    return Run(
        network=network,
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        spike_steps=np.array([step for step, _ in spikes], np.int32),
        spike_neurons=np.array([neuron for _, neuron in spikes], np.int32),
    )


def marks_of(figure):
    """{colour: [(time in ms, row)]} of the raster's marks."""
    lines = [line for line in figure.axes[0].lines if line.get_marker() == "|"]
    return {
        to_hex(line.get_color()): list(zip(*np.round(line.get_data(), 6).tolist(), strict=True))
        for line in lines
    }


def test_every_spike_is_a_mark_in_its_neurons_row_and_colour():
    figure = plots.raster(run_of([(9, 0), (499, 3), (999, 9)]))
    assert marks_of(figure) == {
        palette.EXCITATORY: [(1.0, 0), (50.0, 3)],
        palette.INHIBITORY: [(100.0, 9)],
    }


def test_only_the_asked_part_is_drawn_and_a_spike_belongs_to_the_end_of_its_step():
    run = run_of([(199, 0), (200, 1), (399, 2), (400, 3)])
    marks = marks_of(plots.raster(run, start_ms=20.0, stop_ms=40.0))
    assert marks[palette.EXCITATORY] == [(20.1, 1), (40.0, 2)]


def test_rates_are_spikes_per_neuron_and_second():
    run = run_of([(step, neuron) for step in (5, 15, 25) for neuron in range(4)])
    figure = plots.rate_curve(run, bin_ms=1.0)
    curve_e, curve_i = figure.axes[0].lines
    assert curve_e.get_xdata()[:3].tolist() == pytest.approx([0.5, 1.5, 2.5])
    assert curve_e.get_ydata()[:4].tolist() == pytest.approx([500.0, 500.0, 500.0, 0.0])
    assert not curve_i.get_ydata().any()
    assert curve_e.get_label() == "E  15 Hz"


@pytest.mark.parametrize("shown", [2, 10, 100])
def test_a_sample_of_the_neurons_is_spread_over_each_population(shown):
    sizes = (800, 200)
    run = run_of([(n % 1_000, n) for n in range(1_000)], sizes)
    marks = marks_of(plots.raster(run, neurons=shown))
    drawn = sum(len(points) for points in marks.values())
    assert drawn == shown
    assert len(marks[palette.EXCITATORY]) == max(1, shown * 4 // 5)
    rows = sorted(row for points in marks.values() for _, row in points)
    assert rows == list(range(shown)), "one row a neuron, none twice"


def test_the_number_of_marks_is_bounded_however_many_spikes_there_are():
    steps = np.repeat(np.arange(100_000, dtype=np.int32), 10)
    neurons = np.tile(np.arange(10, dtype=np.int32), 100_000)
    run = run_of([], duration_ms=10_000.0)
    object.__setattr__(run, "spike_steps", steps)
    object.__setattr__(run, "spike_neurons", neurons)
    marks = marks_of(plots.raster(run))
    drawn = sum(len(points) for points in marks.values())
    assert drawn == 10 * 1_000, "a million spikes of ten neurons: one mark a neuron and column"


def test_axes_carry_units_and_labels_carry_sizes():
    figure = plots.raster(run_of([(5, 0)], sizes=(800, 200)), neurons=50)
    above, below = figure.axes
    assert below.get_xlabel() == "time (ms)"
    assert below.get_ylabel() == "rate (Hz)"
    labels = [label.get_text() for label in above.get_yticklabels()]
    assert labels == ["E\n40 of 800", "I\n10 of 200"]
    assert below.get_xlim() == (0.0, 100.0)


def test_a_silent_run_says_so():
    texts = [text.get_text() for text in plots.raster(run_of([])).axes[0].texts]
    assert texts == ["no spikes"]


def test_a_figure_is_png_of_a_modest_size_and_shows_itself_in_a_notebook():
    figure = plots.raster(run_of([(s, s % 10) for s in range(0, 1_000, 7)]), size_in=(6.0, 3.0))
    picture = io.BytesIO(figure._repr_png_())
    assert picture.getvalue()[:8] == b"\x89PNG\r\n\x1a\n"
    assert mpl.image.imread(picture).shape[:2] == (300, 600)


def test_nothing_global_is_touched_and_no_window_is_opened():
    before = dict(mpl.rcParams)
    run_of([(5, 0)]).raster().savefig(io.BytesIO())
    assert dict(mpl.rcParams) == before
    code = (
        "import sys; from hal9lib import plots; plots.power_law([1, 2], [1, 2]); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False", "pyplot would choose a backend and keep every figure"


def test_the_line_of_a_power_law_is_the_fitted_one():
    x, y = [1.0, 10.0, 100.0], [2.0, 20.0, 200.0]
    fit = scaling_exponent(x, y)
    figure = plots.power_law(x, y, fit=fit, x_label="neurons", y_label="wall time (s)")
    line = figure.axes[0].lines[0]
    assert line.get_ydata().tolist() == pytest.approx([2.0, 200.0])
    assert figure.axes[0].get_title(loc="left") == "exponent 1, 1 to 1"
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == (
        "neurons",
        "wall time (s)",
    )


@pytest.mark.parametrize(
    ("x", "labels"),
    [
        ([2_500, 40_000, 2_500, 640_000], ["2,500", "40,000", "640,000"]),
        ([0.002, 0.5, 3e7], ["0.002", "0.5", "3×10⁷"]),
        ([2.5e-5, 1.0, 2.0], ["2.5×10⁻⁵", "1", "2"]),
    ],
)
def test_a_few_values_are_the_ticks_and_read_as_numbers(x, labels):
    figure = plots.power_law(x, x)
    figure.draw_without_rendering()
    axis = figure.axes[0].xaxis
    assert [label.get_text() for label in axis.get_ticklabels()] == labels
    assert not axis.get_ticklabels(minor=True), "labels between them would run into each other"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"start_ms": -1.0}, r"start_ms = -1\.0 is not allowed; use a finite number from 0 to 100"),
        ({"start_ms": 50.0, "stop_ms": 50.0}, r"stop_ms = 50 .* use more than start_ms = 50"),
        ({"stop_ms": 101.0}, r"stop_ms = 101\.0 is not allowed"),
        ({"bin_ms": 0.15}, r"bin_ms = 0\.15 .* whole multiple of dt_ms = 0\.1, at most 100"),
        ({"bin_ms": float("nan")}, r"bin_ms = nan is not allowed"),
        ({"neurons": 1}, r"neurons = 1 is not allowed; use a whole number from 2"),
        ({"size_in": (0.0, 3.0)}, r"size_in = 0\.0 is not allowed"),
    ],
)
def test_what_is_not_allowed_is_named(options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        plots.raster(run_of([(5, 0)]), **options)


@pytest.mark.parametrize("bad", [[1.0, 0.0], [1.0, float("nan")], [], [[1.0]]])
def test_a_logarithmic_axis_refuses_what_it_cannot_show(bad):
    with pytest.raises(ParameterError, match="use a list of finite numbers above 0"):
        plots.power_law(bad, [1.0, 2.0])
    with pytest.raises(ParameterError, match="y has 1 values and x has 2; use as many"):
        plots.power_law([1.0, 2.0], [1.0])


def test_population_colours_differ_and_keep_their_meaning():
    names = ["L23E", "L23I", "L4E", "L4I", "cells", "inhibitory", "excitatory"]
    colours = palette.colours_of(names)
    assert colours["L23E"] == palette.EXCITATORY
    assert colours["L23I"] == palette.INHIBITORY
    assert len(set(colours.values())) == len(names)


def test_colours_have_contrast_on_paper():
    # WCAG 2: 3 to 1 for lines and large text, 4.5 for small text.
    assert contrast(palette.EXCITATORY) > 4.5
    assert contrast(palette.MUTED) > 4.5
    assert contrast(palette.INHIBITORY) > 3.0
    assert all(contrast(colour) > 3.0 for colour in palette.OTHERS)


def contrast(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05)
