"""CV2: closed forms, the golden lists, a library, order in the intervals, what is refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import isi_cv, isi_cv2
from support.splitmix64 import uniforms

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "spike_stats.json").read_text())
CALL = {
    "arrays": {
        "spike_times_ms": np.cumsum(np.random.default_rng(1).exponential(25.0, 400)),
        "spike_neurons": np.arange(400) % 4,
    },
    "options": {"stop_ms": 11_000.0},
}


def train(intervals_ms):
    times_ms = 5.0 + np.concatenate([[0.0], np.cumsum(intervals_ms)])
    return times_ms, np.zeros(len(times_ms))


def golden_poisson():
    times_ms = np.cumsum(-np.log(uniforms(51, 4_000)) / 0.02)
    times_ms = times_ms[times_ms < 100_000.0]
    assert len(times_ms) == GOLDEN["poisson"]["n"]
    return times_ms, np.zeros(len(times_ms))


def test_the_golden_trains_have_their_cv2():
    assert isi_cv2(*train(GOLDEN["isi_list"])).value == pytest.approx(
        0.27053727610352646, rel=1e-12
    )
    poisson = isi_cv2(*golden_poisson())
    assert poisson.value == pytest.approx(GOLDEN["poisson"]["cv2"], rel=1e-12)
    assert poisson.interval is None, "one neuron has no spread over neurons"


def test_a_library_agrees_neuron_by_neuron():
    from elephant.statistics import cv2

    generator = np.random.default_rng(2)
    intervals = [generator.gamma(shape, 20.0, 50) for shape in (0.5, 1.0, 4.0)]
    times_ms = np.concatenate([np.cumsum(i) for i in intervals])
    result = isi_cv2(times_ms, np.repeat([0, 1, 4], 50))
    assert result.arrays["neurons"].tolist() == [0, 1, 4]
    np.testing.assert_allclose(result.arrays["values"], [cv2(i[1:]) for i in intervals], rtol=1e-9)
    assert result.value == pytest.approx(result.arrays["values"].mean())


@pytest.mark.jit_only
@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 4.0])
def test_a_gamma_process_has_the_cv2_of_its_shape(shape):
    intervals_ms = np.random.default_rng(3).gamma(shape, 5.0, (200, 1_001))
    result = isi_cv2(np.cumsum(intervals_ms, axis=1).ravel(), np.repeat(np.arange(200), 1_001))
    beta = math.gamma(shape) ** 2 / math.gamma(2.0 * shape)
    truth = 4.0 / (4.0**shape * shape * beta)
    assert result.value == pytest.approx(truth, abs=0.005)
    assert result.interval[0] - 0.002 < truth < result.interval[1] + 0.002


def test_a_clock_has_0_also_at_times_that_binary_cannot_hold():
    times_ms = np.arange(1, 101) * 0.1
    assert isi_cv2(times_ms, np.zeros(100)).value == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 1e3), min_size=2, max_size=20), st.floats(0.01, 100.0))
def test_it_lies_from_0_to_2_and_changes_with_neither_unit_nor_direction_of_time(intervals, unit):
    value = isi_cv2(*train(intervals)).value
    assert 0.0 <= value <= 2.0
    assert isi_cv2(*train(np.array(intervals) * unit)).value == pytest.approx(value, abs=1e-8)
    assert isi_cv2(*train(intervals[::-1])).value == pytest.approx(value, abs=1e-8)


@pytest.mark.jit_only
def test_a_slow_change_of_rate_moves_the_cv_and_not_the_cv2():
    generator = np.random.default_rng(4)
    slow = np.exp(np.sin(2.0 * np.pi * np.arange(1_000) / 500.0))
    times_ms = np.cumsum(generator.exponential(1.0, (50, 1_000)) * slow * 20.0, axis=1).ravel()
    neurons = np.repeat(np.arange(50), 1_000)
    assert isi_cv2(times_ms, neurons).value == pytest.approx(1.0, abs=0.01)
    assert isi_cv(times_ms, neurons).value > 1.15


def test_the_names_of_neurons_do_not_matter():
    arrays = CALL["arrays"]
    other = np.array([7, 0, 9, 3])[arrays["spike_neurons"]]
    assert isi_cv2(arrays["spike_times_ms"], other).value == pytest.approx(
        isi_cv2(**arrays).value, rel=1e-12
    )


@pytest.mark.parametrize(
    ("times_ms", "neurons", "options", "sentence"),
    [
        ([], [], {}, r"isi_cv2: no spike and no stop_ms; say where the window ends"),
        ([], [], {"stop_ms": 10.0}, r"isi_cv2: no neuron has 2 intervals \(3 spikes\) in the win"),
        ([1, 2], [0, 0], {}, r"no neuron has 2 intervals"),
        ([1, 2, 4], [0, 1, 2], {}, r"no neuron has 2 intervals"),
        ([1, 2, 4, 7], [0] * 4, {"min_intervals": 4}, r"no neuron has 4 intervals \(5 spikes\)"),
        ([1, 2, 4, 7], [0] * 4, {"start_ms": 8.0, "stop_ms": 9.0}, "no neuron has 2 intervals"),
        ([1, 2, 2, 3], [3] * 4, {}, "holds a spike of neuron 3 twice; use each spike once"),
        ([1, 2, 4], [0, 0, 0.5], {}, r"isi_cv2\.spike_neurons\[2\] = 0.5 is not allowed"),
        ([1, 2, 4], [0, 0, 0], {"min_intervals": 1}, r"isi_cv2\.min_intervals = 1 is not allowed"),
    ],
)
def test_what_has_no_cv2_says_why(times_ms, neurons, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        isi_cv2(times_ms, neurons, **options)
