"""Code length: closed forms, the weighting read literally, its bound against planted sources.

No library of the field has context tree weighting, so the reference here is its definition: a
recursion over all contexts, written without a thought of speed.
"""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import code_length
from hal9lib.nulls import permuted_times

CALL = {
    "arrays": {"symbols": np.random.default_rng(1).integers(0, 3, 300)},
    "options": {"depth": 2},
}


def kt_by_definition(counts):
    """The product of (count + 1/2) / (total + b/2), one symbol after another."""
    probability, total = 1.0, 0
    for count in counts:
        for seen in range(count):
            probability *= (seen + 0.5) / (total + 0.5 * len(counts))
            total += 1
    return probability


def bits_by_definition(symbols, alphabet, depth):
    """-log2 of P_s = (K_s + product of P_cs) / 2 at the root, all contexts visited."""
    followers = [(tuple(symbols[t - depth : t][::-1]), symbols[t])
                 for t in range(depth, len(symbols))]  # fmt: skip

    @cache
    def weighted(context):
        after = [x for past, x in followers if past[: len(context)] == context]
        own = kt_by_definition([after.count(symbol) for symbol in range(alphabet)])
        if len(context) == depth:
            return own
        return (own + math.prod(weighted((*context, c)) for c in range(alphabet))) / 2.0

    return depth * math.log2(alphabet) - math.log2(weighted(()))


def markov(seed, length, flip):
    return np.cumsum(np.random.default_rng(seed).random(length) < flip) % 2


def entropy(p):
    return -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)


@given(st.lists(st.integers(0, 2), min_size=6, max_size=24), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_it_is_the_weighting_of_all_trees(symbols, depth):
    symbols = [0, 1, 2, *symbols]
    expected = bits_by_definition(symbols, 3, depth)
    assert code_length(symbols, depth=depth).arrays["bits"].sum() == pytest.approx(expected)


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=50, deadline=None)
def test_without_contexts_it_is_the_closed_form_of_krichevsky_and_trofimov(zeros, ones):
    symbols = [0] * (zeros + 2) + [1] * ones
    z, k = zeros + 2, ones
    log_p = math.lgamma(z + 0.5) + math.lgamma(k + 0.5) - math.log(math.pi) - math.lgamma(z + k + 1)
    bits = code_length(symbols, depth=0).arrays["bits"].sum()
    assert bits == pytest.approx(-log_p / math.log(2.0))


def test_two_zeros_have_three_eighths():
    assert code_length([0, 0], depth=0).value * 2 == pytest.approx(math.log2(8 / 3))
    assert code_length([0, 1, 2], depth=0).value * 3 == pytest.approx(math.log2(3 * 5 * 7))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=60), st.permutations(range(4)))
@settings(max_examples=30, deadline=None)
def test_names_of_symbols_do_not_matter(symbols, names):
    renamed = code_length([5 * names[symbol] for symbol in symbols], depth=2)
    assert renamed.value == pytest.approx(code_length(symbols, depth=2).value, rel=1e-12)


@pytest.mark.jit_only
@given(st.integers(0, 2**32), st.floats(0.01, 0.5), st.integers(1, 10))
@settings(max_examples=50, deadline=None)
def test_no_sequence_takes_more_than_the_bound_above_its_source(seed, flip, depth):
    """Theorem 2 of Willems, Shtarkov & Tjalkens with the two leaves of a Markov chain."""
    length, leaves = 3_000, 2
    symbols = markov(seed, length, flip)
    symbols[:2] = 0, 1  # both symbols occur
    flips = np.abs(np.diff(symbols))[depth - 1 :]
    source = -(np.log2(flip) * flips.sum() + np.log2(1.0 - flip) * (1 - flips).sum())
    most = 2 * leaves - 1 + leaves / 2 * math.log2((length - depth) / leaves) + leaves
    bits = code_length(symbols, depth=depth).arrays["bits"].sum()
    assert bits - depth <= source + most


@pytest.mark.jit_only
def test_the_mean_length_comes_down_to_the_entropy_rate():
    means = []
    for length, many in ((200, 400), (2_000, 100), (200_000, 4)):
        lengths = [code_length(markov(seed, length, 0.1)).value for seed in range(many)]
        means.append(np.mean(lengths))
    assert means[0] > means[1] > means[2] > entropy(0.1) - 0.003
    assert means[2] == pytest.approx(entropy(0.1), rel=0.01)


@pytest.mark.jit_only
def test_a_longer_context_finds_what_a_shorter_one_cannot():
    generator = np.random.default_rng(4)
    symbols = generator.integers(0, 2, 20_000)
    for t in range(3, len(symbols)):  # each is its third predecessor but for one in ten
        symbols[t] = symbols[t - 3] ^ (generator.random() < 0.1)
    assert code_length(symbols, depth=2).value == pytest.approx(1.0, abs=0.01)
    assert code_length(symbols, depth=3).value == pytest.approx(entropy(0.1), abs=0.02)
    assert entropy(0.1) in code_length(symbols, depth=8)


@pytest.mark.jit_only
def test_letters_beyond_two_come_to_their_entropy_too():
    generator = np.random.default_rng(5)
    chances = np.array([0.5, 0.25, 0.125, 0.125])
    symbols = generator.choice(4, 50_000, p=chances)
    result = code_length(symbols)
    assert result.details["depth"] == 4
    assert result.value == pytest.approx(1.75, rel=0.01)


@pytest.mark.jit_only
def test_a_source_that_changes_after_long_is_followed_again():
    """Weights within 2^±900 lose nothing: 200,000 symbols without order, then a period of 2."""
    coins = np.random.default_rng(6).integers(0, 2, 200_000)
    bits = code_length(np.concatenate([coins, np.arange(20_000) % 2]), depth=4).arrays["bits"]
    assert np.isfinite(bits).all()
    assert bits[:200_000].mean() == pytest.approx(1.0, abs=0.001)
    assert bits[-1_000:].mean() < 0.6


@pytest.mark.jit_only
def test_order_is_found_and_shuffled_symbols_are_not():
    symbols = markov(7, 500, 0.1)
    assert code_length(symbols, null=permuted_times(seed=1)).p == 0.001
    shuffled = np.random.default_rng(8).permutation(symbols)
    assert code_length(shuffled, null=permuted_times(seed=1)).p > 0.05


def test_a_raster_is_read_time_by_time():
    raster = np.random.default_rng(9).integers(0, 2, (40, 10))
    assert code_length(raster) == code_length(raster.ravel())


def test_what_cannot_be_coded_says_why():
    with pytest.raises(ParameterError, match=r"code_length\.symbols has 0 symbols; use 2 or more"):
        code_length([])
    with pytest.raises(ParameterError, match=r"has 5 symbols; use more than depth = 8\."):
        code_length([0, 1, 0, 1, 1])
    with pytest.raises(ParameterError, match=r"depth = 24 is not allowed for 2 different symbols"):
        code_length([0, 1] * 20, depth=24)
    with pytest.raises(ParameterError, match=r"code_length\.depth = -1 is not allowed"):
        code_length([0, 1] * 20, depth=-1)
    with pytest.raises(ParameterError, match=r"symbols\[2\] = 1\.5 is not allowed; use whole num"):
        code_length([0, 1, 1.5])
