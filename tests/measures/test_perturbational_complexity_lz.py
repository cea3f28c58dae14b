"""Perturbational complexity, LZ form: phrases by brute force and antropy, exact tests, refusals."""

from math import log2

import antropy
import numpy as np
import pytest
from scipy.stats import ttest_ind

from hal9lib import calibration
from hal9lib.calibration.perturbational_complexity_lz import _PATTERN
from hal9lib.errors import ParameterError
from hal9lib.measures import perturbational_complexity_lz
from hal9lib.measures._lz_columns_kernels import phrases
from hal9lib.measures.perturbational_complexity_lz import _complexity


def runs(seed, trials=8, times=10, units=4, height=3.0):
    """Response and baseline; half of the units respond for half of the time."""
    generator = np.random.default_rng(seed)
    response = generator.normal(size=(trials, times, units))
    response[:, : times // 2, : units // 2] += height
    return {"response": response, "baseline": generator.normal(size=(trials, times, units))}


CALL = {"arrays": runs(1), "options": {"seed": 3}}


def by_definition(columns):
    """Phrases found by looking each word up in the text so far."""
    texts = ["".join(map(str, column)) for column in columns.tolist()]
    count = 1
    for number, text in enumerate(texts):
        begin = 0
        while begin < len(text):
            for end in range(begin + 1, len(text) + 1):
                word = text[begin:end]
                if not any(word in before for before in [*texts[:number], text[: end - 1]]):
                    count, begin = count + 1, end
                    break
            else:
                begin = len(text)
    return count


@pytest.mark.parametrize("seed", range(40))
def test_phrases_are_those_of_the_definition(seed):
    generator = np.random.default_rng(seed)
    shape = generator.integers(1, 16, 2)
    columns = (generator.random(shape) < generator.random()).astype(np.int64)
    assert phrases(columns) == by_definition(columns)


@pytest.mark.parametrize("seed", range(20))
def test_one_column_has_the_phrases_of_lempel_and_ziv(seed):
    """antropy counts a last phrase that is complete once; here the end of the matrix counts too."""
    generator = np.random.default_rng(seed)
    letters = generator.integers(0, 2, 200)
    text = "".join(map(str, letters))
    ends_complete = phrases(letters[None, :]) != phrases(letters[None, :-1])
    assert phrases(letters[None, :]) == antropy.lziv_complexity(text) + ends_complete


def test_the_example_of_lempel_and_ziv_has_6():
    assert phrases(np.array([[int(letter) for letter in "0001101001000101"]])) == 6


@pytest.mark.jit_only
def test_a_random_matrix_has_0_95_and_identical_units_almost_nothing():
    generator = np.random.default_rng(0)
    values = [_complexity(generator.random((300, 60)) < 0.5)[1] for _ in range(20)]
    assert np.mean(values) == pytest.approx(0.95, abs=0.005)
    together = np.repeat(generator.random((300, 1)) < 0.5, 60, axis=1)
    count, value = _complexity(together)
    assert count == 3
    assert value == pytest.approx(3 * log2(18_000) / 18_000, rel=0.01)
    assert 0.002 < value < 0.003


def test_no_response_is_0_with_p_1():
    result = perturbational_complexity_lz(**runs(2, height=0.0))
    assert result.value == 0.0
    assert result.p == 1.0
    assert 0.0 in result
    assert not result.arrays["significant"].any()


def test_a_clear_response_is_the_value_of_where_it_is():
    result = perturbational_complexity_lz(**runs(3, trials=30, height=5.0))
    where = np.zeros((10, 4), bool)
    where[:5, :2] = True
    np.testing.assert_array_equal(result.arrays["significant"], where)
    share = 0.25
    entropy = -share * log2(share) - 0.75 * log2(0.75)
    # Sorted, each column is 0011 five times, then 0000: phrases 0, 01, and what is left.
    assert result.details["phrases"] == by_definition(where[:, [2, 3, 0, 1]].astype(int)) == 4
    assert result.value == pytest.approx(4 * log2(40) / (40 * entropy))
    assert result.p <= 0.01


def test_the_statistic_is_the_two_sample_t():
    """The least t parts what is significant from what is not, by SciPy's t."""
    both = runs(4)
    result = perturbational_complexity_lz(**both)
    t = np.abs(ttest_ind(both["response"], both["baseline"], axis=0).statistic)
    np.testing.assert_array_equal(t > result.details["least_t"], result.arrays["significant"])
    assert result.arrays["significant"].any()


def test_neither_order_scale_nor_sign_of_units_matters():
    both = runs(5)
    value = perturbational_complexity_lz(**both).value
    order, scale = [2, 0, 3, 1], np.array([-2.0, 1e-3, 5.0, 1e3])
    changed = {name: run[:, :, order] * scale + 4.0 for name, run in both.items()}
    assert perturbational_complexity_lz(**changed).value == value > 0.0


def test_silent_units_and_silent_runs_show_nothing():
    both = runs(6)
    for run in both.values():
        run[:, :, 0] = 0.0
    assert not perturbational_complexity_lz(**both).arrays["significant"][:, 0].any()
    silent = np.zeros((6, 10, 4))
    result = perturbational_complexity_lz(silent, silent)
    assert (result.value, result.p) == (0.0, 1.0)


def test_spikes_with_many_ties_raise_no_more_alarms():
    """Seldom spikes make many draws tie with the threshold; a tie is no excess."""
    generator = np.random.default_rng(7)
    alarms = 0
    for seed in range(60):
        spikes = (generator.random((2, 6, 10, 4)) < 0.1).astype(float)
        alarms += perturbational_complexity_lz(*spikes, level=0.05, seed=seed).p <= 0.05
    assert alarms <= 10  # binomial(60, 0.05): 1 in 4,000


def test_the_value_planted_in_its_calibration_is_that_of_its_pattern():
    truth = calibration.load("perturbational_complexity_lz")().truth
    assert truth == pytest.approx(_complexity(_PATTERN)[1], rel=1e-12)


def test_what_cannot_be_compared_is_refused():
    both = runs(8)
    with pytest.raises(ParameterError, match=r"with at least 5 trials, 8 times and 2 units"):
        perturbational_complexity_lz(both["response"][:4], both["baseline"])
    with pytest.raises(ParameterError, match="use a run without stimulus of the same times and un"):
        perturbational_complexity_lz(both["response"], both["baseline"][:, :9])
    large = np.zeros((5, 101, 1_000))
    with pytest.raises(ParameterError, match=r"has 101,000 points .*; use 100,000 at most"):
        perturbational_complexity_lz(large, large)
    with pytest.raises(ParameterError, match=r"_lz\.draws = 99 is not allowed"):
        perturbational_complexity_lz(**both, draws=99)
    with pytest.raises(ParameterError, match=r"_lz\.level = 0 is not allowed"):
        perturbational_complexity_lz(**both, level=0)
