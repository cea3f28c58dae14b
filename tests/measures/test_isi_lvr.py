"""LvR: closed forms, the golden lists, a library, the dead time taken out, what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import isi_lvr
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


def population(intervals_ms):
    neurons, intervals = intervals_ms.shape
    return np.cumsum(intervals_ms, axis=1).ravel(), np.repeat(np.arange(neurons), intervals)


def test_the_golden_trains_have_their_lvr_and_lv():
    spikes = train(GOLDEN["isi_list"])
    assert isi_lvr(*spikes).value == pytest.approx(0.1057354760321075, rel=1e-12)
    assert isi_lvr(*spikes, refractory_ms=0.0).value == pytest.approx(
        0.07809707021794345, rel=1e-12
    )
    times_ms = np.cumsum(-np.log(uniforms(51, 4_000)) / 0.02)
    spikes = times_ms[times_ms < 100_000.0], np.zeros(GOLDEN["poisson"]["n"])
    assert isi_lvr(*spikes).value == pytest.approx(GOLDEN["poisson"]["lvr"], rel=1e-12)
    lv = isi_lvr(*spikes, refractory_ms=0.0).value
    assert lv == pytest.approx(GOLDEN["poisson"]["lv"], rel=1e-12)


@pytest.mark.parametrize("refractory_ms", [0.0, 5.0, 12.0])
def test_a_library_agrees_neuron_by_neuron(refractory_ms):
    import quantities as pq
    from elephant.statistics import lvr

    generator = np.random.default_rng(2)
    intervals = [generator.gamma(shape, 20.0, 50) for shape in (0.5, 1.0, 4.0)]
    result = isi_lvr(*population(np.array(intervals)), refractory_ms=refractory_ms)
    theirs = [lvr(i[1:] * pq.ms, R=refractory_ms * pq.ms) for i in intervals]
    np.testing.assert_allclose(result.arrays["values"], theirs, rtol=1e-9)


@pytest.mark.jit_only
@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 4.0])
def test_a_gamma_process_has_the_lv_of_its_shape(shape):
    spikes = population(np.random.default_rng(3).gamma(shape, 5.0, (200, 1_001)))
    result = isi_lvr(*spikes, refractory_ms=0.0)
    assert result.value == pytest.approx(3.0 / (2.0 * shape + 1.0), abs=0.008)


@pytest.mark.jit_only
def test_a_poisson_process_has_the_lvr_that_is_stated_and_one_with_a_dead_time_has_1():
    generator = np.random.default_rng(4)
    poisson = isi_lvr(*population(generator.exponential(50.0, (200, 1_001))))
    assert poisson.value == pytest.approx(1.0 + 4.0 * 5.0 / 50.0, abs=0.01)
    dead_time = isi_lvr(*population(5.0 + generator.exponential(200.0, (200, 1_001))))
    assert dead_time.value == pytest.approx(1.0, abs=0.02)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 1e3), min_size=2, max_size=20), st.floats(0.0, 20.0))
def test_it_is_not_negative_and_grows_with_the_refractoriness_constant(intervals, refractory_ms):
    lv = isi_lvr(*train(intervals), refractory_ms=0.0).value
    assert 0.0 <= lv <= 3.0
    assert isi_lvr(*train(intervals), refractory_ms=refractory_ms).value >= lv
    reversed_in_time = isi_lvr(*train(intervals[::-1]), refractory_ms=0.0).value
    assert reversed_in_time == pytest.approx(lv, abs=1e-8)


def test_a_clock_has_0_also_at_times_that_binary_cannot_hold():
    times_ms = np.arange(1, 101) * 0.1
    assert isi_lvr(times_ms, np.zeros(100)).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("times_ms", "neurons", "options", "sentence"),
    [
        ([], [], {"stop_ms": 10.0}, r"isi_lvr: no neuron has 2 intervals \(3 spikes\) in the win"),
        ([1, 2], [0, 0], {}, r"no neuron has 2 intervals"),
        ([1, 2, 2, 3], [3] * 4, {}, "holds a spike of neuron 3 twice; use each spike once"),
        (
            [1, 2, 4],
            [0, 0, 0],
            {"refractory_ms": -1.0},
            r"isi_lvr\.refractory_ms = -1\.0 is not allowed; use a finite number of at least 0",
        ),
        ([1, 2, 4], [0, 0, 0], {"min_intervals": 1}, r"isi_lvr\.min_intervals = 1 is not allowed"),
    ],
)
def test_what_has_no_lvr_says_why(times_ms, neurons, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        isi_lvr(times_ms, neurons, **options)
