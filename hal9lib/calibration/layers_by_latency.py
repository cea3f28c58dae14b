"""Calibration of `layers_by_latency`: Poisson spikes, and volleys with jitter and stray spikes."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hal9lib.calibration._case import Calibration, Generator
from hal9lib.measures.layers_by_latency import layers_by_latency as measure
from hal9lib.nulls.dithered_spikes import dithered_spikes
from hal9lib.result import Result

_LAYERS, _SIZE, _VOLLEYS = 4, 12, 15


def layers_by_latency() -> Calibration:
    """A number of layers is whole, so its interval cannot hold the truth in 95 of 100."""
    return Calibration(
        noise=_noise,
        noise_as="20 Poisson neurons of 20 Hz, 1 s; null dithered_spikes of trains by up to 1 s",
        planted=_planted,
        truth=float(_LAYERS),
        planted_as="15 volleys through 4 layers of 12 neurons, 5 ms apart, jitter 1 ms, one spike "
        "in ten missing, stray spikes at 3 Hz; null dithered_spikes of trains by up to 50 ms",
        large=_large,
        large_as="100,000 neurons in 20 layers, 40 volleys, 4,000,000 spikes",
        not_asked={"coverage": "a number of layers is whole and here nearly always found exactly"},
    )


def _noise(generator: Generator) -> Result:
    spikes = generator.poisson(20 * 20.0)
    null = dithered_spikes(dither_ms=1_000.0, of="trains", seed=int(generator.integers(2**63)))
    return measure(
        generator.uniform(0.0, 1_000.0, spikes),
        generator.integers(0, 20, spikes),
        window_ms=40.0,
        bin_ms=5.0,
        neurons=20,
        stop_ms=1_000.0,
        null=null,
    )


def _volleys(
    generator: Generator, layers: int, size: int, volleys: int, step_ms: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Spikes of layers that fire in turn, a volley every 100 ms or so, and stray ones at 3 Hz."""
    neurons = layers * size
    begins = 100.0 * np.arange(volleys) + generator.uniform(5.0, 15.0, volleys)
    times = begins[:, None] + (np.arange(neurons) // size) * step_ms
    times = times + generator.normal(0.0, 1.0, times.shape)
    there = generator.random(times.shape) < 0.9
    which = np.broadcast_to(np.arange(neurons), times.shape)[there]
    stray = generator.poisson(3.0 * 0.1 * volleys * neurons)
    anywhen = generator.uniform(0.0, 100.0 * volleys, stray)
    anyone = generator.integers(0, neurons, stray)
    return np.concatenate([times[there], anywhen]), np.concatenate([which, anyone])


def _planted(generator: Generator, with_null: bool) -> Result:
    times_ms, which = _volleys(generator, _LAYERS, _SIZE, _VOLLEYS, 5.0)
    null = None
    if with_null:
        seed = int(generator.integers(2**63))
        null = dithered_spikes(dither_ms=50.0, of="trains", seed=seed)
    stop_ms = 100.0 * _VOLLEYS
    return measure(times_ms, which, window_ms=40.0, bin_ms=4.0, stop_ms=stop_ms, null=null)


def _large(generator: Generator) -> Callable[[], Result]:
    times_ms, which = _volleys(generator, 20, 5_000, 40, 3.0)
    return lambda: measure(times_ms, which, window_ms=80.0, stop_ms=4_000.0)
