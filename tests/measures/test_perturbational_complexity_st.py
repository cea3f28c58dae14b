"""Perturbational complexity, state transitions: the definition by brute force, closed forms.

No library in the environment has the measure; the reference takes whole distance and transition
matrices, one threshold after the other, and components from NumPy's singular value decomposition.
"""

import numpy as np
import pytest

from hal9lib import calibration
from hal9lib.calibration.perturbational_complexity_st import _COURSE
from hal9lib.errors import ParameterError
from hal9lib.measures import perturbational_complexity_st
from hal9lib.measures._state_transitions_kernels import median_distance


def runs(seed, trials=8, times=14, units=3, height=3.0):
    """Response and baseline; units rise and fall after a stimulus at their own pace."""
    generator = np.random.default_rng(seed)
    course = np.sin(np.outer(np.arange(times), np.arange(1, units + 1) / 2.5))
    response, baseline = generator.normal(size=(2, trials, times, units))
    return {"response": response + height * course, "baseline": baseline}


CALL = {"arrays": runs(1), "options": {"seed": 3}}


def transitions(values, threshold):
    """Changes along time of whether two states are within a threshold, a state and a state."""
    like = (np.abs(values[:, None] - values[None, :]) <= threshold).astype(int)
    return np.abs(np.diff(like, axis=1)).sum() / len(values) ** 2


def by_definition(response, baseline, factor=1.2, least_snr=1.1, share=0.99):
    response, baseline = response.mean(axis=0), baseline.mean(axis=0)
    centre = baseline.mean(axis=0)
    response, baseline = response - centre, baseline - centre
    _, size, axes = np.linalg.svd(response, full_matrices=False)
    held = np.cumsum(size**2) / np.sum(size**2)
    parts = []
    for axis in axes[: np.flatnonzero(held >= share)[0] + 1]:
        y, rest = response @ axis, baseline @ axis
        if np.sqrt(np.mean(y**2)) <= least_snr * np.sqrt(np.mean(rest**2)):
            continue
        low = np.median(np.abs(rest[:, None] - rest[None, :]))
        high = np.abs(y[:, None] - y[None, :]).max()
        more = [
            transitions(y, e) - factor * transitions(rest, e) for e in np.linspace(low, high, 100)
        ]
        parts.append(max(0.0, *more) * len(y))
    return parts


def noiseless(course):
    """Five trials of the same course (times, units), and of silence."""
    course = np.asarray(course, float)
    response = np.tile(course.reshape(1, len(course), -1), (5, 1, 1))
    return perturbational_complexity_st(response, np.zeros_like(response), draws=0)


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_the_definition_says(seed):
    both = runs(seed, units=1 + seed % 4, height=0.4 * seed)
    result = perturbational_complexity_st(**both, draws=0)
    np.testing.assert_allclose(result.arrays["transitions"], by_definition(**both), rtol=1e-9)
    assert result.value == pytest.approx(sum(by_definition(**both)))
    assert result.p is None


@pytest.mark.parametrize("times", range(8, 16))
def test_the_median_distance_is_that_of_the_whole_matrix(times):
    values = np.random.default_rng(times).integers(0, 9, times).astype(float)
    whole = np.abs(values[:, None] - values[None, :])
    assert median_distance(values) == np.median(whole)


@pytest.mark.parametrize("switches", [1, 2, 5])
def test_a_unit_that_switches_m_times_between_two_states_has_m(switches):
    pieces = [np.full(4 + k, k % 2) for k in range(switches + 1)]
    assert noiseless(np.concatenate(pieces)).value == pytest.approx(switches)


def test_a_ramp_has_two_transitions_a_state_but_at_its_ends():
    """From like to unlike on either side: 2 (n - 1) at the smallest threshold."""
    assert noiseless(np.arange(20.0)).value == pytest.approx(2 * 19 / 20)


def test_orthogonal_units_add_up():
    """Walsh functions of 2 and 7 switches, of unequal height so that each is a component."""
    slow = np.repeat([1.0, -1.0, -1.0, 1.0], 8)
    fast = np.tile(np.repeat([1.0, -1.0], 4), 4)
    course = np.column_stack((slow, 3.0 * fast))
    assert slow @ fast == 0.0
    result = noiseless(course)
    assert result.details["components"] == 2
    assert result.value == pytest.approx(2 + 7)


def test_no_response_is_0():
    run = runs(2)["baseline"]
    result = perturbational_complexity_st(run, run)
    assert result.value == 0.0
    assert result.p == 1.0
    assert 0.0 in result
    silent = np.zeros((5, 10, 2))
    assert perturbational_complexity_st(silent, silent).value == 0.0


def test_neither_order_scale_nor_offset_of_all_units_matters():
    both = runs(3)
    value = perturbational_complexity_st(**both, draws=0).value
    changed = {name: 1e3 * run[:, :, [2, 0, 1]] + 5.0 for name, run in both.items()}
    assert perturbational_complexity_st(**changed, draws=0).value == pytest.approx(value)
    turned = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0]
    changed = {name: run @ turned for name, run in both.items()}
    assert perturbational_complexity_st(**changed, draws=0).value == pytest.approx(value)


def test_a_larger_factor_and_a_larger_ratio_find_less():
    both = runs(5, height=0.5)
    value = perturbational_complexity_st(**both, draws=0).value
    assert perturbational_complexity_st(**both, draws=0, noise_factor=2.0).value < value
    assert perturbational_complexity_st(**both, draws=0, least_snr=1e6).value == 0.0


def test_a_clear_response_is_seen():
    result = perturbational_complexity_st(**runs(6, height=2.0))
    assert result.p <= 0.01
    assert result.null == "trials relabelled (999 draws)"


def test_the_value_planted_in_its_calibration_is_that_of_its_course():
    truth = calibration.load("perturbational_complexity_st")().truth
    parts = by_definition(_COURSE[None], np.zeros_like(_COURSE)[None])
    assert truth == pytest.approx(sum(parts), rel=1e-12)
    assert len(parts) == 2


def test_what_cannot_be_compared_is_refused():
    both = runs(7)
    with pytest.raises(ParameterError, match=r"with at least 5 trials, 8 times and 1 units"):
        perturbational_complexity_st(both["response"][:, :7], both["baseline"])
    with pytest.raises(ParameterError, match="baseline has 7 values and response has 8; use as ma"):
        perturbational_complexity_st(both["response"], both["baseline"][:7])
    large = np.zeros((5, 8, 257))
    with pytest.raises(ParameterError, match=r"has 8 times and 257 units, .*: the mean activity"):
        perturbational_complexity_st(large, large)
    with pytest.raises(ParameterError, match=r"_st\.noise_factor = 0\.5 is not allowed"):
        perturbational_complexity_st(**both, noise_factor=0.5)
    with pytest.raises(ParameterError, match=r"_st\.draws = 99 is not allowed"):
        perturbational_complexity_st(**both, draws=99)
