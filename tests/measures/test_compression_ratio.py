"""Compression ratio: planted ratios, evidence for fixed ones, what is refused.

No library has this measure. What it is made of (dimension, code length) is checked against others
where it is measured alone; here the ratio is checked against their ratios, and the Bayes factors
against their definition as an integral and by how often they are right.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from hal9lib.errors import ParameterError
from hal9lib.measures import code_length, compression_ratio, effective_dimension
from hal9lib.measures._fixed_ratios import FIXED, LARGEST, bayes_factors
from hal9lib.nulls import layer_permutation

CALL = {
    "arrays": {
        "layers": np.repeat([0, 1, 2], [6, 4, 3]),
        "series": np.random.default_rng(1).normal(size=(60, 13)),
    },
    "options": {},
}
RATIOS = np.array(list(FIXED.values()))


def layer_of(generator, times, units, dimension):
    """A layer of a given dimension: one signal of variance 1 and the others of variance a, mixed.

    ``(1 + n a)^2 = dimension (1 + n a^2)`` with n the others.
    """
    n = units - 1
    root = n * n - n * (n - dimension) * (1.0 - dimension)
    a = (root**0.5 - n) / (n * (n - dimension))
    variances = np.array([1.0, *[a] * n])
    assert variances.sum() ** 2 / (variances**2).sum() == pytest.approx(dimension)
    rotation = np.linalg.qr(generator.normal(size=(units, units)))[0]
    return generator.normal(size=(times, units)) * variances**0.5 @ rotation


def chain(seed, times, units, first, ratio, steps):
    """(layers, series) with dimensions first, first / ratio, first / ratio^2, …"""
    generator = np.random.default_rng(seed)
    parts = [layer_of(generator, times, units, first / ratio**k) for k in range(steps + 1)]
    return np.repeat(np.arange(steps + 1), units), np.hstack(parts)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
@settings(max_examples=50, deadline=None)
def test_by_size_it_is_the_ratio_of_the_first_and_last_per_step(sizes):
    layers = np.repeat(np.arange(len(sizes)), sizes)
    result = compression_ratio(layers, of="size")
    assert result.value == pytest.approx((sizes[0] / sizes[-1]) ** (1.0 / (len(sizes) - 1)))
    assert result.arrays["sizes"].tolist() == sizes
    np.testing.assert_allclose(result.arrays["step_ratios"], np.divide(sizes[:-1], sizes[1:]))


def test_the_groups_of_a_grown_chain_show_no_ratio_of_e():
    """The sizes of a first look: 10, 10, 11, 7, 14, 8."""
    layers = np.repeat(np.arange(6), [10, 10, 11, 7, 14, 8])
    result = compression_ratio(layers, of="size")
    assert result.value == pytest.approx(1.05, abs=0.005)
    assert result.details["bf_e"] < 1.0 < result.details["bf_1"]
    assert math.e not in result


@pytest.mark.parametrize(("name", "first"), [("phi", 8.0), ("2", 9.0), ("e", 11.5)])
def test_a_planted_ratio_is_recovered_and_is_the_one_the_evidence_is_for(name, first):
    ratio = FIXED[name]
    result = compression_ratio(*chain(2, 6_000, 13, first, ratio, 2))
    assert result.value == pytest.approx(ratio, rel=0.05)
    assert ratio in result
    assert max(FIXED, key=lambda key: result.details[f"bf_{key}"]) == name
    assert result.details[f"bf_{name}"] > 10.0
    steps = result.arrays
    assert ((steps["step_low"] < ratio) & (ratio < steps["step_high"])).all()


def test_layers_that_are_alike_have_ratio_1():
    generator = np.random.default_rng(3)
    result = compression_ratio(np.repeat([0, 1, 2], 8), generator.normal(size=(1_000, 24)))
    assert 1.0 in result
    assert result.details["bf_1"] > 10.0
    assert all(result.details[f"bf_{name}"] < 0.05 for name in ("phi", "2", "e", "10"))


def test_it_is_the_ratio_of_what_is_measured_alone():
    layers, series = np.repeat([0, 1], [5, 3]), np.random.default_rng(4).normal(size=(80, 8))
    by_dimension = compression_ratio(layers, series).value
    alone = [effective_dimension(series[:, layers == layer]).value for layer in (0, 1)]
    assert by_dimension == pytest.approx(alone[0] / alone[1], rel=1e-12)
    spikes = (series > 1.0).astype(int)
    by_code = compression_ratio(layers, spikes, of="code_length").value
    alone = [sum(code_length(unit).value for unit in spikes[:, layers == layer].T)
             for layer in (0, 1)]  # fmt: skip
    assert by_code == pytest.approx(alone[0] / alone[1], rel=1e-12)


@pytest.mark.jit_only
def test_by_code_length_a_planted_ratio_is_recovered():
    generator = np.random.default_rng(5)
    layers = np.repeat([0, 1, 2], [27, 9, 3])
    spikes = generator.random((2_000, 39)) < 0.3
    result = compression_ratio(layers, spikes, of="code_length")
    assert result.value == pytest.approx(3.0, rel=0.02)
    assert 3.0 in result


@given(st.integers(0, 2**32), st.floats(0.1, 10.0))
@settings(max_examples=20, deadline=None)
def test_order_of_units_and_scale_do_not_matter(seed, scale):
    generator = np.random.default_rng(seed)
    layers, series = CALL["arrays"]["layers"], CALL["arrays"]["series"]
    order = generator.permutation(len(layers))
    same = compression_ratio(layers[order], scale * series[:, order])
    assert same.value == pytest.approx(compression_ratio(layers, series).value, rel=1e-9)


def test_read_backwards_it_is_the_inverse():
    layers, series = CALL["arrays"]["layers"], CALL["arrays"]["series"]
    forth, back = compression_ratio(layers, series), compression_ratio(2 - layers, series)
    assert back.value == pytest.approx(1.0 / forth.value, rel=1e-12)
    assert back.interval[0] == pytest.approx(1.0 / forth.interval[1], rel=1e-12)
    assert back.details["bf_1"] == pytest.approx(forth.details["bf_1"], rel=1e-9)


@pytest.mark.parametrize(("mean", "error", "freedom"), [(0.7, 0.2, 19), (-1.5, 0.05, 4), (3, 1, 9)])
def test_a_bayes_factor_is_a_likelihood_over_its_mean(mean, error, freedom):
    def likelihood(log_ratio):
        return stats.t.pdf((mean - log_ratio) / error, freedom) / error

    reach = math.log(LARGEST)
    area, _ = integrate.quad(likelihood, -reach, reach, points=[mean], epsabs=1e-12)
    expected = likelihood(np.log(RATIOS)) / (area / (2.0 * reach))
    np.testing.assert_allclose(bayes_factors(mean, error, freedom), expected, rtol=1e-8)


def test_bayes_factors_are_as_often_right_as_they_say():
    """Ratios drawn as the factors suppose: one in six times each fixed one, else a free one."""
    generator = np.random.default_rng(6)
    claimed, right = [], []
    for _ in range(4_000):
        which = generator.integers(6)
        free = generator.uniform(-math.log(LARGEST), math.log(LARGEST))
        truth = free if which == 5 else math.log(RATIOS[which])
        sample = truth + 0.8 * generator.normal(size=10)
        factors = bayes_factors(sample.mean(), sample.std(ddof=1) / 10**0.5, 9)
        chances = np.append(factors, 1.0) / (factors.sum() + 1.0)
        claimed.append(chances)
        right.append(np.arange(6) == which)
    claimed, right = np.array(claimed), np.array(right)
    np.testing.assert_allclose(claimed.mean(axis=0), right.mean(axis=0), atol=0.02)
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1.0)):
        some = (claimed >= low) & (claimed < high)
        assert right[some].mean() == pytest.approx(claimed[some].mean(), abs=0.03)


def test_layers_that_halve_are_found_and_layers_that_are_alike_are_not():
    layers, series = chain(7, 100, 8, 6.0, 2.0, 2)
    options = {"blocks": 10, "null": layer_permutation(seed=1)}
    assert compression_ratio(layers, series, **options).p == 0.001
    alike = np.random.default_rng(8).normal(size=(60, 24))
    assert compression_ratio(np.repeat([0, 1, 2], 8), alike, **options).p > 0.05


def test_what_has_no_ratio_says_why():
    series = np.random.default_rng(9).normal(size=(40, 4))
    for wrong, words in ((([0, 0, 2, 2]), "0, 2"), ([0, 0, 0, 0], "0"), ([1, 1, 2, 2], "1, 2")):
        with pytest.raises(ParameterError, match=rf"layers names the layers {words}, which is not"):
            compression_ratio(wrong, series)
    with pytest.raises(ParameterError, match="names the layers of no unit, which is not allowed"):
        compression_ratio([], of="size")
    with pytest.raises(ParameterError, match=r"series = None is not allowed for of = 'dimension'"):
        compression_ratio([0, 0, 1, 1])
    with pytest.raises(ParameterError, match=r"series has 4 units and layers has 3; use as many"):
        compression_ratio([0, 0, 1], series)
    with pytest.raises(ParameterError, match=r"compression_ratio\.of = 'length' is not allowed"):
        compression_ratio([0, 0, 1, 1], series, of="length")
    with pytest.raises(ParameterError, match=r"series\[0, 0\] = .* is not allowed; use whole numb"):
        compression_ratio([0, 0, 1, 1], series, of="code_length")
    with pytest.raises(ParameterError, match=r"null = .* is not allowed for of = 'size': labels"):
        compression_ratio([0, 0, 1, 1], of="size", null=layer_permutation())
    series[:, 2:] = 1.0
    with pytest.raises(ParameterError, match=r"series: layer 1 varies in fewer than 4 blocks"):
        compression_ratio([0, 0, 1, 1], series)
    assert compression_ratio([0, 0, 1], of="size").interval is None
