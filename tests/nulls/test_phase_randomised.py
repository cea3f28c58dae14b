"""Mean and power are kept to rounding, cross-spectra where units go together; the rest is not."""

import numpy as np
import pytest
from scipy.stats import kstest

from hal9lib import nulls


def spectrum(series):
    return np.fft.rfft(series, axis=0)


@pytest.mark.parametrize("times", [1, 2, 3, 64, 65, 97])
@pytest.mark.parametrize("together", [False, True])
def test_mean_and_power_are_kept_to_rounding(times, together):
    series = np.random.default_rng(1).normal(3.0, 2.0, size=(times, 3))
    found = nulls.phase_randomised(together=together, seed=1).surrogate(series)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.mean(0), series.mean(0), rtol=1e-12)
    np.testing.assert_allclose(np.abs(spectrum(found)), np.abs(spectrum(series)), atol=1e-11)
    assert (times < 3) == np.allclose(found, series), "fewer than 3 times have no phase to draw"
    cross = [spectrum(x)[:, 0] * spectrum(x)[:, 1].conj() for x in (series, found)]
    assert np.allclose(*cross, atol=1e-9) == (together or times < 3)


def test_whole_numbers_come_out_as_floats_with_the_power_they_had():
    counts = np.random.default_rng(1).poisson(2.0, size=(50, 2))
    found = nulls.phase_randomised(seed=1).surrogate(counts)
    np.testing.assert_allclose(np.abs(spectrum(found)), np.abs(spectrum(counts)), atol=1e-10)


def test_phases_are_uniform():
    series = np.zeros((101, 2))
    series[7] = 1.0
    null = nulls.phase_randomised(seed=1)
    phases = [np.angle(spectrum(null.surrogate(series, k))[1:]).ravel() for k in range(20)]
    assert kstest(np.concatenate(phases) / (2 * np.pi) + 0.5, "uniform").pvalue > 0.001


def test_a_burst_and_relations_between_units_are_gone():
    series = np.zeros((4096, 2))
    series[100:110] = 1.0
    found = nulls.phase_randomised(seed=1).surrogate(series)

    def kurtosis(x):
        return float(((x - x.mean()) ** 4).mean() / x.var() ** 2)

    assert kurtosis(series[:, 0]) > 100
    assert abs(kurtosis(found[:, 0]) - 3.0) < 1.0, "nearly Gaussian"
    # A burst of 10 has about 4096 / 10 independent phases that matter.
    assert abs(np.corrcoef(found.T)[0, 1]) < 4 / np.sqrt(400)
    both = nulls.phase_randomised(seed=1, together=True).surrogate(series)
    assert np.corrcoef(both.T)[0, 1] > 0.999999
