"""Information kept: exact distributions, two other libraries, what is refused."""

import math

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyinform import mutual_info
from pyinform.dist import Dist
from pyinform.shannon import entropy as pyinform_entropy

from hal9lib.errors import ParameterError
from hal9lib.measures import information_kept
from hal9lib.measures._unseen import entropy_bits
from hal9lib.nulls import permuted_times, shifted_series
from hal9lib.symbols import layer_symbols

_LAYER = np.random.default_rng(1).integers(0, 3, 200)
CALL = {
    "arrays": {
        "layer": _LAYER,
        "next_layer": (_LAYER + (np.random.default_rng(2).random(200) < 0.3)) % 3,
    },
    "options": {},
}

counts = st.integers(1, 6)


def plug_in(a, b):
    return information_kept(a, b).details["plug_in"]


def listed(*rows):
    """Symbols (a, b, …), each row repeated as often as its last number says: an exact law."""
    return np.repeat([row[:-1] for row in rows], [row[-1] for row in rows], axis=0).T


def test_a_copy_keeps_all_whatever_its_names():
    layer = np.random.default_rng(3).integers(0, 5, 100)
    assert information_kept(layer, 40 - 7 * layer).value == 1.0
    assert plug_in(layer, layer) == 1.0


def test_independent_layers_keep_nothing():
    a, b = listed(*[(a, b, 5) for a in range(3) for b in range(4)])
    assert plug_in(a, b) == pytest.approx(0.0, abs=1e-12)
    constant = information_kept(a, np.zeros_like(a))
    assert constant.value == pytest.approx(0.0, abs=1e-12)
    generator = np.random.default_rng(4)
    drawn = generator.integers(0, 8, (300, 2, 200))
    values = [information_kept(a, b).value for a, b in drawn]
    assert np.mean(values) == pytest.approx(0.0, abs=0.01)
    assert np.mean([plug_in(a, b) for a, b in drawn[:50]]) > 0.05


@pytest.mark.parametrize("errors", [1, 2, 5, 10])
def test_a_binary_copy_with_errors_keeps_one_less_the_entropy_of_an_error(errors):
    a, b = listed((0, 0, 20 - errors), (0, 1, errors), (1, 1, 20 - errors), (1, 0, errors))
    e = errors / 20
    expected = 1.0 + e * math.log2(e) + (1.0 - e) * math.log2(1.0 - e)
    assert plug_in(a, b) == pytest.approx(expected, abs=1e-12)


