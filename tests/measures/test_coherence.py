"""Coherence: a library, closed forms, the exact distribution by simulation, what is refused."""

import sys

import numpy as np
import pytest
from scipy import signal

from hal9lib.errors import ParameterError
from hal9lib.measures import coherence
from hal9lib.nulls import shifted_series

GENERATOR = np.random.default_rng(1)
FIRST, OTHER = GENERATOR.normal(0.0, 1.0, (2, 1_000))
SECOND = FIRST + OTHER
WHERE = {"bin_ms": 1.0, "frequency_hz": 40.0, "segment_ms": 100.0}
CALL = {"arrays": {"first_hz": FIRST, "second_hz": SECOND}, "options": WHERE}


@pytest.mark.parametrize("segment", [100, 99])
def test_a_library_has_the_same_curve(segment):
    result = coherence(FIRST, SECOND, **(WHERE | {"segment_ms": float(segment)}))
    frequencies, curve = signal.coherence(FIRST, SECOND, 1_000.0, "hann", segment, 0)
    last = (segment - 1) // 2
    np.testing.assert_allclose(result.arrays["frequencies_hz"], frequencies[1 : last + 1])
    np.testing.assert_allclose(result.arrays["coherence"], curve[1 : last + 1], rtol=1e-9)
    assert result.value == pytest.approx(curve[4], rel=1e-9)


def test_a_filtered_copy_has_1_and_its_lag_as_phase():
    time_s = np.arange(4_000) * 1e-3
    rhythm = np.sin(2.0 * np.pi * 40.0 * time_s)
    result = coherence(rhythm, 3.0 * np.sin(2.0 * np.pi * 40.0 * (time_s - 0.004)), **WHERE)
    assert result.value == pytest.approx(1.0, abs=1e-9)
    assert result.details["phase_rad"] == pytest.approx(2.0 * np.pi * 40.0 * 0.004, abs=1e-6)
    assert result.p < 1e-12


def test_it_is_symmetric_and_neither_scale_nor_offset_matters():
    value = coherence(FIRST, SECOND, **WHERE).value
    assert coherence(SECOND, FIRST, **WHERE).value == pytest.approx(value, rel=1e-9)
    assert coherence(5.0 - 2.0 * FIRST, SECOND, **WHERE).value == pytest.approx(value, rel=1e-9)
    assert 0.0 <= value <= 1.0


def test_the_p_of_independent_rates_is_uniform_and_their_mean_is_1_over_k():
    generator = np.random.default_rng(2)
    results = [coherence(*generator.normal(0.0, 1.0, (2, 600)), **WHERE) for _ in range(500)]
    p = np.sort([r.p for r in results])
    assert np.abs(p - np.linspace(0.0, 1.0, 500)).max() < 0.087  # Kolmogorov, p 0.001
    assert np.mean([r.value for r in results]) == pytest.approx(1.0 / 6.0, abs=0.03)


@pytest.mark.parametrize("shared", [0.0, 1.0, 4.0])
def test_the_distribution_behind_the_interval_is_that_of_simulated_rates(shared):
    # An independent slow reference: complex Gaussian spectra of 12 segments, drawn.
    generator = np.random.default_rng(3)

    def drawn(scale):
        real, imaginary = generator.normal(0.0, scale, (2, 20_000, 12))
        return real + 1j * imaginary

    common = drawn(shared**0.5)
    one, two = common + drawn(1.0), common + drawn(1.0)
    powers = (np.abs(one) ** 2).sum(axis=1) * (np.abs(two) ** 2).sum(axis=1)
    found = np.abs((one * two.conj()).sum(axis=1)) ** 2 / powers
    true = (shared / (1.0 + shared)) ** 2
    share_below = sys.modules["hal9lib.measures.coherence"]._share_below
    for value in np.quantile(found, [0.025, 0.25, 0.5, 0.9, 0.975]):
        expected = np.mean(found <= value)
        assert share_below(float(value), true, 12) == pytest.approx(expected, abs=0.015)


def test_a_null_that_shifts_one_rate_against_the_other_tells_the_same():
    assert coherence(FIRST, SECOND, **WHERE, null=shifted_series(seed=1)).p < 0.05
    assert coherence(FIRST, OTHER, **WHERE, null=shifted_series(seed=1)).p > 0.01


@pytest.mark.parametrize(
    ("first", "second", "options", "sentence"),
    [
        (np.ones(100), SECOND[:100], {}, "coherence.first_hz does not vary, so it has no spectrum"),
        (FIRST, np.ones(1_000), {}, "coherence.second_hz does not vary"),
        (FIRST, SECOND[:500], {}, "second_hz has 500 values and first_hz has 1000; use as many"),
        (FIRST[:23], SECOND[:23], {}, "coherence.first_hz has 23 bins; use 24 or more"),
        (FIRST, SECOND, {"segment_ms": 400.0}, "segment_ms = 400 is not allowed; use 8 to 333"),
        (FIRST, SECOND, {"frequency_hz": 0.0}, "frequency_hz = 0 is not allowed; use a multiple"),
        (FIRST, SECOND, {"frequency_hz": 500.0}, "use a multiple of 10 from 10 to 490"),
        (FIRST, SECOND, {"bin_ms": -1.0}, r"coherence\.bin_ms = -1\.0 is not allowed"),
    ],
)
def test_what_has_no_coherence_says_why(first, second, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        coherence(first, second, **(WHERE | options))
