"""Band power: sines, Parseval, Welch's method of a library, what is refused."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import signal

from hal9lib.errors import ParameterError
from hal9lib.measures import band_power

RATE = np.random.default_rng(1).poisson(5.0, 1_000).astype(float)
BAND = {"bin_ms": 1.0, "low_hz": 30.0, "high_hz": 60.0, "segment_ms": 100.0}
CALL = {"arrays": {"rate_hz": RATE}, "options": BAND}


@pytest.mark.parametrize("segment", [100, 101])
def test_a_library_has_the_same_spectrum(segment):
    result = band_power(RATE, **(BAND | {"segment_ms": float(segment)}))
    frequencies, power = signal.welch(RATE, 1_000.0, "hann", segment, detrend="constant")
    np.testing.assert_allclose(result.arrays["frequencies_hz"], frequencies[1:])
    np.testing.assert_allclose(result.arrays["power"], power[1:], rtol=1e-12)
    inside = (frequencies >= 30.0) & (frequencies <= 60.0)
    assert result.value == pytest.approx(power[inside].sum() / power[1:].sum(), rel=1e-12)
    variance = power[inside].sum() * 1_000.0 / segment
    assert result.details["variance"] == pytest.approx(variance, rel=1e-12)


def test_bands_side_by_side_add_up_to_1():
    edges = [1.0, 30.0, 125.0, 400.0, 500.0]
    parts = [
        band_power(RATE, **(BAND | {"low_hz": low + 0.01, "high_hz": high})).value
        for low, high in pairwise(edges)
    ]
    assert sum(parts) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("amplitude", [0.5, 3.0])
def test_a_sine_has_half_its_amplitude_squared_and_all_the_power(amplitude):
    rate = 40.0 + amplitude * np.sin(2.0 * np.pi * 45.0 * np.arange(3_000) * 1e-3)
    result = band_power(rate, **(BAND | {"segment_ms": 200.0}))
    assert result.value == pytest.approx(1.0, abs=1e-6)
    assert result.details["variance"] == pytest.approx(amplitude**2 / 2.0, rel=1e-6)
    outside = band_power(rate, **(BAND | {"segment_ms": 200.0, "low_hz": 80.0, "high_hz": 90.0}))
    assert outside.value == pytest.approx(0.0, abs=1e-6)


def test_white_noise_has_the_bands_share_of_the_frequencies():
    rate = np.random.default_rng(2).normal(0.0, 1.0, 100_000)
    result = band_power(rate, bin_ms=1.0, low_hz=100.0, high_hz=199.9, segment_ms=200.0)
    assert result.value == pytest.approx(0.2, abs=0.005)
    assert 0.2 in result


def test_neither_scale_nor_offset_nor_the_unit_of_time_matters():
    value = band_power(RATE, **BAND).value
    assert band_power(-3.0 * RATE + 50.0, **BAND).value == pytest.approx(value, rel=1e-9)
    slower = {"bin_ms": 10.0, "low_hz": 3.0, "high_hz": 6.0, "segment_ms": 1_000.0}
    assert band_power(RATE, **slower).value == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("rate", "options", "sentence"),
    [
        (np.full(100, 0.3), {}, "band_power.rate_hz does not vary, so it has no spectrum"),
        (np.arange(15.0), {}, "band_power.rate_hz has 15 bins; use 16 or more"),
        (RATE, {"segment_ms": 7.0}, r"segment_ms = 7 is not allowed; use 8 to 500: 8 bins or more"),
        (RATE, {"segment_ms": 501.0}, r"segment_ms = 501 is not allowed; use 8 to 500"),
        (RATE, {"bin_ms": 0.0}, r"band_power\.bin_ms = 0\.0 is not allowed"),
        (RATE, {"low_hz": 31.0, "high_hz": 39.0}, "0 frequencies lie from low_hz = 31 to high_hz"),
        (RATE, {"low_hz": 60.0, "high_hz": 30.0}, "0 frequencies lie from low_hz = 60"),
    ],
)
def test_what_has_no_band_says_why(rate, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        band_power(rate, **(BAND | options))
