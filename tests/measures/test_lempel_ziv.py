"""Lempel-Ziv complexity: the golden counts, the definition read literally, another library."""

import json
from pathlib import Path

import antropy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal9lib.errors import ParameterError
from hal9lib.measures import lempel_ziv
from hal9lib.measures._lempel_ziv_kernels import parse_large, parse_small
from hal9lib.nulls import permuted_times
from support import splitmix64

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "lz76.json").read_text())["cases"]
CALL = {
    "arrays": {"symbols": np.random.default_rng(1).integers(0, 3, 300)},
    "options": {},
}

sequences = st.lists(st.integers(0, 3), min_size=2, max_size=60)


def ends_by_definition(symbols):
    """Each phrase is the shortest piece that does not begin anywhere before, read literally."""
    text = "".join(map(chr, symbols))
    ends, start = [], 0
    while start < len(text):
        stop = start + 1
        while stop < len(text) and text[start:stop] in text[: stop - 1]:
            stop += 1
        ends.append(stop)
        start = stop
    return ends


def symbols_of(case):
    if case["seq"].startswith("splitmix64 seed2 "):
        return splitmix64.bits(2, case["n"])
    return np.array([int(symbol) for symbol in case["seq"]])


@pytest.mark.parametrize("case", GOLDEN, ids=[case["name"] for case in GOLDEN])
def test_the_golden_sequences_have_their_counts(case):
    result = lempel_ziv(symbols_of(case))
    assert result.details["phrases"] == case["lz76_count_kaspar_schuster"]
    assert result.value == pytest.approx(case["antropy_normalized"], rel=1e-12)


@given(sequences)
@settings(max_examples=200, deadline=None)
def test_both_parsers_find_the_phrases_of_the_definition(symbols):
    expected = ends_by_definition(symbols)
    codes = np.array(symbols)
    for parse in (lambda ends: parse_small(codes, 4, ends), lambda ends: parse_large(codes, ends)):
        ends = np.empty(len(codes), np.int64)
        assert ends[: parse(ends)].tolist() == expected
    assert lempel_ziv(symbols).arrays["phrase_ends"].tolist() == expected


@given(sequences, st.permutations(range(4)))
@settings(max_examples=50, deadline=None)
def test_names_of_symbols_do_not_matter(symbols, names):
    renamed = [100 * names[symbol] for symbol in symbols]
    assert lempel_ziv(renamed) == lempel_ziv(symbols)


@pytest.mark.jit_only
@pytest.mark.parametrize("alphabet", [2, 5, 8, 9, 40])
def test_antropy_counts_as_many_and_normalises_alike(alphabet):
    for seed in range(3):
        codes = np.random.default_rng(seed).integers(0, alphabet, 800)
        result = lempel_ziv(codes)
        text = "".join(chr(65 + code) for code in codes)
        assert result.details["phrases"] == antropy.lziv_complexity(text)
        normalised = antropy.lziv_complexity(text, normalize=True)
        assert result.value == pytest.approx(normalised, rel=1e-12)


@pytest.mark.jit_only
def test_a_long_sequence_comes_near_its_entropy_rate_from_above():
    flips = np.random.default_rng(2).random(1_000_000) < 0.1
    value = lempel_ziv(np.cumsum(flips) % 2).value
    assert 0.4690 < value < 0.4690 * 1.03


@pytest.mark.jit_only
def test_the_values_of_coins_are_those_stated():
    generator = np.random.default_rng(3)
    for length, expected in ((1_000, 1.06), (4_096, 1.037), (1_000_000, 1.012)):
        many = 200 if length < 10_000 else 2
        values = [lempel_ziv(generator.integers(0, 2, length)).value for _ in range(many)]
        assert np.mean(values) == pytest.approx(expected, abs=0.003)
    for length, expected in ((1_000, 0.73), (4_096, 0.77), (1_000_000, 0.84)):
        value = lempel_ziv(generator.integers(0, 256, length)).value
        assert value == pytest.approx(expected, abs=0.01)


def test_equal_symbols_are_two_phrases():
    result = lempel_ziv([7] * 64)
    assert result.value == pytest.approx(2 * 6 / 64)
    assert result.details == {"phrases": 2, "symbols": 64, "alphabet": 2}
    assert result.interval is None


def test_a_raster_is_read_time_by_time():
    raster = np.random.default_rng(4).integers(0, 2, (40, 10))
    assert lempel_ziv(raster) == lempel_ziv(raster.ravel())


@pytest.mark.jit_only
def test_order_is_found_and_shuffled_symbols_are_not():
    generator = np.random.default_rng(5)
    flips = np.cumsum(generator.random(2_000) < 0.1) % 2
    assert lempel_ziv(flips, null=permuted_times(seed=1)).p == 0.001
    assert lempel_ziv(generator.permutation(flips), null=permuted_times(seed=1)).p > 0.05


def test_a_null_that_makes_other_symbols_is_refused():
    from hal9lib.nulls._null import Null

    noise = Null("noise", "series", lambda series, generator: generator.normal(size=series.shape))
    with pytest.raises(ParameterError, match=r"lempel_ziv\.null makes other symbols than it was"):
        lempel_ziv([0, 1, 1, 0, 1], null=noise)


def test_what_cannot_be_read_says_why():
    with pytest.raises(ParameterError, match=r"lempel_ziv\.symbols has 0 symbols; use 2 or more"):
        lempel_ziv([])
    with pytest.raises(ParameterError, match=r"symbols has 1 symbols; use 2 or more"):
        lempel_ziv([4])
    with pytest.raises(ParameterError, match=r"symbols\[1\] = 0\.5 is not allowed; use whole num"):
        lempel_ziv([0, 0.5, 1])
    with pytest.raises(ParameterError, match=r"symbols\[0, 1\] = -1 is not allowed; use whole num"):
        lempel_ziv([[0, -1], [1, 1]])
    with pytest.raises(ParameterError, match=r"symbols = .* is not allowed; use a list of finite"):
        lempel_ziv([[0, 1], [1]])
    huge = np.broadcast_to(np.int8(0), (60_000, 1_000))
    with pytest.raises(ParameterError, match=r"has 60,000,000 symbols.*use 50,000,000 at most"):
        lempel_ziv(huge)
