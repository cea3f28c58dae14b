"""Transfer entropy: the reference values, another library, the definition, noise, bad input."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyinform
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from hal9lib.errors import ParameterError
from hal9lib.measures import transfer_entropy
from hal9lib.nulls import permuted_times, shifted_series
from support import splitmix64

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "transfer_entropy.json").read_text())

CALL = {
    "arrays": {
        "source": np.random.default_rng(1).integers(0, 2, 200),
        "target": np.random.default_rng(2).integers(0, 3, 200),
    },
    "options": {},
}

binary = st.lists(st.integers(0, 1), min_size=12, max_size=40)
lags = st.tuples(st.integers(0, 2), st.integers(1, 2), st.integers(1, 3))


def plug_in(*pair, **options):
    return transfer_entropy(*pair, **options).details["plug_in_bits"]


def golden_trains():
    source = splitmix64.bits(31, 3_000)
    flipped = splitmix64.uniforms(32, 3_000) < 0.1
    target = np.zeros(3_000, np.int64)
    target[1:] = source[:-1] ^ flipped[1:]
    return source, target


def by_definition(source, target, history, source_history, lag):
    """The sum over all seen (y, Y, X) of p log2 p(y | Y, X) / p(y | Y), with dictionaries."""
    seen = []
    for time in range(max(history, lag + source_history - 1), len(target)):
        own = tuple(target[time - k] for k in range(1, history + 1))
        other = tuple(source[time - k] for k in range(lag, lag + source_history))
        seen.append((target[time], own, other))
    all_three, with_own = Counter(seen), Counter((y, own) for y, own, _ in seen)
    pasts, own_pasts = Counter((own, x) for _, own, x in seen), Counter(own for _, own, _ in seen)
    return sum(
        count / len(seen) * np.log2(
            (count / pasts[own, x]) / (with_own[y, own] / own_pasts[own])
        )
        for (y, own, x), count in all_three.items()
    )  # fmt: skip


def test_the_golden_trains_have_their_transfer_entropies():
    source, target = golden_trains()
    forth, back = transfer_entropy(source, target), transfer_entropy(target, source)
    assert forth.details["plug_in_bits"] == pytest.approx(GOLDEN["te_src_dst_bits"], rel=1e-12)
    assert back.details["plug_in_bits"] == pytest.approx(GOLDEN["te_dst_src_bits"], rel=1e-9)
    assert GOLDEN["theory_asymptotic_bits"] in forth
    assert 0.0 in back
    assert forth.p < 1e-100
    assert back.p > 0.05


def test_the_golden_example_of_a_history_of_two():
    example = GOLDEN["pyinform_doc_example"]
    xs, ys = example["xs"], example["ys"]
    assert plug_in(xs, ys, history=2) == pytest.approx(example["te_x_to_y_k2"], rel=1e-12)
    assert plug_in(ys, xs, history=2) == pytest.approx(example["te_y_to_x_k2"], abs=1e-12)


@pytest.mark.parametrize("history", [1, 2, 3])
def test_pyinform_agrees(history):
    generator = np.random.default_rng(history)
    for _ in range(20):
        source, target = generator.integers(0, 2, 300), generator.integers(0, 2, 300)
        target[1:] ^= source[:-1] & generator.integers(0, 2, 299)
        theirs = pyinform.transfer_entropy(source, target, k=history)
        assert plug_in(source, target, history=history) == pytest.approx(theirs, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(binary, lags, st.integers(0, 2**32 - 1))
def test_it_is_what_the_definition_says_whatever_the_histories(target, lag, seed):
    history, source_history, steps = lag
    source = np.random.default_rng(seed).integers(0, 3, len(target)).tolist()
    options = {"history": history, "source_history": source_history, "lag": steps}
    result = transfer_entropy(source, target, **options)
    assert result.details["plug_in_bits"] == pytest.approx(
        by_definition(source, target, **options), abs=1e-12
    )
    assert result.details["plug_in_bits"] >= -1e-12
    assert result.arrays["local_bits"].mean() == pytest.approx(result.details["plug_in_bits"])


@settings(max_examples=30, deadline=None)
@given(binary, st.permutations([0, 4, 7]), st.permutations([3, 9]))
def test_names_of_symbols_do_not_matter(target, of_source, of_target):
    source = np.random.default_rng(len(target)).integers(0, 3, len(target))
    renamed = transfer_entropy(np.array(of_source)[source], np.array(of_target)[target])
    as_it_is = transfer_entropy(source, target)
    assert renamed.value == pytest.approx(as_it_is.value, abs=1e-12)
    assert renamed.p == pytest.approx(as_it_is.p, abs=1e-9)


def test_what_says_nothing_transfers_nothing():
    moving = np.random.default_rng(3).integers(0, 2, 100)
    for pair in ([np.full(100, 7), moving], [moving, np.zeros(100)], [np.zeros(9), np.zeros(9)]):
        result = transfer_entropy(*pair)
        assert result.value == pytest.approx(0.0, abs=1e-12)
        assert result.p == 1.0
        assert result.details["freedom"] == 0


def test_without_a_history_it_is_the_lagged_mutual_information():
    source, target = golden_trains()
    expected = pyinform.mutual_info(source[:-1], target[1:])
    assert plug_in(source, target, history=0) == pytest.approx(expected, abs=1e-12)


def test_a_lag_is_found_where_it_is():
    generator = np.random.default_rng(4)
    source = generator.integers(0, 2, 2_000)
    target = np.roll(source, 3) ^ (generator.random(2_000) < 0.1)
    values = [transfer_entropy(source, target, lag=lag).value for lag in (1, 2, 3, 4)]
    assert np.argmax(values) == 2
    assert values[2] == pytest.approx(1.0 + 0.9 * np.log2(0.9) + 0.1 * np.log2(0.1), abs=0.06)
    two = transfer_entropy(source, target, lag=2, source_history=2)
    assert two.value == pytest.approx(values[2], abs=0.01), "the pair of symbols holds it as well"


def test_the_correction_takes_the_bias_away():
    generator = np.random.default_rng(5)
    found = [
        transfer_entropy(generator.integers(0, 3, 300), generator.integers(0, 3, 300))
        for _ in range(200)
    ]
    raw = np.mean([result.details["plug_in_bits"] for result in found])
    assert raw == pytest.approx(12 / (2 * 299 * np.log(2)), rel=0.05)  # 12 degrees of freedom
    assert abs(np.mean([result.value for result in found])) < 0.1 * raw


def test_the_chi_square_is_right_on_independent_chains_that_remember():
    """Each keeps its symbol with a chance of 0.7; the target's memory is one step."""
    generator = np.random.default_rng(6)
    p = []
    for _ in range(500):
        pair = np.cumsum(generator.random((2, 400)) > 0.7, axis=1) % 2
        p.append(transfer_entropy(*pair).p)
    assert np.count_nonzero(np.array(p) <= 0.05) <= 40  # 25 expected, 40 is 3 standard deviations
    assert kstest(p, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("null", [shifted_series(seed=1), permuted_times(seed=1)])
def test_surrogates_of_the_source_find_the_direction(null):
    source, target = (train[:300] for train in golden_trains())
    # Of 300 lags one in 300 puts the source back where it was.
    assert transfer_entropy(source, target, null=null).p < 0.02
    back = transfer_entropy(target, source, null=null)
    assert back.p > 0.01
    assert abs(back.p - back.details["chi_square_p"]) < 0.1


@pytest.mark.parametrize(
    ("arrays", "options", "sentence"),
    [
        (([0, 1, 1.5, 0], [0, 1, 1, 0]), {}, r"source\[2\] = 1\.5 is not allowed; use whole num"),
        (([0, 1, 1, 0], [0, -1, 1, 0]), {}, r"target\[1\] = -1 is not allowed; use whole numbers"),
        (([0, 1], [0, 1, 1, 0]), {}, r"source has 2 values and target has 4; use as many"),
        (([], []), {}, r"source has 0 times, which is not allowed; use 5 or more with history = 1"),
        (([0, 1] * 5, [1, 0] * 5), {"lag": 7}, r"source has 10 times, .* use 11 or more with"),
        (([0, 1] * 5, [1, 0] * 5), {"lag": 0}, r"lag = 0 is not allowed; use a whole number"),
        (([0, 1] * 5, [1, 0] * 5), {"history": -1}, r"history = -1 is not allowed"),
        (([0, 1] * 5, [1, 0] * 5), {"source_history": 0}, r"source_history = 0 is not allowed"),
        (
            (np.arange(3_000), np.arange(3_000)),
            {},
            r"target has more than 4,194,304 joint states, which is not allowed; use shorter his",
        ),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_reason(arrays, options, sentence):
    with pytest.raises(ParameterError, match=r"^transfer_entropy\." + sentence):
        transfer_entropy(*arrays, **options)


def test_a_null_that_makes_no_symbols_is_refused():
    from hal9lib.nulls import phase_randomised

    source, target = (train[:100] for train in golden_trains())
    with pytest.raises(ParameterError, match=r"^transfer_entropy\.null makes symbols into other"):
        transfer_entropy(source, target, null=phase_randomised(seed=1))
