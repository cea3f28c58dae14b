"""Layers by latency: volleys that were built, latencies by hand, what has no onset."""

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import layers_by_latency
from hal9lib.nulls import dithered_spikes
from support.spikes import poisson_spikes


def volleys(layers, size, *, begins_ms, step_ms=5.0, jitter_ms=0.0, seed=0):
    """(times, neurons) of layers that fire in turn after each begin."""
    which = np.tile(np.arange(layers * size), len(begins_ms))
    times = np.asarray(begins_ms)[:, None] + (np.arange(layers * size) // size) * step_ms + 0.5
    jitter = np.random.default_rng(seed).normal(0.0, jitter_ms, times.size) if jitter_ms else 0.0
    return times.ravel() + jitter, which


BEGINS_MS = [20.0, 110.0, 230.0, 300.0]
TIMES, WHICH = volleys(3, 4, begins_ms=BEGINS_MS)
CALL = {
    "arrays": {"spike_times_ms": TIMES, "spike_neurons": WHICH},
    "options": {"window_ms": 30.0, "stop_ms": 400.0},
}


@pytest.mark.parametrize(("layers", "size"), [(2, 4), (3, 5), (6, 8)])
def test_layers_that_fire_in_turn_are_found_in_order(layers, size):
    times, which = volleys(layers, size, begins_ms=BEGINS_MS)
    order = np.random.default_rng(1).permutation(layers * size)
    found = layers_by_latency(times, order[which], window_ms=60.0)
    assert found.value == layers
    np.testing.assert_array_equal(found.arrays["layers"][order], np.arange(len(order)) // size)
    assert found.arrays["onsets_ms"].tolist() == BEGINS_MS
    np.testing.assert_allclose(found.arrays["layer_latencies_ms"], 0.5 + 5.0 * np.arange(layers))
    assert found.details["between"] == pytest.approx(1.0)
    assert found.details["onsets"] == 4


@pytest.mark.jit_only
def test_latencies_are_those_of_a_slow_count():
    generator = np.random.default_rng(2)
    times, which = poisson_spikes(generator, 30, 40.0, 500.0)
    onsets = np.sort(generator.uniform(0.0, 480.0, 7))
    found = layers_by_latency(times, which, window_ms=25.0, onsets_ms=onsets, share=0.3)
    for neuron in range(30):
        firsts = []
        for onset in onsets:
            after = times[(which == neuron) & (times > onset) & (times <= onset + 25.0)] - onset
            firsts += [after.min()] if len(after) else []
        latency, layer = (found.arrays[key][neuron] for key in ("latencies_ms", "layers"))
        if len(firsts) >= 3:  # 0.3 of 7 is more than 2
            assert latency == pytest.approx(np.median(firsts), abs=1e-9)
            assert layer >= 0
        else:
            assert (latency, layer) == (0.0, -1)


def test_a_stray_spike_and_a_missing_one_move_nothing():
    times, which = volleys(3, 4, begins_ms=BEGINS_MS)
    clean = layers_by_latency(times, which, window_ms=30.0, stop_ms=400.0)
    kept = np.arange(len(times)) != 7
    times, which = np.append(times[kept], [21.0, 390.0]), np.append(which[kept], [11, 2])
    found = layers_by_latency(times, which, window_ms=30.0, stop_ms=400.0)
    np.testing.assert_array_equal(found.arrays["layers"], clean.arrays["layers"])


def test_known_onsets_take_the_place_of_found_ones():
    times, which = volleys(3, 4, begins_ms=BEGINS_MS)
    found = layers_by_latency(times, which, window_ms=30.0, onsets_ms=[230.0, 20.0])
    assert found.arrays["onsets_ms"].tolist() == [20.0, 230.0]
    assert found.value == 3


def test_neurons_that_seldom_fire_are_in_no_layer():
    times, which = volleys(2, 6, begins_ms=BEGINS_MS)
    kept = (which != 3) | (times < 100.0)
    found = layers_by_latency(times[kept], which[kept], window_ms=30.0, neurons=14)
    assert found.arrays["layers"].tolist() == [0, 0, 0, -1, 0, 0, 1, 1, 1, 1, 1, 1, -1, -1]
    assert found.details["in_no_layer"] == 3


@pytest.mark.jit_only
def test_order_tells_from_chance_and_rates_alone_do_not():
    null = dithered_spikes(dither_ms=50.0, of="trains", seed=1)
    begins = np.arange(20.0, 1_000.0, 100.0)
    times, which = volleys(4, 8, begins_ms=begins, jitter_ms=1.0)
    options = {"window_ms": 40.0, "bin_ms": 4.0, "stop_ms": 1_050.0, "null": null}
    found = layers_by_latency(times, which, **options)
    assert found.value == 4.0
    assert found.p <= 0.005
    generator = np.random.default_rng(4)
    which = np.concatenate([generator.integers(0, 10, 4_000), generator.integers(10, 20, 800)])
    times = generator.uniform(0.0, 1_050.0, len(which))
    options["onsets_ms"] = np.arange(5.0, 1_000.0, 20.0)
    rates = layers_by_latency(times, which, **options)
    assert rates.value == 2.0, "fast neurons fire first"
    assert rates.p > 0.05, "and a null that keeps rates shows no more than that"


@pytest.mark.parametrize(
    ("spikes", "options", "sentence"),
    [
        (
            (np.arange(1.0, 9.0), np.arange(8)),
            {"stop_ms": 8.0},
            r": no onset, since no bin holds m",
        ),
        (([], []), {"stop_ms": 10.0}, r": no onset, since no bin holds more spikes than the med"),
        (([3.0, 3.1], [0, 1]), {"stop_ms": 9.0}, r": 2 of 2 neurons fire after 0\.5 of the 1 on"),
        ((TIMES, WHICH), {"window_ms": 0.0}, r"\.window_ms = 0\.0 is not allowed; use a finite "),
        ((TIMES, WHICH), {"share": 1.5}, r"\.share = 1\.5 is not allowed; use a finite number"),
        ((TIMES, WHICH), {"bin_ms": 1e-9}, r"\.bin_ms = 1e-09 is not allowed; use a finite num"),
        ((TIMES, WHICH), {"onsets_ms": [np.nan]}, r"\.onsets_ms\[0\] = nan is not allowed; use f"),
        ((TIMES, WHICH), {"neurons": 5}, r"\.spike_neurons\[5\] = 5 is not allowed; use whole n"),
    ],
)
def test_what_it_cannot_take_is_refused(spikes, options, sentence):
    with pytest.raises(ParameterError, match=rf"^layers_by_latency{sentence}"):
        layers_by_latency(*spikes, **({"window_ms": 30.0} | options))
