"""Peaks: planted rhythms, white noise, published points of Fisher's test."""

import numpy as np
import pytest

from hal9lib.errors import ParameterError
from hal9lib.measures import spectral_peak

CALL = {
    "arrays": {"rate_hz": np.random.default_rng(2).poisson(5.0, 400).astype(float)},
    "options": {"bin_ms": 0.5},
}


@pytest.mark.parametrize("planted_hz", [20.0, 41.3, 180.0, 333.0, 612.5])
def test_a_planted_rhythm_is_found_within_the_resolution(planted_hz):
    generator = np.random.default_rng(int(planted_hz))
    time_s = (np.arange(800) + 0.5) * 0.5e-3
    rate_hz = 40.0 * (1.0 + 0.5 * np.sin(2.0 * np.pi * planted_hz * time_s))
    counts = generator.poisson(rate_hz * 0.5e-3 * 2_000)
    result = spectral_peak(counts / 2_000 / 0.5e-3, bin_ms=0.5)
    assert result.details["resolution_hz"] == 2.5
    assert planted_hz in result
    assert result.p < 1e-6


def test_white_noise_raises_no_more_alarms_than_allowed_and_its_p_is_uniform():
    generator = np.random.default_rng(11)
    p = np.array(
        [spectral_peak(generator.normal(0.0, 1.0, 201), bin_ms=1.0).p for _ in range(1_000)]
    )
    assert 35 <= np.count_nonzero(p <= 0.05) <= 65
    assert np.abs(np.sort(p) - np.linspace(0.0, 1.0, 1_000)).max() < 0.06  # Kolmogorov, p 0.001


@pytest.mark.parametrize(
    ("ordinates", "share"), [(5, 0.68377), (10, 0.44495), (20, 0.27040), (50, 0.13135)]
)
def test_fishers_published_5_percent_points(ordinates, share):
    # Table 1 of Fisher 1929, by way of a spectrum that has exactly this share in one ordinate.
    power = np.full(ordinates, (1.0 - share) / (ordinates - 1))
    power[ordinates // 2] = share
    spectrum = np.concatenate([[0.0], np.sqrt(power)])
    rate = np.fft.irfft(spectrum, 2 * ordinates + 1)
    assert spectral_peak(rate, bin_ms=1.0).p == pytest.approx(0.05, abs=2e-4)


def test_a_library_has_its_largest_ordinate_at_the_same_frequency():
    from scipy.signal import periodogram

    rate = np.random.default_rng(12).poisson(5.0, 601)
    frequencies, power = periodogram(rate, 2_000.0, "boxcar", detrend="constant")
    result = spectral_peak(rate, bin_ms=0.5)
    assert result.value == pytest.approx(frequencies[np.argmax(power)], rel=1e-12)
    assert result.details["share_of_power"] == pytest.approx(power.max() / power.sum(), rel=1e-9)


def test_a_band_keeps_a_stronger_rhythm_out():
    time_s = np.arange(1_000) * 1e-3
    rate = 3.0 * np.sin(2 * np.pi * 50.0 * time_s) + np.sin(2 * np.pi * 200.0 * time_s)
    assert spectral_peak(rate, bin_ms=1.0).value == pytest.approx(50.0)
    assert spectral_peak(rate, bin_ms=1.0, low_hz=100.0).value == pytest.approx(200.0)


@pytest.mark.parametrize(
    ("rate", "options", "sentence"),
    [
        (np.full(100, 0.3), {}, "rate_hz does not vary, so it has no peak"),
        (np.arange(7.0), {}, "rate_hz has 7 bins; use 8 or more"),
        (np.arange(100.0), {"bin_ms": 0.0}, r"spectral_peak\.bin_ms = 0\.0 is not allowed"),
        (
            np.arange(100.0),
            {"low_hz": 11.0, "high_hz": 19.0},
            "no frequency lies from low_hz = 11 to high_hz = 19; they are multiples of 10 up to",
        ),
    ],
)
def test_what_has_no_peak_says_why(rate, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        spectral_peak(rate, **({"bin_ms": 1.0} | options))
