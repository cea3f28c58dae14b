"""Avalanches: by hand, against a loop written from the definition, at the window's ends."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hal9lib as hal9
from hal9lib.avalanche import Avalanches, avalanches
from hal9lib.errors import ParameterError


def by_definition(activity):
    """Runs of bins that are not empty with an empty bin on either side, one bin at a time."""
    runs, start = [], None
    for place, count in enumerate(activity):
        if count and place and not activity[place - 1]:
            start = place
        if not count and start is not None:
            runs.append((start, [int(n) for n in activity[start:place]]))
            start = None
    return runs


@given(st.lists(st.integers(0, 3), max_size=60))
def test_it_finds_what_the_definition_says(activity):
    found, runs = avalanches(activity), by_definition(activity)
    assert isinstance(found, Avalanches)
    assert found.starts.tolist() == [start for start, _ in runs]
    assert found.durations.tolist() == [len(shape) for _, shape in runs]
    assert found.sizes.tolist() == [sum(shape) for _, shape in runs]
    assert found.shapes.tolist() == [count for _, shape in runs for count in shape]


@given(st.lists(st.integers(0, 3), max_size=60))
def test_time_reversed_there_are_the_same_avalanches(activity):
    there, back = avalanches(activity), avalanches(activity[::-1])
    assert there.sizes.tolist() == back.sizes.tolist()[::-1]
    assert there.shapes.tolist() == back.shapes.tolist()[::-1]


@pytest.mark.parametrize("activity", [[], [0], [3], [0, 0, 0], [1, 1], [1, 0, 1], [0, 1, 1]])
def test_where_there_is_none_there_is_none(activity):
    assert len(avalanches(activity)) == 0
    assert repr(avalanches(activity)) == "Avalanches(0, 0 spikes)"


def test_it_is_a_public_name():
    assert hal9.avalanches is avalanches
    assert hal9.avalanches([0, 2, 0]).sizes.tolist() == [2]


@pytest.mark.parametrize(
    ("activity", "sentence"),
    [
        ([0, -1, 0], r"avalanches\.activity\[1\] = -1 is not allowed; use whole numbers from 0"),
        ([0, 1.5, 0], r"avalanches\.activity\[1\] = 1\.5 is not allowed; use whole numbers"),
        ([0, np.nan], r"avalanches\.activity\[1\] = nan is not allowed"),
        ([[0, 1], [1, 0]], r"avalanches\.activity has shape \(2, 2\), which is not allowed"),
    ],
)
def test_what_is_no_activity_is_refused(activity, sentence):
    with pytest.raises(ParameterError, match=sentence):
        avalanches(activity)


def test_ten_million_bins_take_less_than_a_few_seconds():
    activity = np.random.default_rng(1).poisson(1.0, 10_000_000)
    begun = time.process_time()
    found = avalanches(activity)
    assert time.process_time() - begun < 5.0, "0.4 s on one core, alone"
    assert found.durations.sum() == len(found.shapes)
