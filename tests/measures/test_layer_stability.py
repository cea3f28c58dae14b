"""Agreement of labelings: scikit-learn pair by pair, closed forms, a jackknife by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from scipy.stats import t as student
from sklearn.metrics import adjusted_rand_score

from hal9lib.errors import ParameterError
from hal9lib.measures import layer_stability
from hal9lib.nulls import layer_permutation

ROWS = np.array([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 1], [0, 1, 1, 1, 2, 2]])
CALL = {"arrays": {"labelings": ROWS}, "options": {}}


def pairs_by_sklearn(rows):
    return np.array([[adjusted_rand_score(a, b) for a in rows] for b in rows])


@given(
    seed=st.integers(0, 10**6),
    seeds=st.integers(2, 6),
    neurons=st.integers(2, 40),
    layers=st.integers(1, 6),
)
@settings(max_examples=40, deadline=None)
def test_each_pair_is_that_of_scikit_learn(seed, seeds, neurons, layers):
    rows = np.random.default_rng(seed).integers(0, layers, (seeds, neurons))
    found = layer_stability(rows)
    reference = pairs_by_sklearn(rows)
    np.testing.assert_allclose(found.arrays["pairs"], reference, atol=1e-12)
    assert found.value == pytest.approx(reference[np.triu_indices(seeds, 1)].mean(), abs=1e-12)
    assert found.value <= 1.0


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_names_of_layers_and_the_order_of_neurons_and_seeds_change_nothing(seed):
    generator = np.random.default_rng(seed)
    rows = generator.integers(0, 4, (4, 20))
    names = np.array([generator.permutation(4) + 10 * k for k in range(4)])
    renamed = np.take_along_axis(names, rows, axis=1)
    moved = renamed[generator.permutation(4)][:, generator.permutation(20)]
    assert layer_stability(moved).value == pytest.approx(layer_stability(rows).value, abs=1e-12)


def test_known_values():
    same = layer_stability([[0, 0, 1, 2]] * 3)
    assert (same.value, same.interval, same.details["order"]) == (1.0, (1.0, 1.0), pytest.approx(1))
    assert layer_stability([[0, 0, 0], [1, 1, 1]]).value == 1.0
    assert layer_stability([[0, 0, 0], [0, 1, 2]]).value == 0.0
    # Hubert and Arabie's index of a split that the other labeling does not have.
    assert layer_stability([[0, 0, 1, 1], [0, 0, 1, 2]]).value == pytest.approx(4 / 7)
    assert layer_stability([[0, 0, 1, 1], [0, 1, 0, 1]]).value == pytest.approx(-0.5)


def test_the_interval_is_a_jackknife_over_seeds():
    pairs = pairs_by_sklearn(ROWS)
    without = np.array([pairs[0 if s else 1, 1 if s == 2 else 2] for s in range(3)])
    error = (2 / 3 * ((without - without.mean()) ** 2).sum()) ** 0.5
    half = student.ppf(0.975, 2) * error
    found = layer_stability(ROWS)
    assert found.value == pytest.approx(without.mean())
    assert found.interval[0] == pytest.approx(max(-1.0, found.value - half))
    assert found.interval[1] == pytest.approx(min(1.0, found.value + half))
    assert layer_stability(ROWS[:2]).interval is None


def test_order_is_a_rank_correlation_and_knows_which_way_is_up():
    found = layer_stability(ROWS)
    reference = np.mean([spearmanr(ROWS[a], ROWS[b])[0] for a, b in ((0, 1), (0, 2), (1, 2))])
    assert found.details["order"] == pytest.approx(reference)
    turned = layer_stability([ROWS[0], 2 - ROWS[0]])
    assert (turned.value, turned.details["order"]) == (1.0, pytest.approx(-1.0))
    assert layer_stability([[0, 0, 0], [0, 1, 2]]).details["order"] == 0.0
    lonely = layer_stability([[0, 0, 1, 1, -1], [0, 0, 1, 1, 3]])
    assert lonely.details["order"] == pytest.approx(1.0), "over those in a layer for every seed"
    assert layer_stability([[-1, -1], [0, 1]]).details["order"] == 0.0


@pytest.mark.jit_only
def test_noisy_copies_agree_by_the_product_of_their_squares():
    generator = np.random.default_rng(1)
    truth = np.arange(100_000) % 5
    shares = np.array([0.5, 0.8, 0.9])
    kept = generator.random((3, 100_000)) < shares[:, None]
    rows = np.where(kept, truth, generator.integers(0, 5, kept.shape))
    expected = np.outer(shares**2, shares**2)
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(layer_stability(rows).arrays["pairs"], expected, atol=0.01)


@pytest.mark.jit_only
def test_the_null_deals_out_each_seed_by_itself():
    null = layer_permutation(seed=1)
    found = layer_stability(np.repeat(ROWS, 5, axis=1), null=null)
    assert found.p == 0.001
    assert found.null.startswith("layer_permutation")
    assert found.details["null_mean"] == pytest.approx(0.0, abs=0.01)
    dealt = layer_stability([[0, 0, 0, 1]] * 2, null=null)
    assert dealt.p == pytest.approx(0.25, abs=0.06), "one deal in four is the same"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[0, 1, 1]], r" has shape \(1, 3\), which is not allowed; use \(seeds, neurons\) with at"),
        ([[0], [1]], r" has shape \(2, 1\), which is not allowed; use \(seeds, neurons\) with at"),
        ([[0, 1], [0, -2]], r"\[1, 1\] = -2 is not allowed; use whole numbers from -1 to"),
        ([[0, 1], [0.5, 1]], r"\[1, 0\] = 0\.5 is not allowed; use whole numbers from -1 to"),
        ([range(1_001)] * 2, r"\[0\] has 1,001 different labels; use at most 1,000"),
    ],
)
def test_what_it_cannot_take_is_refused(rows, sentence):
    with pytest.raises(ParameterError, match=rf"^layer_stability\.labelings{sentence}"):
        layer_stability(rows)