@given(st.lists(counts, min_size=9, max_size=9), st.lists(counts, min_size=9, max_size=9))
@settings(max_examples=50, deadline=None)
def test_no_later_layer_holds_more_than_an_earlier_one(joint, channel):
    """The data-processing inequality on exact laws: C sees B alone, through `channel`."""
    rows = []
    for a in range(3):
        for b in range(3):
            given_b = channel[3 * b : 3 * b + 3]
            others = math.prod(sum(channel[3 * k : 3 * k + 3]) for k in range(3) if k != b)
            rows += [(a, b, c, joint[3 * a + b] * q * others) for c, q in enumerate(given_b)]
    scale = math.gcd(*(row[-1] for row in rows))
    a, b, c = listed(*[(*row[:-1], row[-1] // scale) for row in rows if row[-1]])
    assert plug_in(a, c) <= plug_in(a, b) + 1e-12
    assert -1e-12 <= plug_in(a, c) <= 1.0


def test_dit_and_pyinform_have_the_same_share_by_counting():
    layer, following = CALL["arrays"]["layer"], CALL["arrays"]["next_layer"]
    share = plug_in(layer, following)
    pairs, times = np.unique(np.stack([layer, following]), axis=1, return_counts=True)
    joint = dit.Distribution(["".join(map(str, pair)) for pair in pairs.T], times / times.sum())
    by_dit = dit.shannon.mutual_information(joint, [0], [1]) / dit.shannon.entropy(joint, [0])
    assert share == pytest.approx(by_dit, rel=1e-9)
    whole = pyinform_entropy(Dist(np.bincount(layer).tolist()), b=2)
    assert share == pytest.approx(mutual_info(layer, following) / whole, rel=1e-9)


def entropy_with_unseen_by_definition(counts):
    """Chao, Wang & Jost 2013, equation 7 as it stands."""
    seen = [c for c in counts if c > 0]
    n, f1, f2 = sum(seen), seen.count(1), seen.count(2)
    nats = sum(c / n * sum(1.0 / k for k in range(c, n)) for c in seen)
    if f2 > 0:
        a = 2 * f2 / ((n - 1) * f1 + 2 * f2)
    else:
        a = 2 / ((n - 1) * (f1 - 1) + 2) if f1 > 0 else 1.0
    if f1 and a < 1.0:
        rest = -math.log(a) - sum((1 - a) ** r / r for r in range(1, n))
        nats += f1 / n * (1 - a) ** (1 - n) * rest
    return nats / math.log(2.0)


@given(st.lists(st.integers(0, 6), min_size=3, max_size=12).filter(lambda c: sum(c) > 4))
@settings(max_examples=100, deadline=None)
def test_the_entropy_is_that_of_chao_wang_and_jost(counts):
    expected = entropy_with_unseen_by_definition(counts)
    assert entropy_bits(np.array(counts)) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_many_unseen_states_are_added_stably():
    once = np.ones(100_000, int)
    assert np.isfinite(entropy_bits(once))
    drawn = np.bincount(np.random.default_rng(5).integers(0, 4_096, 4_096))
    assert entropy_bits(drawn) == pytest.approx(12.0, abs=0.1)
    assert entropy_bits(np.array([7])) == 0.0


def test_few_samples_are_corrected_as_stated():
    generator = np.random.default_rng(6)
    true = 1.0 - (-0.1875 * math.log2(0.0125) - 0.8125 * math.log2(0.8125)) / 4.0
    values, counted = [], []
    for _ in range(200):
        layer = generator.integers(0, 16, 500)
        other = np.where(generator.random(500) < 0.2, generator.integers(0, 16, 500), layer)
        result = information_kept(layer, other)
        values.append(result.value)
        counted.append(result.details["plug_in"])
    assert np.median(values) / true == pytest.approx(0.995, abs=0.01)
    assert np.median(counted) / true == pytest.approx(1.12, abs=0.01)


def test_a_copy_is_found_and_slow_independent_layers_are_not():
    layer = np.random.default_rng(7).integers(0, 4, 100)
    assert information_kept(layer, layer, null=permuted_times(seed=1)).p == 0.001
    slow = (np.random.default_rng(8).normal(size=(2, 400)).cumsum(axis=1) > 0).astype(int)
    assert information_kept(*slow, null=shifted_series(seed=1)).p > 0.05


def test_what_cannot_be_told_says_why():
    with pytest.raises(
        ParameterError, match=r"information_kept\.layer never changes, so it has no"
    ):
        information_kept([3] * 20, range(20))
    with pytest.raises(
        ParameterError, match=r"next_layer has 3 values and layer has 4; use as many"
    ):
        information_kept([0, 1, 2, 3], [0, 1, 2])
    with pytest.raises(ParameterError, match=r"layer has 3 times; use 8 or more"):
        information_kept([0, 1, 2], [0, 1, 2])
    with pytest.raises(
        ParameterError, match=r"layer\[1\] = 0\.5 is not allowed; use whole numbers"
    ):
        information_kept([0, 0.5] * 8, [0, 1] * 8)
    with pytest.raises(ParameterError, match=r"next_layer has 3,000 different symbols.*use 2,048"):
        information_kept([0, 1] * 1_500, range(3_000))


def test_a_layer_of_spikes_becomes_levels():
    generator = np.random.default_rng(9)
    times_ms, neurons = generator.uniform(0.0, 10_000.0, 30_000), generator.integers(0, 50, 30_000)
    levels = layer_symbols(times_ms, neurons, range(25), bin_ms=10.0, levels=4, stop_ms=10_000.0)
    assert levels.shape == (1_000,)
    shares = np.bincount(levels) / 1_000
    assert len(shares) == 4
    assert shares.min() > 0.1
    silent = layer_symbols([5.0], [3], [0], bin_ms=10.0, stop_ms=50.0)
    assert silent.tolist() == [0] * 5
    with pytest.raises(
        ParameterError, match=r"layer_symbols\.bin_ms = 60 is not allowed; use at m"
    ):
        layer_symbols([5.0], [3], [0], bin_ms=60.0, stop_ms=50.0)
