"""Figures of results: what is drawn are the surrogates, the value and the intervals themselves."""

import numpy as np
import pytest

from hal9lib import plots
from hal9lib.errors import ParameterError
from hal9lib.result import Result

DRAWS = np.random.default_rng(1).normal(0.7, 0.02, 999)


def result(value=0.2, **changes):
    options = {
        "unit": "1",
        "interval": (0.15, 0.25),
        "null": "rewired (999 draws)",
        "p": 0.001,
        "measure": "flow_hierarchy",
        "arrays": {"null_draws": DRAWS},
    }
    return Result(value, **(options | changes))


def bars_of(axes):
    return [patch for patch in axes.patches if hasattr(patch, "get_height")]


def test_every_surrogate_is_in_the_histogram_and_the_value_beside_it():
    axes = plots.against_null(result()).axes[0]
    assert sum(bar.get_height() for bar in bars_of(axes) if bar.get_height() > 1.5) > 900
    (line,) = axes.lines
    assert line.get_xdata() == [0.2, 0.2]
    low, high = axes.get_xlim()
    assert low < 0.15
    assert high > DRAWS.max()


def test_where_another_statistic_is_compared_that_one_is_drawn_and_named():
    arrays = {"null_draws": DRAWS, "null_observed": np.array(0.9)}
    axes = plots.against_null(result(arrays=arrays)).axes[0]
    (line,) = axes.lines
    assert line.get_xdata() == [0.9, 0.9]
    assert axes.get_xlabel() == "statistic of flow hierarchy"
    assert axes.get_title(loc="left").startswith("0.9 against")


def test_the_sentence_says_value_null_and_p_and_whether_p_could_be_smaller():
    title = plots.against_null(result()).axes[0].get_title(loc="left")
    assert title == "0.2 against rewired, p = 0.001 (the least)"
    title = plots.against_null(result(p=0.04)).axes[0].get_title(loc="left")
    assert title.endswith("p = 0.04")


@pytest.mark.parametrize("draws", [np.zeros(999), np.repeat([3.0, 4.0, 6.0], 333)])
def test_surrogates_that_are_alike_or_few_values_are_drawn_too(draws):
    axes = plots.against_null(result(arrays={"null_draws": draws})).axes[0]
    heights = [bar.get_height() for bar in bars_of(axes) if bar.get_height() > 1.5]
    assert heights == [999] if draws.max() == 0.0 else heights == [333, 333, 333]


def test_without_surrogates_it_says_what_to_do():
    with pytest.raises(ParameterError, match="flow_hierarchy was measured without surrogates; gi"):
        plots.against_null(result(arrays={}))


def test_each_result_is_a_line_with_its_interval():
    found = {"seed 1": result(0.2), "seed 2": result(0.21, interval=None)}
    axes = plots.intervals(found, reference=0.25).axes[0]
    lines = [line.get_data() for line in axes.lines]
    assert [tuple(map(list, line)) for line in lines] == [
        ([0.15, 0.25], [0, 0]),
        ([0.2], [0]),
        ([0.21], [1]),
        ([0.25, 0.25], [0, 1]),
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["seed 1", "seed 2"]


def test_results_of_several_measures_share_an_axis_without_a_measures_name():
    found = {"a": result(), "b": result(measure="reaching_centrality")}
    assert plots.intervals(found).axes[0].get_xlabel() == "value"


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({}, "results have the units none"),
        ([result()], "results = .* is not allowed; use {'seed 1': result"),
        ({"a": "b"}, "results = {'a': 'b'} is not allowed; use {'seed 1': result"),
        ({"a": result(unit="bits"), "b": result(unit="1")}, r"the units \['1', 'bits'\]; use resu"),
    ],
)
def test_intervals_of_several_units_are_refused(found, sentence):
    with pytest.raises(ParameterError, match=sentence):
        plots.intervals(found)


def test_a_matrix_of_layers_is_ordered_and_holds_shares():
    graph = np.zeros((6, 6))
    graph[np.ix_([0, 2, 4], [1, 3, 5])] = 1.0  # layer 0 are the even ones
    image = plots.layered_links(graph, [0, 1, 0, 1, 0, 1]).axes[0].images[0].get_array()
    expected = np.zeros((6, 6))
    expected[:3, 3:] = 1.0
    np.testing.assert_array_equal(image, expected)


def test_a_large_graph_is_folded_and_no_link_is_lost():
    generator = np.random.default_rng(2)
    graph = (generator.random((95, 95)) < 0.3).astype(float)
    np.fill_diagonal(graph, 0.0)
    figure = plots.layered_links(graph, generator.integers(0, 4, 95), pixels=10)
    image = figure.axes[0].images[0].get_array()
    assert image.shape == (10, 10)
    width = np.bincount(np.arange(95) * 10 // 95)
    assert (image * np.outer(width, width)).sum() == pytest.approx(graph.sum())


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match=r"layered_links\.layers has 2 values and the graph 3"):
        plots.layered_links([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [0, 1])
