"""What waits to be taken: chosen spikes, rates by hand, and all of it through a checkpoint."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.recording.plan import read_plan
from hal9lib.recording.recorder import Recorder, Weights


@pytest.fixture
def plan():
    network = hal9.Network(seed=1)
    e = network.add(hal9.neurons.lif(), 4, name="E")
    network.add(hal9.neurons.lif(), 2, name="I")
    rule = hal9.connectivity.fixed_indegree(1)
    network.connect(e, e, rule, weight_mv=1.0, delay_ms=1.0)
    record = {
        "spikes": {"E": [1], "I": "all"},
        "state": [{"population": "E", "variables": ["v_mv", "refractory_left"], "every_ms": 2}],
        "weights": [{"projection": 0, "every_ms": 2}],
        "rates": {"every_ms": 2.0},
    }
    return read_plan(record, network, 0.5)


def int32(*numbers):
    return np.array(numbers, np.int32)


def test_chosen_spikes_and_rates_of_all(plan):
    recorder = Recorder(plan)
    recorder.add_spikes(int32(0, 3, 3, 4), int32(0, 1, 5, 1))
    recorder.done(7)
    steps, neurons = recorder.take_spikes()
    assert (steps.tolist(), neurons.tolist()) == ([3, 3, 4], [1, 5, 1])
    first = recorder.take_rates()
    # 2 spikes of 4 neurons and 1 of 2 in the 2 ms that end with step 3.
    assert (first.steps.tolist(), first.hz.tolist()) == ([3], [[250.0, 250.0]])
    recorder.add_spikes(int32(7), int32(2))
    recorder.done(17)
    later = recorder.take_rates()
    assert later.steps.tolist() == [7, 11, 15]
    assert later.hz.tolist() == [[250.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert recorder.take_spikes()[0].tolist() == []
    assert len(recorder.take_rates().steps) == 0


def fill(recorder):
    recorder.add_spikes(int32(1, 5), int32(1, 4))
    recorder.add_states(0, int32(3), np.array([[1.5, 2.5, 3.5, 4.5]], np.float32))
    recorder.add_states(0, int32(7), np.array([[5.5, 6.5, 7.5, 8.5]], np.float32))
    recorder.add_weights(0, Weights(3, int32(0, 1), int32(2, 3), np.array([0.5, 0.25])))
    recorder.add_weights(0, Weights(7, int32(0), int32(2), np.array([0.75])))
    recorder.done(9)


def taken(recorder):
    """Everything, as plain lists."""
    return (
        [column.tolist() for column in recorder.take_spikes()],
        [(s.tolist(), v.tolist(), v.dtype.str) for s, v in recorder.take_states() if len(s)],
        [[tuple(np.asarray(x).tolist() for x in w) for w in p] for p in recorder.take_weights()],
        [column.tolist() for column in recorder.take_rates()],
    )


def test_what_waits_goes_through_a_checkpoint(plan):
    whole, cut, resumed = Recorder(plan), Recorder(plan), Recorder(plan)
    fill(whole)
    fill(cut)
    assert cut.rows == 2 + 8 + 3 + 4  # two bins of two populations
    resumed.add_spikes(int32(0), int32(1))  # is forgotten
    resumed.restore({name: array.copy() for name, array in cut.arrays().items()})
    for recorder in (whole, cut, resumed):
        recorder.add_spikes(int32(9, 10), int32(3, 5))
        recorder.done(12)
    expected = taken(whole)
    assert expected[0] == [[1, 5, 10], [1, 4, 5]]
    assert expected[1] == [([3, 7], [[1.5, 2.5, 3.5, 4.5], [5.5, 6.5, 7.5, 8.5]], "<f4")]
    assert expected[2][0][1] == (7, [0], [2], [0.75])
    assert len(expected[3][0]) == 3
    assert taken(cut) == taken(resumed) == expected
    assert whole.rows == cut.rows == 0
