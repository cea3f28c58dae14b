"""Spectral exponents: planted noise, a slow reference, a library's spectrum, what is refused."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.signal import periodogram

from hal9lib.errors import ParameterError
from hal9lib.measures import spectral_exponent
from hal9lib.nulls import permuted_times

RATE = np.random.default_rng(1).poisson(5.0, 512).astype(float)
BAND = {"bin_ms": 1.0, "low_hz": 6.0, "high_hz": 250.0}
CALL = {"arrays": {"rate_hz": RATE}, "options": BAND}


def noise(generator, beta, bins):
    """1/f^beta noise, cut from 8 times as much so that its ends do not meet."""
    frequencies = np.fft.rfftfreq(8 * bins)
    real, imaginary = generator.normal(0.0, 1.0, (2, len(frequencies)))
    spectrum = real + 1j * imaginary
    spectrum[1:] *= frequencies[1:] ** (-beta / 2.0)
    spectrum[0] = 0.0
    return np.fft.irfft(spectrum)[:bins]


@pytest.mark.parametrize("beta", [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
def test_planted_exponents_are_recovered_without_bias_and_covered(beta):
    generator = np.random.default_rng(2)
    band = {"bin_ms": 1.0, "low_hz": 4.0, "high_hz": 250.0}
    results = [spectral_exponent(noise(generator, beta, 1_024), **band) for _ in range(200)]
    assert np.mean([r.value for r in results]) == pytest.approx(beta, abs=0.05)
    assert sum(beta in r for r in results) >= 178, "95 % within 4 standard errors"


def test_a_random_walk_has_2_and_its_steps_0():
    steps = np.random.default_rng(3).normal(0.0, 1.0, 50_000)
    band = {"bin_ms": 1.0, "low_hz": 1.0, "high_hz": 50.0}
    assert spectral_exponent(np.cumsum(steps), **band).value == pytest.approx(2.0, abs=0.1)
    assert spectral_exponent(steps, **band).value == pytest.approx(0.0, abs=0.1)


def test_it_is_the_maximum_of_the_likelihood_of_a_librarys_periodogram():
    # An independent slow reference: scipy's tapered periodogram, its likelihood by golden section.
    series = noise(np.random.default_rng(4), 1.5, 600)
    result = spectral_exponent(series, bin_ms=2.0, low_hz=5.0, high_hz=120.0)
    frequencies, power = periodogram(series, 500.0, "hann", detrend="constant")
    band = (frequencies >= 5.0) & (frequencies <= 120.0)
    np.testing.assert_allclose(result.arrays["frequencies_hz"], frequencies[band])
    np.testing.assert_allclose(result.arrays["power"], power[band], rtol=1e-9)
    f, i = frequencies[band], power[band]

    def minus_log_likelihood(beta):
        c = np.mean(i * f**beta)
        return np.sum(np.log(c * f**-beta) + i / (c * f**-beta))

    found = minimize_scalar(minus_log_likelihood, bracket=(0.0, 3.0), options={"xtol": 1e-10})
    assert result.value == pytest.approx(found.x, abs=1e-5)
    # The curvature at the minimum is the Fisher information; the taper makes 35 / 18 of it.
    logs = np.log(f) - np.log(f).mean()
    half = (result.interval[1] - result.interval[0]) / 2.0
    assert half == pytest.approx(1.959964 * np.sqrt(35.0 / 18.0 / (logs @ logs)), rel=1e-6)


def test_neither_scale_nor_offset_nor_the_unit_of_time_matters():
    value = spectral_exponent(RATE, **BAND).value
    assert spectral_exponent(7.0 * RATE - 100.0, **BAND).value == pytest.approx(value, abs=1e-9)
    slower = {"bin_ms": 10.0, "low_hz": 0.6, "high_hz": 25.0}
    assert spectral_exponent(RATE, **slower).value == pytest.approx(value, abs=1e-9)
    assert spectral_exponent(RATE[::-1], **BAND).value == pytest.approx(value, abs=0.02)


def test_a_null_that_keeps_the_values_tells_order_in_time():
    coloured = noise(np.random.default_rng(5), 1.0, 512)
    assert spectral_exponent(coloured, **BAND, null=permuted_times(seed=1)).p == 0.002
    assert spectral_exponent(RATE, **BAND, null=permuted_times(seed=1)).p > 0.01
    assert spectral_exponent(coloured, **BAND).null == "a flat spectrum"


@pytest.mark.parametrize(
    ("rate", "options", "sentence"),
    [
        (np.full(100, 0.3), {}, "spectral_exponent.rate_hz does not vary, so it has no spectrum"),
        (np.arange(19.0), {}, "spectral_exponent.rate_hz has 19 bins; use 20 or more"),
        (RATE, {"bin_ms": 0.0}, r"spectral_exponent\.bin_ms = 0\.0 is not allowed"),
        (RATE, {"low_hz": -1.0}, r"spectral_exponent\.low_hz = -1\.0 is not allowed"),
        (
            RATE,
            {"low_hz": 100.0, "high_hz": 110.0},
            "5 frequencies lie from low_hz = 100 to high_hz = 110; use a band that holds 10 or "
            r"more of the multiples of 1\.95312 up to 498\.047 Hz",
        ),
        (RATE, {"low_hz": 200.0, "high_hz": 100.0}, "0 frequencies lie from low_hz = 200"),
    ],
)
def test_what_has_no_exponent_says_why(rate, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        spectral_exponent(rate, **(BAND | options))
